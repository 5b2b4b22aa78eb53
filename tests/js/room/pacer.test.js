import assert from "node:assert/strict";
import { test } from "node:test";
import { Pacer } from "../../../static/mapapp/js/room/pacer.js";

test("the first goes at once, the next after an interval, and nothing when there is nothing", () => {
  const pacer = new Pacer(() => 100);
  assert.equal(pacer.due(0), Infinity);
  pacer.offer();
  assert.equal(pacer.due(0), 0);
  pacer.sent(0);
  assert.equal(pacer.due(50), Infinity);
  pacer.offer();
  assert.equal(pacer.due(30), 70);
  assert.equal(pacer.due(100), 0);
  assert.equal(pacer.due(5000), 0);
});

test("a finger that reports 120 times a second sends 10 times a second, the last one included", () => {
  const pacer = new Pacer(() => 100);
  const sent = [];
  for (let now = 0; now <= 1000; now += 1000 / 120) {
    pacer.offer();
    if (pacer.due(now) === 0) {
      pacer.sent(now);
      sent.push(now);
    }
  }
  assert.ok(sent.length >= 9 && sent.length <= 11, `${sent.length}`);
  assert.ok(pacer.due(1000) <= 100);
});

test("a new pace holds at once", () => {
  let interval = 100;
  const pacer = new Pacer(() => interval);
  pacer.offer();
  pacer.sent(0);
  pacer.offer();
  interval = 500;
  assert.equal(pacer.due(100), 400);
});
