import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { roomForEachTest } from "../support/room.js";
import { once, until } from "../support/until.js";

const room = roomForEachTest();
let session;
let tab;

beforeEach(async () => {
  tab = room.browser.tab();
  session = await room.enter({ tab });
  await session.change("add", { lat: 1, lng: 1 });
  await until("shown", () => session.state.markers.has(1));
});

const marker = () => room.server.markers.get(1);
const kinds = () => room.server.log.map(({ kind }) => kind).slice(2);

/** Somebody else, on another device. */
async function stranger() {
  const other = await room.enter({ tab: room.browser.tab({ storage: null }) });
  await other.change("name", { name: "Red Fox" });
  return other;
}

test("a drag is a grab, moves while it is held, and a drop", async () => {
  /** H1 */
  const drag = session.drag(1);
  assert.equal(drag.state, "grabbing");
  await until("held", () => drag.state === "held");
  drag.to(2, 182.5);
  await until("others see it", () => marker().lat === 2);
  assert.equal(marker().lng, -177.5);
  assert.equal(session.unsaved, 1);
  assert.equal(session.isUnsaved(1), true);
  const ended = once(drag, "ended");
  const answer = await drag.drop(3, 4);
  assert.deepEqual([answer.ok, answer.rev], [true, 4]);
  assert.deepEqual(await ended, answer);
  assert.deepEqual(kinds(), ["grab", "drop"]);
  assert.deepEqual([session.state.markers.get(1).lat, session.unsaved], [3, 0]);
  assert.equal(drag.state, "ended");
});

test("moves go no faster than the server asks, the newest first, the last one always", async () => {
  /** O3 */
  const drag = session.drag(1);
  await until("held", () => drag.state === "held");
  const before = room.browser.now();
  let lat = 0;
  for (let n = 1; room.browser.now() - before < 2_000; n += 1) {
    lat = (n % 8_000) / 100;
    drag.to(lat, 0);
    await new Promise(setImmediate);
  }
  await until("the last one", () => Math.abs(marker().lat - lat) < 1e-5);
  const seconds = (room.browser.now() - before) / 1000;
  const moves = room.server.received("move");
  assert.ok(moves.length <= seconds * 10 + 1, `${moves.length} in ${seconds} s`);
  assert.ok(moves.every(({ grab }) => grab === 3));
});

test("a server that asks for fewer moves gets fewer, also in a drag that goes on", async () => {
  const drag = session.drag(1);
  await until("held", () => drag.state === "held");
  drag.to(2, 2);
  await until("a first move", () => room.server.received("move").length === 1);
  room.server.sendAll({ t: "pace", moves_per_second: 1 });
  const asked = room.browser.now();
  for (let n = 0; room.server.received("move").length < 4; n += 1) {
    drag.to((n % 8_000) / 100, 0);
    await new Promise(setImmediate);
  }
  assert.ok(room.browser.now() - asked > 1_500, "three more moves take more than one interval");
  await drag.drop(3, 3);
});

test("positions are gathered until the grab is acknowledged", async () => {
  const drag = session.drag(1);
  drag.to(2, 2);
  drag.to(3, 3);
  assert.deepEqual(session.pendingPosition(1), { lat: 3, lng: 3 });
  await until("moved", () => marker().lat === 3);
  assert.ok(room.server.received("move").every(({ lat }) => lat === 3));
});

test("a drop before the grab's answer waits for it", async () => {
  const drag = session.drag(1);
  const answer = await drag.drop(5, 5);
  assert.equal(answer.ok, true);
  assert.deepEqual(kinds(), ["grab", "drop"]);
  assert.equal(marker().lat, 5);
});

test("until that drop is on its way too, it counts as unsaved", async () => {
  /** D3 */
  const drag = session.drag(1);
  const answer = drag.drop(5, 5);
  assert.deepEqual([session.unsaved, session.isUnsaved(1)], [1, true]);
  assert.deepEqual(session.pendingPosition(1), { lat: 5, lng: 5 });
  await answer;
  assert.equal(session.unsaved, 0);
});

test("a marker that is grabbed again at once stays where it was put last", async () => {
  const first = session.drag(1);
  const put = first.drop(5, 5);
  const second = session.drag(1);
  second.to(6, 6);
  const answer = await second.drop(7, 7);
  assert.equal(answer.ok, true);
  assert.equal((await put).ok, true);
  await until("saved", () => session.unsaved === 0);
  await until("put", () => !marker().holder);
  assert.deepEqual([marker().lat, session.state.markers.get(1).lat], [7, 7]);
  assert.equal(first.state, "ended");
});

test("a second drag that changes nothing leaves the marker where the first has put it", async () => {
  for (const waits of [false, true]) {
    for (const end of [(drag) => drag.cancel(), (drag) => (drag.to(6, 6), drag.cancel())]) {
      const first = session.drag(1);
      if (waits) await until("held", () => first.state === "held");
      first.drop(5, 5);
      end(session.drag(1));
      await until("saved", () => session.unsaved === 0 && !marker().holder);
      assert.equal(marker().lat, 5);
      await session.change("place", { marker: 1, lat: 1, lng: 1 });
    }
  }
});

test("a drop that comes after the end of its hold does not undo what came after it", async () => {
  const first = session.drag(1);
  await until("held", () => first.state === "held");
  room.server.release(1);
  const put = first.drop(5, 5);
  const second = session.drag(1);
  await second.drop(7, 7);
  assert.equal((await put).ok, true);
  await until("saved", () => session.unsaved === 0);
  assert.deepEqual(kinds(), ["grab", "release", "grab", "drop"]);
  assert.deepEqual([marker().lat, marker().holder], [7, 0]);
});

test("a whole drag without a connection becomes one place", async () => {
  room.server.cut();
  await until("lost", () => session.status.name === "lost");
  const drag = session.drag(1);
  drag.to(2, 2);
  const answer = drag.drop(5, 5);
  assert.equal(session.unsaved, 1);
  assert.deepEqual(session.pendingPosition(1), { lat: 5, lng: 5 });
  assert.equal((await answer).ok, true);
  assert.deepEqual(kinds(), ["place"]);
});

test("a marker that somebody else holds is refused, with who and why", async () => {
  /** H1 */
  const fox = await stranger();
  const theirs = fox.drag(1);
  await until("held", () => theirs.state === "held");
  const drag = session.drag(1);
  drag.to(9, 9);
  const answer = await once(drag, "refused");
  assert.deepEqual([answer.code, answer.name], ["held", "Red Fox"]);
  assert.match(answer.message, /^Red Fox is moving/);
  assert.deepEqual(await drag.drop(9, 9), answer);
  assert.equal(session.unsaved, 0);
  assert.equal(room.server.received("move").length, 0);
  assert.equal((await theirs.drop(2, 2)).ok, true);
});

test("a marker that is not there, or goes away, is refused", async () => {
  assert.equal((await once(session.drag(77), "refused")).code, "no_marker");
  const drag = session.drag(1);
  await until("held", () => drag.state === "held");
  const refused = once(drag, "refused");
  room.server.commit({ kind: "remove", marker: 1 });
  assert.equal((await refused).code, "no_marker");
});

test("a hold that the server has ended is taken again by the next movement, silently", async () => {
  /** H2 */
  const drag = session.drag(1);
  let refusals = 0;
  drag.on("refused", () => (refusals += 1));
  await until("held", () => drag.state === "held");
  room.server.release(1);
  await until("known", () => drag.state === "grabbing");
  drag.to(4, 4);
  await until("held again", () => drag.state === "held" && marker().lat === 4);
  assert.equal((await drag.drop(6, 6)).ok, true);
  assert.deepEqual(kinds(), ["grab", "release", "grab", "drop"]);
  assert.equal(refusals, 0);
});

test("a drop after the hold has ended places the marker all the same", async () => {
  const drag = session.drag(1);
  await until("held", () => drag.state === "held");
  room.server.release(1);
  await until("known", () => drag.state === "grabbing");
  assert.equal((await drag.drop(6, 6)).ok, true);
  assert.deepEqual(kinds(), ["grab", "release", "place"]);
});

test("a drop that crosses the end of its hold falls back to a place", async () => {
  const drag = session.drag(1);
  await until("held", () => drag.state === "held");
  room.server.release(1);
  const answer = drag.drop(6, 6);
  assert.equal((await answer).ok, true);
  assert.equal(marker().lat, 6);
  assert.deepEqual(kinds(), ["grab", "release", "place"]);
  await until("ended", () => drag.state === "ended");
});

test("a hold that the host has ended is the end of the drag", async () => {
  const drag = session.drag(1);
  await until("held", () => drag.state === "held");
  drag.to(2, 2);
  const refused = once(drag, "refused");
  room.server.release(1, 99);
  assert.equal((await refused).code, "taken");
  drag.to(4, 4);
  assert.equal((await drag.drop(6, 6)).code, "taken");
  assert.equal(session.unsaved, 0);
  // The next one is a drag of its own.
  assert.equal((await session.drag(1).drop(7, 7)).ok, true);
  assert.deepEqual(kinds().slice(0, 2), ["grab", "release"]);
  assert.deepEqual([marker().lat, marker().holder], [7, 0]);
});

test("so it is when the grab's answer arrives after that", async () => {
  const drag = session.drag(1);
  const refused = once(drag, "refused");
  await until("granted", () => marker().holder > 0);
  room.server.release(1, 99);
  assert.equal((await refused).code, "taken");
  assert.deepEqual(kinds(), ["grab", "release"]);
});

/** The line is cut, the hold ends meanwhile, and the resume gets a snapshot. */
async function missesItsEnd(drag, by, meanwhile = () => {}) {
  await until("held", () => drag.state === "held");
  drag.to(2, 2);
  await until("seen", () => marker().lat === 2);
  room.server.cut();
  room.server.release(1, by);
  meanwhile();
  room.server.forgetLog();
  await until("back", () => session.state.rev === room.server.rev && session.status.name === "live");
}

test("so it is when the host ended it while the line was cut, and a snapshot came", async () => {
  const drag = session.drag(1);
  const refused = once(drag, "refused");
  await missesItsEnd(drag, 99);
  drag.to(4, 4);
  assert.equal((await refused).code, "moved_since");
  assert.deepEqual(kinds(), ["grab", "release"]);
  assert.deepEqual([marker().lat, marker().holder, session.unsaved], [2, 0, 0]);
});

test("if the server ended it instead, the next movement takes hold again", async () => {
  const drag = session.drag(1);
  await missesItsEnd(drag);
  drag.to(4, 4);
  await until("held again", () => drag.state === "held" && marker().lat === 4);
  // From then on it is a hold like any other.
  room.server.release(1);
  await until("known", () => drag.state === "grabbing");
  room.server.commit({ kind: "place", by: 99, marker: 1, lat: 50, lng: 50 });
  drag.to(5, 5);
  await until("held once more", () => drag.state === "held" && marker().lat === 5);
  assert.equal((await drag.drop(6, 6)).ok, true);
});

test("a move by somebody else in the meantime is not undone", async () => {
  const drag = session.drag(1);
  const refused = once(drag, "refused");
  await missesItsEnd(drag, undefined, () =>
    room.server.commit({ kind: "place", by: 99, marker: 1, lat: 50, lng: 50 }),
  );
  drag.to(4, 4);
  assert.equal((await refused).code, "moved_since");
  assert.equal(marker().lat, 50);
});

test("a drop that crosses the host's end of its hold does not place the marker", async () => {
  const drag = session.drag(1);
  await until("held", () => drag.state === "held");
  room.server.release(1, 99);
  assert.equal((await drag.drop(6, 6)).code, "moved_since");
  assert.deepEqual(kinds(), ["grab", "release"]);
});

test("it does not take the marker out of somebody else's hand", async () => {
  /** H1 */
  const fox = await stranger();
  const drag = session.drag(1);
  await until("held", () => drag.state === "held");
  room.server.fault.turnAway = () => 4503;
  for (const { socket, token } of room.server.connections) {
    if (token === "token-1") socket.terminate();
  }
  await until("lost", () => session.status.name === "lost");
  const answer = drag.drop(6, 6);
  room.server.release(1);
  const theirs = fox.drag(1);
  await until("theirs", () => theirs.state === "held");
  room.server.fault.turnAway = () => undefined;
  session.retryNow();
  assert.deepEqual([(await answer).ok, (await answer).code], [false, "held"]);
  assert.equal(marker().holder, fox.me.person);
});

test("a drag goes on over a lost connection while the hold lasts", async () => {
  /** R1, H2 */
  const drag = session.drag(1);
  await until("held", () => drag.state === "held");
  room.server.cut();
  await until("lost", () => session.status.name === "lost");
  drag.to(7, 7);
  await until("others see it again", () => marker().lat === 7);
  assert.equal((await drag.drop(8, 8)).ok, true);
  assert.deepEqual(kinds(), ["grab", "drop"]);
});

test("after a long absence no move of the old hold goes out", async () => {
  /** O3 */
  const drag = session.drag(1);
  await until("held", () => drag.state === "held");
  room.server.fault.turnAway = () => 4503;
  room.server.cut();
  await until("lost", () => session.status.name === "lost");
  room.server.release(1);
  drag.to(7, 7);
  room.server.fault.turnAway = () => undefined;
  session.retryNow();
  await until("others see it", () => marker().lat === 7);
  const grab = room.server.log.findLast(({ kind }) => kind === "grab").rev;
  assert.ok(room.server.received("move").every((move) => move.grab === grab));
  assert.deepEqual(kinds(), ["grab", "release", "grab"]);
});

test("nor does one before it is known whether the hold has lasted", async () => {
  /** O3 */
  const drag = session.drag(1);
  await until("held", () => drag.state === "held");
  drag.to(5, 5);
  await until("moved", () => marker().lat === 5);
  const movesBefore = room.server.received("move").length;
  room.server.fault.turnAway = () => 4503;
  room.server.cut();
  await until("lost", () => session.status.name === "lost");
  room.server.release(1);
  // At this moment the room has said welcome, and the state is still the old one.
  session.on("status", () => session.status.name === "live" && drag.to(7, 7));
  room.server.fault.turnAway = () => undefined;
  session.retryNow();
  await until("others see it", () => marker().lat === 7);
  const grab = room.server.log.findLast(({ kind }) => kind === "grab").rev;
  const moves = room.server.received("move").slice(movesBefore);
  assert.ok(moves.length > 0 && moves.every((move) => move.grab === grab));
});

test("cancel puts the marker back where it was", async () => {
  const drag = session.drag(1);
  await until("held", () => drag.state === "held");
  drag.to(7, 7);
  await until("moved", () => marker().lat === 7);
  drag.cancel();
  await once(drag, "ended");
  assert.deepEqual([marker().lat, marker().lng, marker().holder], [1, 1, 0]);
});

test("a drag that is cancelled before it touched anything leaves no trace", async () => {
  room.server.cut();
  await until("lost", () => session.status.name === "lost");
  session.drag(1).cancel();
  await until("live", () => session.status.name === "live");
  await session.change("edit", { marker: 1, label: "x" });
  assert.deepEqual(kinds(), ["edit"]);
});

test("a reload in the middle of a drag ends it where the finger last was", async () => {
  /** D3, R2 */
  const drag = session.drag(1);
  await until("held", () => drag.state === "held");
  drag.to(7, 7);
  drag.to(7.5, 7.5);
  tab.say("leave");
  tab.kill();
  const reloaded = await room.enter();
  await until("put down", () => marker().lat === 7.5 && marker().holder === 0);
  await until("saved", () => reloaded.unsaved === 0);
  assert.deepEqual(kinds(), ["grab", "drop"]);
});

test("a reload after a drag without a network does so too", async () => {
  /** D3 */
  room.server.fault.turnAway = () => 4503;
  room.server.cut();
  await until("lost", () => session.status.name === "lost");
  session.drag(1).to(7, 7);
  tab.say("hidden");
  tab.say("leave");
  tab.kill();
  const reloaded = room.open();
  assert.equal(reloaded.isUnsaved(1), true);
  assert.deepEqual(reloaded.pendingPosition(1), { lat: 7, lng: 7 });
  room.server.fault.turnAway = () => undefined;
  await until("put down", () => marker().lat === 7);
  assert.deepEqual(kinds(), ["place"]);
});

test("a marker that is in somebody else's hand after the reload stays there", async () => {
  const fox = await stranger();
  const drag = session.drag(1);
  await until("held", () => drag.state === "held");
  drag.to(7, 7);
  tab.say("leave");
  tab.kill();
  room.server.release(1);
  const theirs = fox.drag(1);
  await until("theirs", () => theirs.state === "held");
  const reloaded = await room.enter();
  await until("given up", () => reloaded.unsaved === 0);
  assert.equal((await theirs.drop(3, 3)).ok, true);
  assert.equal(marker().lat, 3);
});

test("when the map is locked under the finger the drag is refused", async () => {
  const drag = session.drag(1);
  await until("held", () => drag.state === "held");
  room.server.release(1);
  room.server.commit({ kind: "lock" });
  await until("locked", () => session.state.phase === "locked");
  drag.to(9, 9);
  assert.equal((await once(drag, "refused")).code, "locked");
});

test("when the room ends for us, so does the drag", async () => {
  const drag = session.drag(1);
  await until("held", () => drag.state === "held");
  const refused = once(drag, "refused");
  room.server.closeAll(4410, { code: "closed" });
  assert.equal((await refused).code, "closed");
  assert.equal(session.unsaved, 0);
});
