/** An answer that was made in time and arrives after the end is offered to the host. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { roomForEachTest } from "../support/room.js";
import { once, until } from "../support/until.js";

const room = roomForEachTest();

// Told from the start: the phone's clock is years behind, and a ping would set it in mid-test.
beforeEach(() => {
  room.server.clockAhead = 0;
});

/** The room's answers end so much later (ms, by the server's clock). */
async function timed(session, { ends, ...more }) {
  room.server.sendAll({
    ...{ t: "snapshot", epoch: "epoch-1", rev: room.server.rev, title: "", question: "Where?" },
    ...{ rules: "own", markers_each: 1, anyone_adds: false, phase: "open", people: [] },
    ...{ view: { lat: 20, lng: 10, zoom: 2 }, activity: 1, stage: "answer", round: 1, hidden: false },
    markers: [...room.server.markers.values()].map((m) => [
      ...[m.number, m.lat, m.lng, m.owner, m.holder, m.grab, m.colour, m.icon, m.label],
    ]),
    ends,
    ...more,
  });
  await once(session, "state");
}
const later = (ms) => Date.now() + ms;
/** Long, because the phone's time runs fast here and a busy machine is slow. */
const AN_HOUR = 3_600_000;

test("a marker that was placed before the end and arrives after it is offered as late", async () => {
  const session = await room.enter();
  await timed(session, { ends: later(AN_HOUR) });
  room.server.phase = "locked";
  const answer = await session.change("add", { lat: 1, lng: 2 });
  assert.equal(answer.code, "came_late");
  assert.match(answer.message, /came after the end/);
  assert.deepEqual(room.server.late, [{ marker: undefined, lat: 1, lng: 2 }]);
  assert.equal(session.unsaved, 0);
});

test("what was made after the end is only refused", async () => {
  const session = await room.enter();
  await timed(session, { ends: later(-1_000) });
  room.server.phase = "locked";
  const answer = await session.change("add", { lat: 1, lng: 2 });
  assert.equal(answer.code, "locked");
  assert.deepEqual(room.server.late, []);
});

test("where there was no timer nothing is late", async () => {
  const session = await room.enter();
  await timed(session, { ends: null });
  room.server.phase = "locked";
  assert.equal((await session.change("add", { lat: 1, lng: 2 })).code, "locked");
});

test("an answer to the question before is not offered for this one", async () => {
  const session = await room.enter();
  await timed(session, { ends: later(AN_HOUR) });
  room.server.fault.ignore = ({ t }) => t === "add";
  const answer = session.change("add", { lat: 1, lng: 2 });
  await until("on its way", () => room.server.received("add").length);
  await timed(session, { ends: later(AN_HOUR), activity: 2 });
  room.server.phase = "locked";
  room.server.fault.ignore = () => false;
  room.server.cut();
  assert.equal((await answer).code, "locked");
  assert.deepEqual(room.server.late, []);
});

test("a phone whose clock is wrong goes by the server's", async () => {
  /** L2 */
  room.server.clockAhead = 600_000;
  const session = await room.enter();
  await timed(session, { ends: Date.now() + 600_000 + 60_000 });
  room.server.phase = "locked";
  assert.equal((await session.change("add", { lat: 1, lng: 2 })).code, "came_late");
  await timed(session, { ends: Date.now() + 600_000 - 60_000 });
  assert.equal((await session.change("add", { lat: 1, lng: 2 })).code, "locked");
});

test("a moved marker is offered with its number, and so is one that was dropped", async () => {
  const session = await room.enter();
  await session.change("add", { lat: 1, lng: 1 });
  await timed(session, { ends: later(AN_HOUR) });
  const drag = session.drag(1);
  drag.to(5, 5);
  await until("held", () => drag.state === "held");
  room.server.phase = "locked";
  drag.to(6, 6);
  assert.equal((await drag.drop(6, 6)).code, "came_late");
  assert.equal((await session.change("place", { marker: 1, lat: 7, lng: 7 })).code, "came_late");
  assert.deepEqual(room.server.late, [
    { marker: 1, lat: 6, lng: 6 },
    { marker: 1, lat: 7, lng: 7 },
  ]);
});

test("a late answer that nobody takes any more is refused as the first time", async () => {
  const session = await room.enter();
  await timed(session, { ends: later(AN_HOUR) });
  room.server.phase = "locked";
  room.server.takesLate = false;
  assert.equal((await session.change("add", { lat: 1, lng: 2 })).code, "locked");
});

test("an answer that outlived a reload is offered, too", async () => {
  /** D3 */
  room.server.stage = { activity: 1, stage: "answer", round: 1, ends: later(AN_HOUR) };
  const before = await room.enter();
  room.server.fault.ignore = ({ t }) => t === "add";
  before.change("add", { lat: 1, lng: 2 });
  await until("on its way", () => room.server.received("add").length);
  before.stop();
  room.server.phase = "locked";
  room.server.fault.ignore = () => false;
  const { code } = await once(room.open(), "notice");
  assert.equal(code, "came_late");
  assert.deepEqual(room.server.late, [{ marker: undefined, lat: 1, lng: 2 }]);
});
