import assert from "node:assert/strict";
import { test } from "node:test";
import { ServerClock } from "../../../static/mapapp/js/room/serverClock.js";
import { roomForEachTest } from "../support/room.js";
import { until } from "../support/until.js";

const TEN_MINUTES = 600_000;

/** A clock that tests set. */
function ours(now) {
  return { at: now, now() { return this.at; } };
}

test("a phone whose clock is ten minutes wrong shows the second that the server shows", () => {
  /** L2 */
  const env = ours(1_000_000);
  const clock = new ServerClock(env);
  clock.told(1_000_000 + TEN_MINUTES + 20, 1_000_000, 1_000_040);
  env.at += 40;
  assert.equal(clock.now(), 1_000_040 + TEN_MINUTES);
  assert.equal(clock.secondsLeft(1_000_040 + TEN_MINUTES + 29_001), 30);
  assert.equal(clock.secondsLeft(1_000_040 + TEN_MINUTES), 0);
  assert.equal(clock.secondsLeft(null), 0);
});

test("the quickest answer counts, until the clocks may have drifted apart", () => {
  const env = ours(0);
  const clock = new ServerClock(env);
  assert.equal(clock.error, Infinity);
  clock.told(5_000, 0, 2_000);
  clock.told(4_010, 0, 20);
  clock.told(4_900, 0, 2_000);
  assert.equal(clock.now(), 4_000);
  assert.ok(clock.error >= 10);
  env.at = 1e8;
  clock.told(1e8 + 5_500, 1e8 - 1_000, 1e8);
  assert.equal(clock.now(), 1e8 + 6_000);
});

test("a phone whose clock is set in between believes the next answer", () => {
  const env = ours(0);
  const clock = new ServerClock(env);
  clock.told(5, 0, 10);
  env.at = TEN_MINUTES;
  clock.told(1_000, TEN_MINUTES - 500, TEN_MINUTES);
  assert.equal(clock.now(), 1_250);
});

const room = roomForEachTest();

test("a session learns the server's time from its welcome", async () => {
  room.server.clockAhead = TEN_MINUTES;
  const session = await room.enter();
  const ahead = session.clock.now() - Date.now();
  assert.ok(session.clock.error < Infinity);
  assert.ok(ahead > TEN_MINUTES / 2, String(ahead));
});

test("when a timer begins, a session whose clock is uncertain asks for the time, once", async () => {
  const session = await room.enter();
  const { rev } = room.server;
  const pings = () => room.server.received("ping").length;
  assert.equal(pings(), 0);
  room.server.commit({ kind: "timer", ends: Date.now() + TEN_MINUTES });
  await until("asked", () => pings() === 1);
  await until("answered", () => session.clock.error < Infinity);
  room.server.commit({ kind: "question", question: "Why?" });
  await until("shown", () => session.state.rev === rev + 2);
  assert.equal(pings(), 1);
});
