/** What an editor sees of a room's activities, while its own edits are on their way. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { concerns, valueAt, withValue } from "../../../static/mapapp/js/features/editor/paths.js";
import { Plan } from "../../../static/mapapp/js/features/editor/plan.js";

/** A room whose answers and ticks come when the test says so. */
function venue() {
  const row = (number, question) => ({
    ...{ number, kind: "own", question, surface: { kind: "streets" }, settings: { markers_each: 1 } },
    ...{ stage: "prepare", round: 1, ends: null },
  });
  const room = { rows: [row(1, "One"), row(2, "Two"), row(3, "Three")], rev: 10 };
  const sent = [];
  const timers = new Set();
  const plan = new Plan({
    activities: () => room.rows,
    rev: () => room.rev,
    change: (t, fields) => new Promise((resolve) => sent.push({ t, fields, resolve })),
    setTimeout: (callback) => {
      timers.add(callback);
      return callback;
    },
    clearTimeout: (timer) => timers.delete(timer),
  });
  const rest = () => {
    for (const timer of timers) {
      timers.delete(timer);
      timer();
    }
  };
  /** The server stores and tells it. */
  const tick = (change) => {
    room.rev += 1;
    change(room);
    plan.refresh();
  };
  return { plan, room, sent, rest, tick, row };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));
const questions = (plan) => plan.activities.map(({ question }) => question);

test("an edit shows at once, and stays until the room has it", async () => {
  const { plan, room, sent, tick } = venue();
  plan.edit(2, "settings.markers_each", 3);
  assert.deepEqual(sent[0].fields, { activity: 2, value: { settings: { markers_each: 3 } } });
  assert.equal(plan.get(2).settings.markers_each, 3);
  assert.ok(plan.isUnsaved);
  sent[0].resolve({ ok: true, rev: 11 });
  await settled();
  assert.ok(!plan.isUnsaved);
  assert.equal(plan.get(2).settings.markers_each, 3, "acknowledged, but not told yet");
  tick(() => (room.rows[1].settings = { markers_each: 3 }));
  // From now on the room's own value counts: another editor's, too.
  tick(() => (room.rows[1].settings = { markers_each: 5 }));
  assert.equal(plan.get(2).settings.markers_each, 5);
});

test("typing is sent when it rests or the field is left, as one change", () => {
  const { plan, sent, rest } = venue();
  plan.edit(1, "question", "W", { isTyping: true });
  plan.edit(1, "question", "Wh", { isTyping: true });
  assert.deepEqual(sent, []);
  assert.equal(plan.get(1).question, "Wh");
  rest();
  assert.deepEqual(sent.map(({ fields }) => fields.value), [{ question: "Wh" }]);
  plan.edit(1, "question", "Who", { isTyping: true });
  plan.flush();
  rest();
  assert.equal(sent.length, 2);
});

test("what was typed while an earlier edit was on its way is not undone by its answer", async () => {
  const { plan, room, sent, tick } = venue();
  plan.edit(1, "question", "First");
  plan.edit(1, "question", "Second");
  sent[0].resolve({ ok: true, rev: 11 });
  await settled();
  tick(() => (room.rows[0].question = "First"));
  assert.equal(plan.get(1).question, "Second");
  sent[1].resolve({ ok: true, rev: 12 });
  await settled();
  tick(() => (room.rows[0].question = "Second"));
  assert.ok(!plan.isUnsaved);
});

test("a refused value stays in the form with the server's sentence, until it is mended", async () => {
  const { plan, sent } = venue();
  plan.edit(1, "settings.markers_each", 1000);
  const refused = { ok: false, code: "bad_field", field: "settings.markers_each", message: "Expected 1 to 100." };
  sent[0].resolve(refused);
  await settled();
  assert.equal(plan.get(1).settings.markers_each, 1000);
  assert.deepEqual(plan.complaints(1), [{ field: "settings.markers_each", message: "Expected 1 to 100." }]);
  plan.edit(1, "settings.markers_each", 100);
  sent[1].resolve({ ok: true, rev: 11 });
  await settled();
  assert.deepEqual(plan.complaints(1), []);
});

test("what the room cannot do at all is taken back, in a sentence", async () => {
  const { plan, sent } = venue();
  const said = [];
  plan.on("failed", (message) => said.push(message));
  plan.edit(1, "kind", "shared");
  sent[0].resolve({ ok: false, code: "has_markers", message: "It has markers already." });
  await settled();
  assert.equal(plan.get(1).kind, "own");
  assert.deepEqual(said, ["It has markers already."]);
  assert.ok(!plan.isUnsaved);
});

test("a new order shows at once, and falls back if it is refused", async () => {
  const { plan, room, sent, tick } = venue();
  plan.move(3, 0);
  assert.deepEqual(questions(plan), ["Three", "One", "Two"]);
  assert.deepEqual(sent[0].fields, { activities: [3, 1, 2] });
  sent[0].resolve({ ok: true, rev: 11 });
  await settled();
  tick(() => room.rows.unshift(room.rows.pop()));
  assert.deepEqual(questions(plan), ["Three", "One", "Two"]);
  plan.move(1, 5);
  assert.deepEqual(questions(plan), ["Three", "Two", "One"]);
  sent[1].resolve({ ok: false, code: "bad_field", message: "No." });
  await settled();
  assert.deepEqual(questions(plan), ["Three", "One", "Two"]);
});

test("a copy has everything but what has happened to the original", async () => {
  const { plan, room, sent, tick, row } = venue();
  const copied = plan.duplicate(2);
  assert.deepEqual(sent[0], {
    t: "prepare",
    fields: {
      activity: { kind: "own", question: "Two", surface: { kind: "streets" }, settings: { markers_each: 1 } },
      after: 2,
    },
    resolve: sent[0].resolve,
  });
  sent[0].resolve({ ok: true, rev: 11, activity: 4 });
  await settled();
  tick(() => room.rows.splice(2, 0, row(4, "Two")));
  assert.equal(await copied, 4);
  assert.deepEqual(questions(plan), ["One", "Two", "Two", "Three"]);
});

test("edits of an activity that somebody takes out are forgotten", async () => {
  const { plan, room, tick } = venue();
  plan.edit(2, "question", "Never");
  tick(() => room.rows.splice(1, 1));
  assert.equal(plan.get(2), undefined);
  assert.ok(!plan.isUnsaved);
});

test("values are found and replaced by their path", () => {
  const whole = { settings: { seconds: 5 }, question: "x" };
  assert.equal(valueAt(whole, "settings.seconds"), 5);
  assert.equal(valueAt(whole, "surface.axes"), undefined);
  assert.deepEqual(withValue(whole.settings, ["seconds"], 6), { seconds: 6 });
  assert.deepEqual(withValue(whole.settings, ["seconds"], undefined), {});
  assert.deepEqual(withValue(undefined, ["axes", "x"], ["a", "b"]), { axes: { x: ["a", "b"] } });
  assert.equal(whole.settings.seconds, 5);
  assert.ok(concerns("surface.zones[2].label", "surface.zones"));
  assert.ok(concerns("settings.seconds", "settings.seconds"));
  assert.ok(concerns("settings", "settings.seconds"));
  assert.ok(!concerns("settings.seconds", "settings.second"));
});

test("leaving a field sends nothing again, and what is as it was is no edit", async () => {
  const { plan, sent, rest } = venue();
  plan.edit(1, "question", "Who", { isTyping: true });
  rest();
  plan.edit(1, "question", "Who");
  assert.equal(sent.length, 1);
  plan.edit(2, "question", "Two");
  assert.equal(sent.length, 1);
  assert.equal(plan.isUnsaved, true);
  sent[0].resolve({ ok: true, rev: 11 });
  await settled();
  assert.equal(plan.isUnsaved, false);
});
