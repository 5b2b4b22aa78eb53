import assert from "node:assert/strict";
import { test } from "node:test";
import { Backoff, repeatDelay } from "../../../static/mapapp/js/room/backoff.js";
import { seededRandom } from "../support/random.js";

const at = (now, random) => new Backoff({ now: () => now, random: () => random });

test("the longest wait doubles from half a second to twenty", () => {
  /** R3 */
  const backoff = at(1000, 1);
  const waits = Array.from({ length: 8 }, () => backoff.next() - 1000);
  assert.deepEqual(waits, [500, 1000, 2000, 4000, 8000, 16000, 20000, 20000]);
  backoff.reset();
  assert.equal(backoff.next() - 1000, 500);
});

test("a thousand clients that are cut off together come back spread over the whole time", () => {
  /** R3 */
  const random = seededRandom(7);
  const waits = Array.from({ length: 1000 }, () => {
    const backoff = new Backoff({ now: () => 0, random });
    backoff.attempts = 3;
    return backoff.next();
  });
  const perTenth = Array.from({ length: 10 }, (_, n) => {
    return waits.filter((wait) => Math.floor(wait / 400) === n).length;
  });
  assert.ok(perTenth.every((count) => count > 60 && count < 140), `${perTenth}`);
});

test("a server that names a time is not asked before it", () => {
  const backoff = at(1000, 0);
  backoff.notBefore = 1740;
  assert.equal(backoff.next(), 1740);
});

test("a change that cannot be stored waits one second, then twice as long, at most fifteen", () => {
  const longest = [1, 2, 3, 4, 5, 9].map((times) => repeatDelay(times, () => 1));
  assert.deepEqual(longest, [1000, 2000, 4000, 8000, 15000, 15000]);
  assert.equal(repeatDelay(1, () => 0), 500);
});
