import assert from "node:assert/strict";
import test from "node:test";

import { flowNews } from "../../../static/mapapp/js/room/flowNews.js";

const BEFORE = { activity: 1, question: "Where?", stage: "answer", round: 1, ends: null };
const news = (after, before = {}) =>
  flowNews(/** @type {any} */ ({ ...BEFORE, ...before }), /** @type {any} */ ({ ...BEFORE, ...before, ...after }));

test("nothing new is no news", () => assert.equal(news({}), null));

test("another activity says more than its stage", () => {
  assert.equal(news({ activity: 2, question: "Who?", stage: "prepare" }), "activity");
});

test("each part of the flow is news of its own", () => {
  assert.equal(news({ question: "Who?" }), "question");
  assert.equal(news({ stage: "closed" }), "stage");
  assert.equal(news({ stage: "answer", round: 2 }, { stage: "revealed" }), "round");
  assert.equal(news({ ends: 9 }), "timer");
  assert.equal(news({ ends: 99 }, { ends: 9 }), "timer");
  assert.equal(news({ ends: null }, { ends: 9 }), "untimed");
});

test("the timer that ends with the answers is no news beside that", () => {
  assert.equal(news({ stage: "closed", ends: null }, { ends: 9 }), "stage");
  assert.equal(news({ ends: null }, { stage: "closed", ends: 9 }), null);
});
