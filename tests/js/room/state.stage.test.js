/** A room's stage: activities in a plan, hidden answers, rounds, what screens show. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { RoomState } from "../../../static/mapapp/js/room/state.js";

const GUESS = {
  ...{ number: 3, kind: "guess", question: "Where is this?", stage: "prepare", round: 1, ends: null },
  surface: { kind: "outline", view: { lat: 20, lng: 10, zoom: 2 }, names: false },
  settings: { hidden: true, seconds: 30, targets: [[59.9, 10.7, 0]] },
};
const FIRST = { ...GUESS, number: 1, kind: "own", question: "Where?" };

const ROOM = {
  ...{ t: "snapshot", epoch: "e", rev: 10, title: "Monday", question: "Where?", rules: "own" },
  ...{ markers_each: 1, anyone_adds: false, phase: "open", view: { lat: 20, lng: 10, zoom: 2 } },
  ...{ people: [[1, "Red Fox"]], activity: 1, place: [1, 2], stage: "answer", round: 1, ends: null },
  ...{ hidden: false, spotlight: 0, camera: null, activities: [FIRST, GUESS], late: [] },
  surface: { kind: "outline", view: { lat: 20, lng: 10, zoom: 2 }, names: false },
  settings: { markers_each: 1, hidden: true, seconds: 30 },
  markers: [[1, 59.9, 10.7, 1, 0, 0, 3, 0, "Oslo"]],
};
const HIDDEN = { ...ROOM, hidden: true, markers: [] };
const OWN = [7, 1, 2, 5, 0, 0, 1, 0, ""];

function room(snapshot = ROOM) {
  const state = new RoomState();
  state.applySnapshot(structuredClone(snapshot));
  return state;
}

/** Applies changes as the next tick would bring them. */
function apply(state, ...changes) {
  const numbered = changes.map((change, index) => ({ rev: state.rev + 1 + index, ...change }));
  const rev = state.rev + changes.length;
  assert.ok(state.applyTick({ t: "tick", rev, changes: numbered, moves: [] }));
}

const numbers = (state) => state.activities.map(({ number }) => number);

test("a snapshot tells the current activity with its surface, its settings and its stage", () => {
  const { activity, place, hidden } = room(HIDDEN);
  assert.deepEqual([activity.number, activity.stage, activity.round], [1, "answer", 1]);
  assert.equal(activity.surface.names, false);
  assert.deepEqual([activity.settings.seconds, activity.settings.targets], [30, []]);
  assert.deepEqual([place, hidden], [[1, 2], true]);
});

test("a server that knows no stages has one activity, which is answered or closed", () => {
  const { t, epoch, rev, title, question, rules, markers_each, anyone_adds, view, people, markers } = ROOM;
  const old = { t, epoch, rev, title, question, rules, markers_each, anyone_adds, view, people, markers };
  assert.equal(room({ ...old, phase: "open" }).activity.stage, "answer");
  const locked = room({ ...old, phase: "locked" });
  assert.equal(locked.activity.stage, "closed");
  assert.deepEqual([locked.place, locked.hidden], [[1, 1], false]);
});

test("steps of the flow set stage, round, timer and phase", () => {
  /** L1 */
  const state = room();
  apply(state, { kind: "timer", ends: 5000 });
  assert.equal(state.activity.ends, 5000);
  apply(state, { kind: "stage", stage: "closed" });
  assert.deepEqual([state.activity.stage, state.phase, state.activity.ends], ["closed", "locked", 5000]);
  apply(state, { kind: "unlock" });
  assert.deepEqual([state.activity.stage, state.phase, state.activity.ends], ["answer", "open", null]);
  apply(state, { kind: "lock" }, { kind: "stage", stage: "revealed" });
  assert.deepEqual([state.activity.stage, state.phase], ["revealed", "locked"]);
  apply(state, { kind: "stage", stage: "answer", round: 2, ends: 9000 });
  assert.deepEqual([state.activity.round, state.phase, state.activity.ends], [2, "open", 9000]);
  assert.deepEqual(state.activities[0].round, 2, "the plan says the same");
  apply(state, { kind: "close" }, { kind: "stage", stage: "answer" });
  assert.equal(state.phase, "closed");
});

test("a second round remembers where markers stood in the first", () => {
  const state = room();
  apply(state, { kind: "stage", stage: "revealed" }, { kind: "stage", stage: "answer", round: 2 });
  apply(state, { kind: "place", by: 1, marker: 1, lat: 5, lng: 6 });
  assert.deepEqual([...state.before], [[1, { lat: 59.9, lng: 10.7 }]]);
  assert.deepEqual([...room({ ...ROOM, before: [[1, 3, 4]] }).before], [[1, { lat: 3, lng: 4 }]]);
  apply(state, { kind: "remove", marker: 1 });
  assert.equal(state.before.size, 0);
});

test("a plan is added to, reworded, reordered, thinned out and restored", () => {
  const state = room();
  apply(state, { kind: "prepare", activity: 4, value: { kind: "own", question: "A" }, after: 1 });
  apply(state, { kind: "prepare", activity: 5, value: { kind: "zones", question: "B" }, after: 0 });
  assert.deepEqual(numbers(state), [1, 4, 3, 5]);
  assert.deepEqual([state.activities[1].stage, state.activities[1].round], ["prepare", 1]);
  apply(state, { kind: "revise", activity: 4, value: { question: "C" } });
  assert.deepEqual([state.activities[1].question, state.activities[1].kind], ["C", "own"]);
  apply(state, { kind: "discard", activity: 4 }, { kind: "discard", activity: 99 });
  assert.deepEqual(numbers(state), [1, 3, 5]);
  apply(state, { kind: "restore", activity: 4 }, { kind: "restore", activity: 98 });
  assert.deepEqual(numbers(state), [1, 4, 3, 5]);
  assert.equal(state.activities[1].question, "C");
  const value = { kind: "own", question: "Long gone", stage: "revealed", round: 1 };
  apply(state, { kind: "restore", activity: 9, value, after: 3 });
  apply(state, { kind: "restore", activity: 8, value, after: 0 });
  assert.deepEqual(numbers(state), [8, 1, 4, 3, 9, 5], "discarded before this page's snapshot");
  assert.equal(state.activities[0].stage, "revealed");
  apply(state, { kind: "discard", activity: 8 }, { kind: "discard", activity: 9 });
  apply(state, { kind: "order", activities: [5, 3, 1, 4] });
  assert.deepEqual(numbers(state), [5, 3, 1, 4]);
});

test("an answer that came too late is offered once, and counted where it was offered", () => {
  const state = room();
  apply(state, { kind: "late", person: 2, of: 0, lat: 1, lng: 2 });
  apply(state, { kind: "late", person: 2, of: 0, lat: 3, lng: 4 });
  assert.deepEqual(state.late, [[2, 0, 3, 4]]);
  apply(state, { kind: "count", by: 1, person: 2, marker: 9, lat: 3, lng: 4, colour: 2, icon: 1, label: "x" });
  assert.deepEqual(state.late, []);
  const { owner, lat, label } = state.markers.get(9);
  assert.deepEqual([owner, lat, label], [2, 3, "x"]);
  apply(state, { kind: "count", by: 1, person: 2, marker: 9, lat: 5, lng: 6 });
  assert.deepEqual([state.markers.get(9).lat, state.markers.get(9).label], [5, "x"]);
});

test("the room gets another title", () => {
  const state = room();
  apply(state, { kind: "title", title: "Monday" });
  assert.equal(state.title, "Monday");
});

test("screens are told what to show, and what to look at", () => {
  const state = room();
  apply(state, { kind: "camera", area: [1, 2, 3, 4], everyone: true });
  assert.deepEqual(state.camera, [1, 2, 3, 4]);
  apply(state, { kind: "camera", area: null, everyone: false }, { kind: "spotlight", on: 1 });
  assert.deepEqual([state.camera, state.spotlight], [null, 1]);
  assert.deepEqual(room({ ...ROOM, camera: [1, 2, 3, 4] }).camera, [1, 2, 3, 4]);
});

test("one's own markers are there though the room hides markers", () => {
  /** X1 */
  const state = new RoomState();
  assert.deepEqual(state.applyMine({ rev: 10, markers: [OWN] }), [], "before the room is known");
  state.applySnapshot(structuredClone(HIDDEN));
  assert.deepEqual([...state.markers.keys()], [7]);
  assert.deepEqual(state.applyMine({ rev: 11, markers: [[7, 3, 4, 5, 5, 11, 1, 0, ""]] }), [7]);
  apply(state, { kind: "hidden" });
  assert.deepEqual([state.markers.get(7).lat, state.markers.get(7).grab], [3, 11]);
  assert.deepEqual(state.applyMine({ rev: 12, markers: [] }), [7]);
  assert.equal(state.markers.size, 0);
});

test("what one was told of one's own markers lasts until the reveal or another activity", () => {
  const state = room(HIDDEN);
  state.applyMine({ rev: 10, markers: [OWN] });
  state.applySnapshot({ ...structuredClone(HIDDEN), rev: 12 });
  assert.equal(state.markers.size, 1, "another snapshot of the same activity");
  state.applySnapshot({ ...structuredClone(HIDDEN), rev: 13, activity: 3 });
  assert.equal(state.markers.size, 0, "another activity");
  state.applyMine({ rev: 13, markers: [OWN] });
  state.applySnapshot({ ...structuredClone(ROOM), rev: 14 });
  state.applySnapshot({ ...structuredClone(HIDDEN), rev: 15 });
  assert.equal(state.markers.size, 0, "revealed, and hidden again");
});
