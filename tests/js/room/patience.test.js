/** How long a line may take (R4). Time is the test's own. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Connection } from "../../../static/mapapp/js/room/connection.js";
import { ServerClock } from "../../../static/mapapp/js/room/serverClock.js";
import { Patience } from "../../../static/mapapp/js/room/patience.js";

let now;
let timers;
let sockets;
let patience;

class FakeSocket {
  OPEN = 1;
  readyState = 0;
  sent = [];

  constructor() {
    sockets.push(this);
  }

  send(text) {
    this.sent.push(JSON.parse(text));
  }

  close() {
    this.readyState = 3;
  }

  opens() {
    this.readyState = 1;
    this.onopen();
  }

  hears(message) {
    this.onmessage({ data: JSON.stringify(message) });
  }
}

const env = {
  WebSocket: FakeSocket,
  now: () => now,
  setTimeout: (due, ms) => {
    const timer = { due, at: now + ms };
    timers.add(timer);
    return timer;
  },
  clearTimeout: (timer) => timers.delete(timer),
};

beforeEach(() => {
  now = 0;
  timers = new Set();
  sockets = [];
  patience = new Patience();
});

function elapse(ms) {
  const end = now + ms;
  for (;;) {
    const next = [...timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
    if (!next) break;
    timers.delete(next);
    now = Math.max(now, next.at);
    next.due();
  }
  now = end;
}

function connect() {
  const ended = [];
  const connection = new Connection(env, "ws://x", { patience, clock: new ServerClock(env) }, {
    opened: () => {},
    received: () => {},
    ended: (code) => ended.push({ code, at: now }),
  });
  return { connection, ended, socket: sockets.at(-1), startedAt: now };
}

/** How long a connection that never opens is waited for. */
function waitInVain() {
  const { ended, startedAt } = connect();
  elapse(100_000);
  return ended[0].at - startedAt;
}

test("each line that was given up lets the next one take twice as long, up to a minute", () => {
  const waits = Array.from({ length: 5 }, waitInVain);
  assert.deepEqual(waits, [10_000, 20_000, 40_000, 60_000, 60_000]);
});

test("one that the other side has ended does not", () => {
  const { socket, ended } = connect();
  socket.onclose({ code: 1006 });
  assert.equal(ended.length, 1);
  assert.equal(waitInVain(), 10_000);
});

test("a line that has opened makes progress: its first frame has a deadline of its own", () => {
  const { socket, ended } = connect();
  elapse(9_900);
  socket.opens();
  elapse(9_900);
  assert.equal(ended.length, 0);
  elapse(200);
  assert.equal(ended.length, 1);
});

test("a first frame alone does not show that a line carries; a second one does", () => {
  const welcomed = connect();
  welcomed.socket.opens();
  welcomed.socket.hears({ t: "welcome" });
  elapse(100_000);
  assert.equal(welcomed.ended.length, 1, "the room's state has not come");
  assert.equal(waitInVain(), 20_000);

  const carries = connect();
  carries.socket.opens();
  carries.socket.hears({ t: "welcome" });
  carries.socket.hears({ t: "snapshot" });
  carries.connection.close();
  assert.equal(waitInVain(), 10_000);
});

test("a quiet line is asked, and has as long to answer as its round trip calls for", () => {
  const { socket, ended } = connect();
  socket.opens();
  elapse(5_000);
  socket.hears({ t: "welcome" });
  socket.hears({ t: "snapshot" });
  elapse(15_000);
  assert.deepEqual(socket.sent, [{ t: "ping", id: 1 }]);
  elapse(19_900);
  assert.equal(ended.length, 0, "four round trips of five seconds");
  socket.hears({ t: "pong", id: 1, rev: 0 });
  elapse(15_000);
  assert.equal(socket.sent.length, 2);
  elapse(60_000);
  assert.equal(ended.length, 1);
});

test("the round trip that counts is the newest", () => {
  const { socket, ended } = connect();
  socket.opens();
  elapse(9_000);
  socket.hears({ t: "welcome" });
  elapse(15_000);
  socket.hears({ t: "pong", id: 1, rev: 0 });
  elapse(36_000); // the deadline of that question; then it listens again, and has been quiet
  const { length } = socket.sent;
  assert.ok(length >= 2);
  elapse(5_100);
  assert.equal(ended.length, 1, "an answer at once had shown that five seconds are enough");
});

test("a page that wakes up asks at once, and knows how slow its line is", () => {
  const fast = connect();
  fast.socket.opens();
  fast.socket.hears({ t: "welcome" });
  fast.connection.probe(2_000);
  elapse(2_100);
  assert.equal(fast.ended.length, 1);

  const slow = connect();
  slow.socket.opens();
  elapse(5_000);
  slow.socket.hears({ t: "welcome" });
  slow.connection.probe(2_000);
  elapse(5_000);
  assert.equal(slow.ended.length, 0);
  slow.socket.hears({ t: "pong", id: 1, rev: 0 });
  elapse(15_000);
  assert.equal(slow.ended.length, 0);
});

test("one that was opening before the page woke up is not waited for", () => {
  patience.gaveUp();
  const { connection, ended } = connect();
  elapse(2_100);
  connection.probe(2_000);
  assert.equal(ended.length, 1);
});

test("while an answer is due, a short silence is reason enough to ask", () => {
  const { connection, socket } = connect();
  socket.opens();
  socket.hears({ t: "welcome" });
  elapse(5_000);
  connection.awaiting = true;
  elapse(3_900);
  assert.deepEqual(socket.sent, []);
  elapse(200);
  assert.deepEqual(socket.sent, [{ t: "ping", id: 1 }]);
});

test("on a line that brought the page slowly, the first connection is not given up too soon", () => {
  patience = new Patience(5_000);
  const { ended } = connect();
  elapse(19_000);
  assert.deepEqual(ended, []);
  elapse(2_000);
  assert.equal(ended.length, 1);
});
