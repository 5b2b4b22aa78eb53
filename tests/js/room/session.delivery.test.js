import assert from "node:assert/strict";
import { test } from "node:test";
import { roomForEachTest } from "../support/room.js";
import { once, until } from "../support/until.js";

const room = roomForEachTest();
const PREFIX = "livemap:314159:participant:";
const keptKeys = () => [...room.browser.storage.entries.keys()].filter((key) => key.startsWith(PREFIX));

test("a change is unsaved until it is acknowledged, and then the room shows it", async () => {
  /** D3 */
  const session = await room.enter();
  const answer = session.change("add", { lat: 48.1371544, lng: 371.5, label: "here" });
  assert.equal(session.unsaved, 1);
  assert.equal(keptKeys().length, 2);
  const [pending] = session.pendingAdds;
  assert.deepEqual([pending.lat, pending.lng, pending.label], [48.137154, 11.5, "here"]);
  assert.deepEqual(await answer, { ok: true, rev: 2, marker: 1, person: 1 });
  assert.equal(session.unsaved, 0);
  assert.deepEqual(keptKeys(), []);
  await until("shown", () => session.state.markers.has(1));
  assert.deepEqual(session.pendingAdds, []);
  assert.equal(session.me.person, 1);
});

test("a marker does not vanish between its acknowledgement and the tick that shows it", async () => {
  const session = await room.enter();
  const visible = [];
  const look = () => visible.push(session.pendingAdds.length + session.state.markers.size);
  session.on(["saved", "state"], look);
  await session.change("add", { lat: 1, lng: 2 });
  await until("shown", () => session.state.markers.size === 1);
  assert.ok(visible.length >= 2 && visible.every((count) => count === 1), `${visible}`);
});

test("a change made before the connection is there waits for it", async () => {
  const session = room.open();
  assert.equal((await session.change("add", { lat: 1, lng: 2 })).ok, true);
});

test("a lost answer makes it go again, and the room takes it once", async () => {
  /** D2 */
  const session = await room.enter();
  let losses = 2;
  room.server.fault.cutAfter = ({ t }) => t === "add" && losses-- > 0;
  assert.equal((await session.change("add", { lat: 1, lng: 2 })).ok, true);
  assert.equal(room.server.received("add").length, 3);
  assert.deepEqual(new Set(room.server.received("add").map(({ op }) => op)), new Set([1]));
  assert.equal(room.server.markers.size, 1);
});

test("changes arrive in the order in which they were made, whatever happens to the line", async () => {
  /** D3 */
  const session = await room.enter();
  await session.change("add", { lat: 0, lng: 0 });
  let cuts = 0;
  room.server.fault.cutBefore = ({ op }) => op % 5 === 0 && cuts++ % 3 < 2;
  const labels = Array.from({ length: 50 }, (_, n) => `label ${n}`);
  const answers = labels.map((label) => session.change("edit", { marker: 1, label }));
  assert.equal(session.isUnsaved(1), true);
  assert.ok((await Promise.all(answers)).every(({ ok }) => ok));
  assert.equal(session.isUnsaved(1), false);
  const edits = room.server.log.filter(({ kind }) => kind === "edit").map(({ label }) => label);
  assert.deepEqual(edits, labels);
});

test("no more than 32 are unanswered at a time", async () => {
  const session = await room.enter();
  await session.change("add", { lat: 0, lng: 0 });
  room.server.fault.ignore = ({ t }) => t === "edit";
  const answers = Array.from({ length: 80 }, (_, n) => {
    return session.change("edit", { marker: 1, colour: n % 8 });
  });
  // Without answers it doubts the line in the end; up to then it has sent this much.
  await until("a ping", () => room.server.received("ping").length);
  assert.equal(room.server.received("edit").length, 32);
  room.server.fault.ignore = () => false;
  room.server.cut();
  await Promise.all(answers);
  assert.equal(room.server.log.filter(({ kind }) => kind === "edit").length, 80);
});

test("a change that cannot be stored just now is sent again as the same one, later each time", async () => {
  const session = await room.enter();
  const times = [];
  room.server.fault.refuse = ({ t }) => {
    if (t === "add") times.push(room.browser.now());
    return times.length < 4 ? "unavailable" : undefined;
  };
  const answers = [session.change("add", { lat: 1, lng: 2 }), session.change("name", { name: "Ada" })];
  assert.deepEqual((await Promise.all(answers)).map(({ ok }) => ok), [true, true]);
  assert.deepEqual(new Set(room.server.received("add").map(({ op }) => op)), new Set([1]));
  const waits = times.slice(1).map((time, index) => time - times[index]);
  assert.ok(waits[0] >= 500 && waits[1] >= 1000 && waits[2] >= 2000, `${waits}`);
});

test("a change that came when too many were waiting is sent again", async () => {
  const session = await room.enter();
  let tooMany = true;
  room.server.fault.refuse = () => (tooMany ? "too_many_unanswered" : undefined);
  const answer = session.change("add", { lat: 1, lng: 2 });
  await until("refused once", () => room.server.received("add").length);
  tooMany = false;
  assert.equal((await answer).ok, true);
});

test("every other refusal is final, and its reason is a sentence", async () => {
  const session = await room.enter();
  const answer = await session.change("edit", { marker: 99, label: "?" });
  assert.deepEqual([answer.ok, answer.code], [false, "no_marker"]);
  assert.match(answer.message, /no longer on the map/);
  assert.equal(session.unsaved, 0);
  assert.deepEqual(keptKeys(), []);
});

test("an error that names the change is its refusal", async () => {
  const session = await room.enter();
  room.server.fault.cutBefore = () => false;
  room.server.fault.refuse = () => "unavailable";
  const answer = session.change("add", { lat: 1, lng: 2 });
  await until("sent", () => room.server.received("add").length);
  room.server.sendAll({ t: "error", code: "bad_field", message: "lat: …", op: 1 });
  assert.equal((await answer).code, "bad_field");
});

test("what could never be sent is refused at once", async () => {
  const session = await room.enter();
  const answer = await session.change("add", { lat: 1, lng: 2, label: "😀".repeat(2000) });
  assert.equal(answer.code, "too_large");
  assert.throws(() => session.change("add", { lat: NaN, lng: 2 }), RangeError);
  assert.equal(session.unsaved, 0);
});

test("if nothing can be kept, everything works, and the person is told once", async () => {
  room.browser.storage.isFull = true;
  const session = room.open();
  const notices = [];
  session.on("notice", ({ code }) => notices.push(code));
  await until("live", () => session.status.name === "live");
  await session.change("add", { lat: 1, lng: 2 });
  room.server.cut();
  await until("lost", () => session.status.name === "lost");
  assert.equal((await session.change("edit", { marker: 1, label: "x" })).ok, true);
  assert.deepEqual(notices, ["not_kept"]);
  assert.equal(room.server.tokens.size, 1);
});

test("the place of a pending change can be asked for until the room shows it", async () => {
  const session = await room.enter();
  await session.change("add", { lat: 1, lng: 1 });
  const answer = session.change("place", { marker: 1, lat: 5, lng: 6 });
  assert.deepEqual(session.pendingPosition(1), { lat: 5, lng: 6 });
  await answer;
  await until("shown", () => session.state.markers.get(1)?.lat === 5);
  assert.equal(session.pendingPosition(1), null);
  const saved = once(session, "saved");
  session.change("place", { marker: 1, lat: 7, lng: 8 });
  await saved;
});
