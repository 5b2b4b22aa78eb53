import assert from "node:assert/strict";
import { test } from "node:test";
import { Flow } from "../../../static/mapapp/js/features/flow/flow.js";

const ACTIVITIES = [1, 2, 3].map((number) => ({ number, question: `${number}?` }));

/** A flow in the second of three activities, whose steps are stored when a test says so. */
function flowOf() {
  const sent = [];
  const session = {
    state: { rev: 7, activity: { number: 2, stage: "prepare", round: 1 }, activities: ACTIVITIES, hidden: false, phase: "open" },
    change: (t) => new Promise((answer) => sent.push({ t, store: (rev) => answer({ ok: true, rev }) })),
  };
  return { sent, session, flow: new Flow(session, { done() {}, refused() {} }) };
}

test("a press while a step is on its way does nothing, whichever button it is", async () => {
  const { flow, sent } = flowOf();
  flow.take(flow.next);
  flow.take(flow.next);
  flow.take(flow.back);
  assert.equal(sent.length, 1);
});

test("the second half of a double press is no step, and another button's press is one", async () => {
  const { flow, sent, session } = flowOf();
  const step = flow.take(flow.next);
  sent[0].store(8);
  await step;
  flow.take(flow.back);
  assert.equal(sent.length, 1, "where the room is now is not known yet");
  session.state.rev = 8;
  flow.take(flow.next);
  assert.equal(sent.length, 1, "the same button");
  assert.equal(flow.isReady, false);
  const back = flow.take(flow.back);
  assert.deepEqual(sent.map(({ t }) => t), ["stage", "go"]);
  sent[1].store(9);
  await back;
  session.state.rev = 9;
  flow.take(flow.back);
  assert.equal(sent.length, 2, "the same button");
});
