import assert from "node:assert/strict";
import { test } from "node:test";
import {
  Backoff,
  LAST_CEILING_OF_SCREEN,
  repeatDelay,
} from "../../../static/mapapp/js/room/backoff.js";
import { seededRandom } from "../support/random.js";

const at = (now, random) => new Backoff({ now: () => now, random: () => random });

test("the longest wait is a second for eight attempts, then doubles to twenty", () => {
  /** R3 */
  const backoff = at(1000, 1);
  const waits = Array.from({ length: 16 }, () => backoff.next() - 1000);
  const early = Array(8).fill(1000);
  assert.deepEqual(waits, [500, ...early, 2000, 4000, 8000, 16000, 20000, 20000, 20000]);
  backoff.reset();
  assert.equal(backoff.next() - 1000, 500);
});

test("a screen waits two seconds at most", () => {
  const backoff = new Backoff({ now: () => 0, random: () => 1 }, LAST_CEILING_OF_SCREEN);
  const waits = Array.from({ length: 12 }, () => backoff.next());
  assert.equal(Math.max(...waits), 2000);
});

/** How long after a kill people are connected again, in order; the server is back after `away`. */
function returns(away, people = 1000) {
  const random = seededRandom(7);
  const all = Array.from({ length: people }, () => {
    let now = 0;
    const backoff = new Backoff({ now: () => now, random });
    do now = backoff.next();
    while (now < away);
    return now;
  });
  return all.sort((a, b) => a - b);
}

test("99 of 100 phones are back a second after a server that was killed and started again", () => {
  /** R3. With a wait that doubled from the start it was seven seconds. */
  for (const away of [200, 1000, 2000]) {
    assert.ok(returns(away)[990] <= away + 1000, `${away}: ${returns(away)[990]}`);
  }
});

test("a thousand people who are cut off together come back spread over a second, or over more", () => {
  /** R3 */
  for (const [away, over] of [[2000, 1000], [60_000, 20_000]]) {
    const tenths = Array.from({ length: 10 }, () => 0);
    for (const time of returns(away)) tenths[Math.min(9, Math.floor(((time - away) / over) * 10))] += 1;
    assert.ok(Math.max(...tenths) < 250, `${tenths}`);
  }
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
