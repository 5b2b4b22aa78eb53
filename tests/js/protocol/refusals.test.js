/** What a refused change says, and of which field. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { refusal } from "../../../static/mapapp/js/protocol/sentences.js";

test("a refused value of an activity is told with its field, in the server's words", () => {
  const wrong = (message, code = "bad_plan") => {
    const { field, message: sentence } = refusal(code, { message });
    return [field, sentence];
  };
  assert.deepEqual(wrong("settings.seconds: Expected a whole number."), ["settings.seconds", "Expected a whole number."]);
  assert.deepEqual(wrong("activity.surface.zones[2].label: Expected text.", "bad_field"), [
    "surface.zones[2].label",
    "Expected text.",
  ]);
  assert.deepEqual(wrong("value.question: This text is empty or too long."), [
    "question",
    "This text is empty or too long.",
  ]);
  assert.deepEqual(
    refusal("bad_plan", { message: "Expected text.", field: "question" }),
    { ok: false, code: "bad_plan", message: "Expected text.", field: "question" },
  );
});

test("any other refusal has the sentence of its code", () => {
  assert.equal(refusal("held", { message: "x: y" }).field, undefined);
  assert.match(refusal("bad_field", { message: "Nonsense." }).message, /couldn't accept/);
});
