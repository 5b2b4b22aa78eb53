import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { KeptChanges } from "../../../static/mapapp/js/room/keptChanges.js";
import { SafeStorage } from "../../../static/mapapp/js/platform/safeStorage.js";
import { TestStorage } from "../support/browser.js";

let storage;
let now;
beforeEach(() => {
  storage = new TestStorage();
  now = 1_000_000;
});

function page(holder, { code = "314159", role = "participant" } = {}) {
  const safe = new SafeStorage(storage, () => {});
  return new KeptChanges(safe, { code, role, holder, now: () => now });
}

const change = (op, client = "old") => ({ client, op, t: "edit", fields: { marker: op } });

test("a page finds what an earlier one has left, in order, with its ids", () => {
  /** D2, D3 */
  const old = page("old");
  [10, 9, 1].forEach((op) => old.keep({ ...change(op), epoch: "e" }));
  old.keepDrag({ client: "old", marker: 3, lat: 1, lng: 2 });
  old.release();
  const { changes, drags } = page("new").takeOver();
  assert.deepEqual(changes.map(({ client, op }) => [client, op]), [["old", 1], ["old", 9], ["old", 10]]);
  assert.deepEqual(changes[0], { ...change(1), epoch: "e" });
  assert.deepEqual(drags, [{ client: "old", marker: 3, lat: 1, lng: 2 }]);
});

test("the changes of an open page are left alone until it has been silent for long", () => {
  const old = page("old");
  old.keep(change(1));
  now += 14_000;
  assert.deepEqual(page("new").takeOver().changes, []);
  old.renew();
  now += 14_000;
  assert.deepEqual(page("new").takeOver().changes, []);
  now += 2_000;
  assert.equal(page("new").takeOver().changes.length, 1);
});

test("only one of two pages takes over, and each thing once", () => {
  page("old").keep(change(1));
  now += 20_000;
  const [first, second] = [page("a"), page("b")];
  assert.equal(first.takeOver().changes.length, 1);
  assert.equal(second.takeOver().changes.length, 0);
  assert.equal(first.takeOver().changes.length, 0);
});

test("a page that was only asleep has its own again, and the other finds nothing new", () => {
  const asleep = page("old");
  asleep.keep(change(1));
  now += 20_000;
  const other = page("new");
  assert.equal(other.takeOver().changes.length, 1);
  asleep.renew();
  asleep.keep(change(2));
  other.renew();
  assert.deepEqual(other.takeOver().changes, []);
});

test("when all is answered nothing stays behind", () => {
  const old = page("old");
  old.keep(change(1));
  old.keepDrag({ client: "old", marker: 3, lat: 1, lng: 2 });
  old.release();
  const next = page("new");
  next.takeOver();
  next.keep(change(1, "new"));
  next.forget(change(1));
  next.forgetDrag({ client: "old", marker: 3 });
  next.forget(change(1, "new"));
  assert.equal(storage.length, 0);
});

test("a lease that was left behind without changes is cleared away", () => {
  const key = "livemap:314159:participant:lease:gone";
  storage.setItem(key, JSON.stringify({ holder: "also gone", until: now + 10_000 }));
  page("new").takeOver();
  assert.equal(storage.length, 1);
  now += 20_000;
  page("new").takeOver();
  assert.equal(storage.length, 0);
});

test("other rooms and other roles are not ours", () => {
  const old = page("old");
  old.keep(change(1));
  old.release();
  assert.deepEqual(page("new", { code: "271828" }).takeOver().changes, []);
  assert.deepEqual(page("new", { role: "host" }).takeOver().changes, []);
});

test("a clock that was put back does not lock anything up", () => {
  page("old").keep(change(1));
  now -= 3_600_000;
  assert.equal(page("new").takeOver().changes.length, 1);
});

test("items that somebody else has written into the storage are left alone", () => {
  storage.setItem("livemap:314159:participant:change:x:1", "{not json");
  storage.setItem("livemap:314159:participant:change:x:2", "null");
  storage.setItem("livemap:314159:participant", "x");
  assert.deepEqual(page("new").takeOver(), { changes: [], drags: [] });
});
