import assert from "node:assert/strict";
import { test } from "node:test";
import { picture, roomForEachTest } from "../support/room.js";
import { once, until } from "../support/until.js";

const room = roomForEachTest();
const add = (marker) => ({ kind: "add", by: 0, marker, lat: 1, lng: marker, colour: 0, icon: 0, label: "" });

const isCurrent = (session) => () =>
  session.status.name === "live" && session.state.rev === room.server.rev;

test("after a cut it names what it has, and gets exactly what is missing", async () => {
  /** R1 */
  room.server.commit(add(1));
  const session = await room.enter();
  const snapshots = [];
  session.on("state", ({ snapshot }) => snapshots.push(snapshot));
  room.server.cut();
  await until("lost", () => session.status.name === "lost");
  room.server.commit(add(2));
  await until("current again", isCurrent(session));
  assert.deepEqual(picture(session.state), picture(room.server));
  const { epoch, rev } = room.server.received("hello")[1];
  assert.deepEqual([epoch, rev], ["epoch-1", 1]);
  assert.deepEqual(snapshots, [false]);
});

test("when the epoch is another, or too much has changed, a snapshot replaces everything", async () => {
  /** R1 */
  room.server.commit(add(1));
  const session = await room.enter();
  room.server.log = [];
  room.server.markers.clear();
  room.server.epoch = "epoch-2";
  room.server.cut();
  await until("the new epoch", () => session.state.epoch === "epoch-2");
  assert.equal(session.state.markers.size, 0);
  room.server.commit(add(7));
  await until("current", isCurrent(session));
  room.server.cut();
  await until("lost", () => session.status.name === "lost");
  room.server.commit(add(8));
  room.server.forgetLog();
  const { snapshot } = await once(session, "state");
  assert.equal(snapshot, true);
  assert.deepEqual([...session.state.markers.keys()], [7, 8]);
});

test("a snapshot that is some changes old is completed by the tick behind it", async () => {
  /** R1 */
  const early = await room.enter();
  [1, 2, 3].forEach((marker) => room.server.commit(add(marker)));
  const late = await room.enter();
  await until("both current", () => early.state.rev === 3 && late.state.rev === 3);
  assert.deepEqual(picture(late.state), picture(room.server));
  assert.equal(room.server.received("hello").length, 2);
});

test("a gap in the revisions is never guessed over: it resumes on a new connection", async () => {
  /** O2 */
  const session = await room.enter();
  room.server.sendAll({ t: "tick", rev: 9, changes: [{ rev: 9, ...add(9) }], moves: [] });
  await until("a second hello", () => room.server.received("hello").length === 2);
  await until("live", isCurrent(session));
  assert.equal(session.state.markers.size, 0);
  assert.equal(room.server.received("hello")[1].rev, 0);
});

test("a resume that does not join up either leads to a snapshot", async () => {
  /** O2 */
  room.server.commit(add(1));
  const session = await room.enter();
  // The server's log is wrong: its change after revision 1 is not revision 2.
  room.server.cut();
  await until("lost", () => session.status.name === "lost");
  room.server.commit(add(2));
  room.server.log[1].rev = 3;
  await until("a hello that asks for a snapshot", () => {
    const last = room.server.received("hello").at(-1);
    return room.server.received("hello").length >= 3 && last.rev === undefined;
  });
  room.server.log[1].rev = 2;
  await until("the snapshot", () => session.state.markers.size === 2);
});

test("moves arrive as positions, and end at the drop", async () => {
  room.server.commit(add(1));
  const session = await room.enter();
  const moves = once(session, "moves");
  room.server.sendMoves([[1, 5, 6]]);
  assert.deepEqual(await moves, [[1, 5, 6]]);
  assert.equal(session.state.markers.get(1).lng, 6);
});

test("positions that come as a binary frame are moves like any other", async () => {
  room.server.commit(add(1));
  const session = await room.enter();
  const moves = once(session, "moves");
  const frame = new DataView(new ArrayBuffer(14));
  frame.setUint8(0, 1);
  frame.setInt32(4, 5_500_000, true);
  frame.setInt32(8, -6_250_000, true);
  frame.setUint16(12, 1, true);
  for (const { socket } of room.server.connections) socket.send(frame.buffer);
  assert.deepEqual(await moves, [[1, 5.5, -6.25]]);
  assert.equal(session.state.markers.get(1).lng, -6.25);
});

test("a change of presence is reported", async () => {
  const session = await room.enter();
  const presence = once(session, "presence");
  await room.enter({ role: "screen" });
  room.server.sendAll({ t: "tick", rev: 0, changes: [], moves: [], people: 1, screens: 1 });
  await presence;
  assert.deepEqual(session.presence, { people: 1, screens: 1, answered: 0 });
});

test("a server that restarts is given the time that it asked for", async () => {
  /** R3 */
  const session = await room.enter();
  const before = room.browser.now();
  room.server.closeAll(1012, { code: "restart", retry_ms: 4_000 });
  await until("lost", () => session.status.name === "lost");
  const { code, retryAt, attempt } = session.status;
  assert.deepEqual([code, attempt], ["restart", 1]);
  assert.ok(retryAt >= before + 4_000, `${retryAt - before}`);
  await until("live", () => session.status.name === "live");
  assert.ok(room.browser.now() >= retryAt);
});

test("a server that is away for long is asked ever less often, and then found", async () => {
  /** R3 */
  const session = await room.enter();
  const { port } = room.server;
  await room.server.stop();
  await until("several attempts", () => session.status.attempt >= 4);
  await room.server.listen(port);
  await until("live", () => session.status.name === "live");
});

test("the network's return cuts the wait short", async () => {
  /** R3 */
  const tab = room.browser.tab({ random: () => 1 });
  const session = await room.enter({ tab });
  room.browser.isOnline = false;
  room.server.fault.turnAway = () => 4503;
  room.server.cut();
  await until("a long wait", () => session.status.retryAt && session.status.attempt >= 5);
  assert.equal(session.status.code, "offline");
  const { retryAt } = session.status;
  room.server.fault.turnAway = () => undefined;
  room.browser.isOnline = true;
  tab.say("online");
  await until("live", () => session.status.name === "live");
  assert.ok(room.browser.now() < retryAt);
});

test("the page's return does too, but not before the time that a restarting server named", async () => {
  /** R3 */
  const tab = room.browser.tab();
  const session = await room.enter({ tab });
  room.server.closeAll(1012, { code: "restart", retry_ms: 3_000 });
  await until("lost", () => session.status.name === "lost");
  const { retryAt } = session.status;
  tab.say("visible");
  assert.equal(session.status.name, "lost");
  assert.ok(session.status.retryAt <= retryAt);
  await until("live", () => session.status.name === "live");
});

test("retryNow does not wait at all", async () => {
  const session = await room.enter();
  room.server.closeAll(1012, { code: "restart", retry_ms: 3_600_000 });
  await until("lost", () => session.status.name === "lost");
  session.retryNow();
  await until("live", () => session.status.name === "live");
});

test("a line that has gone dead without a word is noticed and replaced", async () => {
  const session = await room.enter();
  room.server.freeze();
  await until("lost", () => session.status.name === "lost");
  await until("live", () => session.status.name === "live");
  assert.equal(room.server.connections.size, 2);
});

test("a quiet line that is alive is asked, and kept", async () => {
  const session = await room.enter();
  await until("two pings", () => room.server.received("ping").length >= 2);
  assert.equal(session.status.name, "live");
  assert.equal(room.server.received("hello").length, 1);
});

test("a page that wakes up finds out at once that its line is dead", async () => {
  const tab = room.browser.tab();
  const session = await room.enter({ tab });
  room.server.freeze();
  const before = room.browser.now();
  tab.say("visible");
  await until("lost", () => session.status.name === "lost");
  assert.ok(room.browser.now() - before < 14_000, "sooner than silence alone would tell");
});

test("a full room is tried again", async () => {
  let full = true;
  room.server.fault.turnAway = () => (full ? 4413 : undefined);
  const session = room.open();
  await until("full", () => session.status.code === "room_full");
  assert.equal(session.status.name, "lost");
  full = false;
  await until("live", () => session.status.name === "live");
});

test("stop leaves for good", async () => {
  const tab = room.browser.tab();
  const session = await room.enter({ tab });
  session.stop();
  await until("nobody there", () => room.server.connections.size === 0);
  tab.say("online");
  session.retryNow();
  assert.deepEqual(session.status, { name: "stopped" });
  assert.equal(room.server.received("hello").length, 1);
});

test("a session that was stopped can be started again", async () => {
  const session = await room.enter();
  session.stop();
  session.start();
  await until("live", () => session.status.name === "live");
  assert.ok((await session.change("add", { lat: 1, lng: 2 })).ok);
});

test("a line that breaks right after each welcome is not taken for a good one", async () => {
  /** R3: the waits grow all the same. */
  const session = room.open();
  const attempts = [];
  session.on("status", () => {
    const { name, attempt, retryAt } = session.status;
    if (name === "live" && attempts.length < 4) queueMicrotask(() => room.server.cut());
    if (name === "lost" && retryAt) attempts.push(attempt);
  });
  await until("four losses", () => attempts.length === 4);
  assert.deepEqual(attempts, [1, 2, 3, 4]);
});

test("a goodbye explains one end, and not the next", async () => {
  const session = await room.enter();
  room.server.closeAll(1012, { code: "restart", retry_ms: 10 });
  await until("restarting", () => session.status.code === "restart");
  await until("back", () => session.status.name === "live");
  room.server.cut();
  await until("lost", () => session.status.name === "lost");
  assert.equal(session.status.code, "lost");
});
