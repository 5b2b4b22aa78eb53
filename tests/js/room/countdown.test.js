/** A countdown looks at the clock as each second ends, and no sooner. */

import assert from "node:assert/strict";
import test from "node:test";

import { clockText, untilNextSecond } from "../../../static/mapapp/js/room/countdown.js";

const secondsLeft = (ends, now) => Math.ceil((ends - now) / 1000);

test("between two looks at the clock the second is the same, and right after the second it is another", () => {
  for (const now of [70_000, 70_001, 70_500, 71_999.5]) {
    const wait = untilNextSecond(100_000, now);
    assert.ok(wait > 0 && wait <= 1000, String(wait));
    assert.equal(secondsLeft(100_000, now + wait), secondsLeft(100_000, now) - 1);
    assert.equal(secondsLeft(100_000, now + wait - 0.01), secondsLeft(100_000, now));
  }
  assert.equal(untilNextSecond(100_000, 100_000), Infinity);
});

test("minutes and seconds", () => {
  assert.deepEqual([0, 9, 65, 3600].map(clockText), ["0:00", "0:09", "1:05", "60:00"]);
});
