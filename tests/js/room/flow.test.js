/** "Next" and "back", as the contract of the stage says them (L1). */

import assert from "node:assert/strict";
import test from "node:test";

import { moment, nextStep, positionOf, secondRound, stepBack, stepTo } from "../../../static/mapapp/js/room/flow.js";

const LIST = [
  { number: 3, question: "First?" },
  { number: 1, question: "Second?" },
  { number: 7, question: "Third?" },
];

function room({ number = 3, stage = "answer", round = 1, hidden = false, phase = "open" } = {}) {
  return /** @type {any} */ ({
    activity: { number, stage, round },
    hidden,
    activities: LIST,
    phase,
  });
}

/** Presses "next" until there is no next step, as the server would take it. */
function walk(start, hidden) {
  const done = [];
  const now = room({ ...start, hidden });
  for (let step = nextStep(now); step; step = nextStep(now)) {
    done.push(`${step.does} ${step.fields.stage ?? step.question}`);
    if (step.t === "stage") now.activity.stage = step.fields.stage;
    else Object.assign(now.activity, { number: step.fields.activity, stage: "prepare" });
    assert.ok(done.length < 20);
  }
  return done;
}

test("with hidden answers, next goes through all stages and on to the next activity", () => {
  assert.deepEqual(walk({ number: 1, stage: "prepare" }, true), [
    "open answer",
    "close closed",
    "reveal revealed",
    "next Third?",
    "open answer",
    "close closed",
    "reveal revealed",
  ]);
});

test("where nothing is hidden, the end of the answers shows the result", () => {
  assert.deepEqual(walk({ number: 7, stage: "prepare" }, false), ["open answer", "result revealed"]);
});

test("answers that were closed without a reveal are shown next", () => {
  assert.equal(nextStep(room({ stage: "closed" }))?.does, "result");
  assert.equal(nextStep(room({ stage: "closed", hidden: true }))?.does, "reveal");
});

test("a step of the stage names where it starts, so that a second press is refused", () => {
  const step = nextStep(room({ number: 1, stage: "closed", round: 2, hidden: true }));
  assert.deepEqual(step, {
    does: "reveal",
    t: "stage",
    fields: { stage: "revealed", from: { activity: 1, stage: "closed", round: 2 } },
  });
});

test("back goes to the activity before, and from the first one nowhere", () => {
  const step = stepBack(room({ number: 1, stage: "prepare" }));
  assert.deepEqual(step, { does: "back", t: "go", fields: { activity: 3 }, question: "First?" });
  assert.equal(stepBack(room({ number: 3 })), null);
});

test("the last activity has no next, and a closed room has no step at all", () => {
  assert.equal(nextStep(room({ number: 7, stage: "revealed" })), null);
  const closed = room({ number: 1, phase: "closed" });
  for (const step of [nextStep, stepBack, secondRound]) assert.equal(step(closed), null);
  assert.equal(stepTo(closed, 3), null);
});

test("a second round follows the first one only", () => {
  for (const stage of ["closed", "revealed"]) {
    const step = secondRound(room({ stage }));
    assert.deepEqual(step?.fields, {
      stage: "answer",
      round: 2,
      from: { activity: 3, stage, round: 1 },
    });
    assert.equal(step?.does, "again");
  }
  assert.equal(secondRound(room({ stage: "answer" })), null);
  assert.equal(secondRound(room({ stage: "revealed", round: 2 })), null);
});

test("a tap on an activity goes there, forwards or backwards", () => {
  assert.equal(stepTo(room({ number: 1 }), 7)?.does, "next");
  assert.equal(stepTo(room({ number: 1 }), 3)?.does, "back");
  assert.equal(stepTo(room({ number: 1 }), 1), null);
  assert.equal(stepTo(room({ number: 1 }), 99), null);
});

test("without the list of activities only the stages can be stepped through", () => {
  const alone = { ...room({ stage: "revealed" }), activities: [] };
  assert.equal(positionOf(alone), -1);
  assert.equal(nextStep(alone), null);
  assert.equal(stepBack(alone), null);
  assert.equal(nextStep({ ...alone, activity: { ...alone.activity, stage: "prepare" } })?.does, "open");
  assert.deepEqual(moment(alone), { activity: 3, stage: "revealed", round: 1 });
});
