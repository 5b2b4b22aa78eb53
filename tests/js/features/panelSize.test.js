import assert from "node:assert/strict";
import test from "node:test";

import { isPanelLarge } from "../../../static/mapapp/js/features/join/panelSize.js";

const large = (stage, position, people) =>
  isPanelLarge(/** @type {any} */ ({ activity: { stage }, place: [position, 5] }), people);

test("the panel is large while people arrive, at the first question", () => {
  for (const stage of ["prepare", "answer", "closed"]) {
    assert.ok(large(stage, 1, 0));
    assert.ok(large(stage, 1, 30), stage);
  }
});

test("it makes room for the result, and for the questions that follow", () => {
  assert.ok(!large("revealed", 1, 30));
  for (const stage of ["prepare", "answer", "closed", "revealed"]) {
    assert.ok(!large(stage, 2, 30), stage);
  }
});

test("a room with nobody in it is inviting, whichever question is prepared", () => {
  assert.ok(large("prepare", 2, 0));
  assert.ok(!large("answer", 2, 0));
});
