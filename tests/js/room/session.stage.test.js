/** What a session makes of a room whose answers are hidden, and of results. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { roomForEachTest } from "../support/room.js";
import { once } from "../support/until.js";

const room = roomForEachTest();

const OWN = [7, 1, 2, 5, 0, 0, 1, 0, ""];
const HIDDEN = {
  ...{ t: "snapshot", epoch: "epoch-1", rev: 0, title: "", question: "Where?", rules: "guess" },
  ...{ markers_each: 1, anyone_adds: false, phase: "open", view: { lat: 20, lng: 10, zoom: 2 } },
  ...{ people: [], markers: [], activity: 1, stage: "answer", round: 1, hidden: true },
};
const RESULT = { t: "result", rev: 0, activity: 1, round: 1, people: 12 };

test("one's own markers are told as changes of the state", async () => {
  /** X1 */
  const session = await room.enter();
  room.server.sendAll(HIDDEN);
  await once(session, "state");
  room.server.sendAll({ t: "mine", rev: 1, markers: [OWN] });
  const { changes, snapshot } = await once(session, "state");
  assert.deepEqual([changes.map(({ marker }) => marker), snapshot], [[7], false]);
  assert.equal(session.state.markers.get(7).owner, 5);
  assert.equal(session.state.rev, 0, "their revision is told by a tick");
});

test("how many have answered is told beside how many are there", async () => {
  const session = await room.enter();
  room.server.sendAll({ t: "tick", rev: 0, changes: [], moves: [], answered: 22 });
  await once(session, "presence");
  assert.equal(session.presence.answered, 22);
  assert.equal(session.presence.people, 1);
});

test("a result is shown in the activity and round that it belongs to", async () => {
  const session = await room.enter();
  room.server.sendAll({ ...RESULT });
  await once(session, "result");
  assert.equal(session.results.room, null, "it came before the activity");
  room.server.sendAll(HIDDEN);
  await once(session, "result");
  assert.equal(session.results.room.people, 12);
  room.server.sendAll({ t: "your_result", activity: 1, round: 1, marker: 7, km: 312, place: 14, of: 230 });
  await once(session, "result");
  assert.equal(session.results.own.km, 312);
  room.server.sendAll({ ...HIDDEN, rev: 0, round: 2 });
  await once(session, "result");
  assert.deepEqual([session.results.room, session.results.own], [null, null]);
});
