import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Outbox } from "../../../static/mapapp/js/room/outbox.js";

let outbox;
beforeEach(() => (outbox = new Outbox()));

function add(op, client = "a") {
  return outbox.add({ client, op, t: "add", fields: {}, kept: true, settle: () => {} });
}

/** The ops that go now; they are marked as sent. */
function send(now = 0, window = 32) {
  const changes = outbox.sendable(now, window);
  for (const change of changes) outbox.markSent(change);
  return changes.map(({ op }) => op);
}

test("changes go in order, as many as may be unanswered", () => {
  [1, 2, 3, 4].forEach((op) => add(op));
  assert.deepEqual(send(0, 3), [1, 2, 3]);
  assert.deepEqual(send(0, 3), []);
  outbox.acknowledge(outbox.find("a", 2), 7);
  assert.deepEqual(send(0, 3), [4]);
});

test("after a lost connection all that is unanswered goes again, in order", () => {
  /** D3 */
  [1, 2, 3].forEach((op) => add(op));
  send();
  outbox.acknowledge(outbox.find("a", 2), 7);
  assert.ok(outbox.awaiting);
  outbox.connectionLost();
  assert.ok(!outbox.awaiting);
  assert.deepEqual(send(), [1, 3]);
});

test("behind a change that has to wait, all wait", () => {
  [1, 2, 3].forEach((op) => add(op));
  send(0, 2);
  outbox.postpone(outbox.find("a", 1), 1000);
  assert.deepEqual(send(999), []);
  assert.equal(outbox.nextAt, 1000);
  assert.deepEqual(send(1000), [1, 3]);
  assert.equal(outbox.nextAt, Infinity);
});

test("the same op of two clients are two changes", () => {
  const ours = add(1, "a");
  const theirs = add(1, "b");
  assert.equal(outbox.find("a", 1), ours);
  assert.equal(outbox.find("b", 1), theirs);
  outbox.remove(ours);
  assert.equal(outbox.find("a", 1), undefined);
  assert.deepEqual(outbox.unanswered, [theirs]);
});

test("an acknowledged change stays until the room's state shows it", () => {
  const change = add(1);
  send();
  outbox.acknowledge(change, 7);
  assert.deepEqual(outbox.unanswered, []);
  assert.equal(outbox.find("a", 1), undefined);
  assert.equal(outbox.shown(6), false);
  assert.deepEqual(outbox.all, [change]);
  assert.equal(outbox.shown(7), true);
  assert.deepEqual(outbox.all, []);
});

test("it is remembered whether a change was ever on the wire", () => {
  const [first, second] = [add(1), add(2)];
  send(0, 1);
  outbox.connectionLost();
  assert.deepEqual([first.everSent, second.everSent], [true, false]);
});

/** A change as the delivery adds it. */
const made = (op, t, fields, more = {}) => ({
  ...{ client: "a", op, t, fields, kept: true, since: 1, conditional: false, settle() {} },
  ...more,
});

test("another page's changes go when this one's are answered", () => {
  const box = new Outbox();
  const own = box.add(made(1, "name", { name: "A" }));
  const left = box.add(made(1, "name", { name: "B" }, { client: "b" }));
  assert.deepEqual(box.sendable(0, 32), [own]);
  box.acknowledge(own, 2);
  assert.deepEqual(box.sendable(0, 32), [left]);
});

test("a conditional change waits for an earlier one to the same marker, and builds upon it", () => {
  const box = new Outbox();
  const first = box.add(made(1, "place", { marker: 1, lat: 1, lng: 1 }));
  const second = box.add(made(2, "place", { marker: 1, lat: 2, lng: 2 }, { conditional: true }));
  assert.deepEqual(box.sendable(0, 32), [first]);
  assert.deepEqual(box.acknowledge(first, 7), [second]);
  assert.equal(second.since, 7);
  assert.deepEqual(box.sendable(0, 32), [second]);
});

test("an answer shows that changes are stored again: nothing waits any longer", () => {
  const box = new Outbox();
  const [first, second] = [1, 2].map((op) => box.add(made(op, "name", { name: `${op}` })));
  box.postpone(second, 5_000);
  box.postpone(second, 9_000);
  assert.deepEqual([second.postponed, box.sendable(0, 32)], [2, [first]]);
  box.acknowledge(first, 2);
  assert.deepEqual(box.sendable(0, 32), [second]);
});

test("only what was never sent is superseded, and only by the same page", () => {
  const box = new Outbox();
  const sent = box.add(made(1, "place", { marker: 1, lat: 1, lng: 1 }));
  box.markSent(sent);
  box.add(made(2, "place", { marker: 1, lat: 2, lng: 2 }, { client: "b" }));
  const waiting = box.add(made(3, "place", { marker: 1, lat: 3, lng: 3 }));
  const newest = box.add(made(4, "place", { marker: 1, lat: 4, lng: 4 }));
  assert.deepEqual(box.supersededBy(newest), [waiting]);
});
