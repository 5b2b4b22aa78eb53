import assert from "node:assert/strict";
import { test } from "node:test";
import { RoomState } from "../../../static/mapapp/js/room/state.js";
import { serverExamples } from "../support/contract.js";

const SNAPSHOT = {
  ...{ t: "snapshot", epoch: "e", rev: 10, title: "Monday", question: "Where?", rules: "shared" },
  ...{ markers_each: 2, anyone_adds: true, phase: "open", view: { lat: 1, lng: 2, zoom: 3 } },
  people: [[1, "Red Fox"]],
  markers: [[1, 59.9, 10.7, 1, 0, 0, 3, 0, "Oslo"]],
};

function room() {
  const state = new RoomState();
  state.applySnapshot(SNAPSHOT);
  return state;
}

/** Applies changes as the next tick would bring them. */
function apply(state, ...changes) {
  const numbered = changes.map((change, index) => ({ rev: state.rev + 1 + index, ...change }));
  const rev = state.rev + changes.length;
  assert.ok(state.applyTick({ t: "tick", rev, changes: numbered, moves: [] }));
}

test("the contract's session leads to the state that it describes", () => {
  const state = new RoomState();
  for (const message of serverExamples()) {
    if (message.t === "snapshot") state.applySnapshot(message);
    if (message.t === "tick") assert.ok(state.applyTick(message), JSON.stringify(message));
  }
  assert.equal(state.rev, 7);
  assert.equal(state.phase, "locked");
  assert.equal(state.people.get(2), "Blue Otter");
  assert.deepEqual(state.markers.get(2), {
    ...{ number: 2, lat: 48.26, lng: 11.71, owner: 2, holder: 0, grab: 0 },
    ...{ colour: 2, icon: 0, label: "" },
  });
});

test("a snapshot replaces all that was known", () => {
  const state = room();
  apply(state, { kind: "add", by: 1, marker: 2, lat: 0, lng: 0, colour: 0, icon: 0, label: "" });
  state.applySnapshot({ ...SNAPSHOT, epoch: "f", rev: 3, markers: [], people: [] });
  assert.deepEqual([state.epoch, state.rev], ["f", 3]);
  assert.equal(state.markers.size + state.people.size, 0);
  const { kind, question, settings, surface, stage } = state.activity;
  assert.deepEqual([kind, question, stage], ["shared", "Where?", "answer"]);
  assert.deepEqual([settings.markers_each, settings.anyone_adds], [2, true]);
  assert.deepEqual(surface, {
    ...{ kind: "streets", names: true, view: { lat: 1, lng: 2, zoom: 3 } },
  });
});

test("each kind of change has the effect that the contract says", () => {
  const state = room();
  apply(state, { kind: "grab", by: 1, marker: 1 });
  assert.deepEqual([state.markers.get(1).holder, state.markers.get(1).grab], [1, 11]);
  apply(state, { kind: "release", marker: 1, lat: 5, lng: 6 });
  assert.deepEqual([state.markers.get(1).holder, state.markers.get(1).lat], [0, 5]);
  apply(state, { kind: "grab", by: 1, marker: 1 }, { kind: "drop", by: 1, marker: 1, lat: 7, lng: 8 });
  assert.deepEqual([state.markers.get(1).grab, state.markers.get(1).lng], [0, 8]);
  apply(state, { kind: "place", by: 1, marker: 1, lat: 1, lng: 2 });
  assert.deepEqual([state.markers.get(1).lat, state.markers.get(1).lng], [1, 2]);
  apply(state, { kind: "edit", by: 1, marker: 1, label: "" }, { kind: "edit", marker: 1, colour: 7 });
  assert.deepEqual([state.markers.get(1).label, state.markers.get(1).colour], ["", 7]);
  apply(state, { kind: "question", question: "Why?" }, { kind: "lock" });
  assert.deepEqual([state.activity.question, state.phase], ["Why?", "locked"]);
  apply(state, { kind: "unlock" }, { kind: "person", person: 2, name: "Blue Otter" });
  assert.deepEqual([state.phase, state.people.get(2)], ["open", "Blue Otter"]);
  apply(state, { kind: "ban", by: 1, person: 2 });
  assert.deepEqual([...state.people], [[1, "Red Fox"]]);
  apply(state, { kind: "remove", by: 1, marker: 1 }, { kind: "close" });
  assert.deepEqual([state.markers.size, state.phase], [0, "closed"]);
});

test("a change of an unknown kind counts its revision and does nothing else", () => {
  const state = room();
  const before = structuredClone(state.markers);
  apply(state, { kind: "sparkle", marker: 1, lat: 9 }, { kind: "sparkle" });
  assert.equal(state.rev, 12);
  assert.deepEqual(state.markers, before);
});

test("changes that do not join up are not applied at all, not even their moves", () => {
  /** O2 */
  const place = { kind: "place", marker: 1, lat: 0, lng: 0 };
  const bad = [
    { rev: 12, changes: [{ rev: 12, ...place }] },
    { rev: 12, changes: [{ rev: 11, ...place }, { rev: 13, ...place }] },
    { rev: 10, changes: [{ rev: 10, ...place }] },
    { rev: 13, changes: [{ rev: 11, ...place }] },
    { rev: 11, changes: [] },
    { rev: 9, changes: [] },
  ];
  for (const tick of bad) {
    const state = room();
    assert.equal(state.applyTick({ t: "tick", moves: [[1, 0, 0]], ...tick }), false);
    assert.deepEqual(state, room());
  }
});

test("moves come after the changes of their tick, and those of unknown markers do nothing", () => {
  const state = room();
  state.applyTick({
    ...{ t: "tick", rev: 11, moves: [[1, 3, 4], [99, 3, 4]] },
    changes: [{ rev: 11, kind: "place", marker: 1, lat: 1, lng: 1 }],
  });
  assert.deepEqual([state.markers.get(1).lat, state.markers.get(1).lng], [3, 4]);
  assert.equal(state.markers.size, 1);
});
