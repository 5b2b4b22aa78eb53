/** What undoes a host's change, and when it no longer fits (L3). */

import assert from "node:assert/strict";
import test from "node:test";

import { backFrom, discarded, orderBack, putBack, questionBack, restored, stageBack, titleBack } from "../../../static/mapapp/js/room/undo.js";

const room = (activity, numbers = [1, 2, 3]) =>
  /** @type {any} */ ({
    activity: { number: 1, stage: "answer", round: 1, ...activity },
    activities: numbers.map((number) => ({ number })),
  });
const at = (activity, stage, round = 1) => /** @type {any} */ ({ activity, stage, round });

test("going on is undone by going back, unless somebody has gone on since", () => {
  const { t, fields, fits } = backFrom(at(1, "revealed"), 2);
  assert.deepEqual({ t, fields }, { t: "go", fields: { activity: 1 } });
  assert.ok(fits(room({ number: 2 })));
  assert.ok(!fits(room({ number: 3 })));
});

test("a stage is undone from where it led, and from nowhere else", () => {
  const { t, fields, fits } = stageBack(at(1, "revealed"), at(1, "answer", 2));
  assert.equal(t, "stage");
  assert.deepEqual(fields, { stage: "revealed", round: 1, from: at(1, "answer", 2) });
  assert.ok(fits(room({ stage: "answer", round: 2 })));
  assert.ok(!fits(room({ stage: "closed", round: 2 })));
  assert.ok(!fits(room({ number: 2, stage: "answer", round: 2 })));
});

test("a question that was taken out comes back, unless it is back already", () => {
  const { t, fields, fits } = restored(2);
  assert.deepEqual({ t, fields }, { t: "restore", fields: { activity: 2 } });
  assert.ok(fits(room({}, [1, 3])));
  assert.ok(!fits(room({}, [1, 2, 3])));
});

test("a question that was added is taken out, unless it is being asked", () => {
  const { t, fields, fits } = discarded(3);
  assert.deepEqual({ t, fields }, { t: "discard", fields: { activity: 3 } });
  assert.ok(fits(room({ number: 1 })));
  assert.ok(!fits(room({ number: 3 })));
  assert.ok(!fits(room({ number: 1 }, [1, 2])));
});

test("an order is undone while it is the order", () => {
  const { t, fields, fits } = orderBack([1, 2, 3], [2, 1, 3]);
  assert.deepEqual({ t, fields }, { t: "order", fields: { activities: [1, 2, 3] } });
  assert.ok(fits(room({}, [2, 1, 3])));
  assert.ok(!fits(room({}, [2, 3, 1])));
  assert.ok(!fits(room({}, [2, 1, 3, 4])));
});

test("a marker that was removed comes back, unless it is back already", () => {
  const { t, fields, fits } = putBack(7);
  assert.deepEqual({ t, fields }, { t: "putback", fields: { marker: 7 } });
  assert.ok(fits({ ...room({}), markers: new Map() }));
  assert.ok(!fits({ ...room({}), markers: new Map([[7, {}]]) }));
});

test("a title and a question are given back, unless somebody has changed them since", () => {
  const title = titleBack("Monday", "Tuesday");
  assert.deepEqual({ t: title.t, fields: title.fields }, { t: "title", fields: { title: "Monday" } });
  assert.ok(title.fits({ ...room({}), title: "Tuesday" }));
  assert.ok(!title.fits({ ...room({}), title: "Wednesday" }));
  const question = questionBack(1, "Where?", "Where to?");
  assert.deepEqual(question.fields, { question: "Where?" });
  assert.ok(question.fits(room({ number: 1, question: "Where to?" })));
  assert.ok(!question.fits(room({ number: 1, question: "Why?" })));
  assert.ok(!question.fits(room({ number: 2, question: "Where to?" })));
});
