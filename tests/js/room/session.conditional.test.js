/** A change that was kept while its author was away undoes no later one by others (O3, D3). */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { roomForEachTest } from "../support/room.js";
import { once, until } from "../support/until.js";

const room = roomForEachTest();
let session;
let tab;
let fox;

beforeEach(async () => {
  tab = room.browser.tab();
  session = await room.enter({ tab });
  await session.change("add", { lat: 1, lng: 1 });
  fox = await room.enter({ tab: room.browser.tab({ storage: null }) });
  await fox.change("name", { name: "Red Fox" });
  await until("shown", () => session.state.people.size === 2);
});

const marker = () => room.server.markers.get(1);
const kinds = () => room.server.log.map(({ kind }) => kind).slice(4);

async function lose() {
  room.server.fault.turnAway = ({ token }) => (token === "token-1" ? 4503 : undefined);
  for (const { socket, token } of room.server.connections) {
    if (token === "token-1") socket.terminate();
  }
  await until("lost", () => session.status.name === "lost");
}

function comeBack() {
  room.server.fault.turnAway = () => undefined;
  session.retryNow();
}

async function dragTo(lat) {
  const drag = session.drag(1);
  await until("held", () => drag.state === "held");
  drag.to(lat, lat);
  await until("moved", () => marker().lat === lat);
  return drag;
}

/** Somebody else grabs it, drags it and puts it down. */
async function foxMoves(lat) {
  const drag = fox.drag(1);
  await until("theirs", () => drag.state === "held");
  assert.equal((await drag.drop(lat, lat)).ok, true);
}

function reopen() {
  const notices = [];
  const reloaded = room.open();
  reloaded.on("notice", (notice) => notices.push(notice));
  return { reloaded, notices };
}

test("a page that died in a drag leaves alone what somebody else has moved since", async () => {
  await dragTo(10);
  tab.kill();
  room.server.release(1);
  await foxMoves(50);
  const { reloaded, notices } = reopen();
  await until("given up", () => reloaded.ready && reloaded.unsaved === 0 && notices.length);
  assert.equal(marker().lat, 50);
  assert.equal(notices[0].code, "moved_since");
  assert.match(notices[0].message, /moved this marker since/);
  await until("nothing is left of it", () => {
    return [...room.browser.storage.entries.keys()].every((key) => !key.includes(":drag:"));
  });
});

test("it puts the marker where the finger was if nobody else has moved it", async () => {
  await dragTo(10);
  tab.kill();
  room.server.release(1);
  await fox.change("edit", { marker: 1, label: "Lisbon" });
  const held = fox.drag(1);
  await until("theirs", () => held.state === "held");
  held.cancel();
  await until("let go", () => !marker().holder);
  marker().lat = 1;
  const { reloaded, notices } = reopen();
  await until("put down", () => marker().lat === 10);
  await until("saved", () => reloaded.unsaved === 0);
  assert.deepEqual(notices, []);
});

test("it leaves the marker with its present holder, and says so", async () => {
  await dragTo(10);
  tab.kill();
  room.server.release(1);
  const theirs = fox.drag(1);
  await until("theirs", () => theirs.state === "held");
  const { notices } = reopen();
  await until("told", () => notices.length);
  assert.deepEqual([notices[0].code, marker().holder], ["held", fox.me.person]);
  assert.match(notices[0].message, /^Red Fox/);
});

test("a phone that slept through its hold does not put the marker back", async () => {
  const drag = await dragTo(10);
  await lose();
  room.server.release(1);
  await foxMoves(50);
  const answer = drag.drop(11, 11);
  const refused = once(drag, "refused");
  comeBack();
  assert.equal((await answer).code, "moved_since");
  assert.equal((await refused).code, "moved_since");
  assert.deepEqual([marker().lat, session.unsaved], [50, 0]);
});

test("a finger that is still down takes the marker again: that is later than what others did", async () => {
  for (const begins of ["before", "without a connection"]) {
    const drag = begins === "before" ? await dragTo(10) : (await lose(), session.drag(1));
    if (begins === "before") await lose();
    if (marker().holder) room.server.release(1);
    await foxMoves(50);
    comeBack();
    drag.to(12, 12);
    await until("held again", () => marker().lat === 12);
    assert.equal((await drag.drop(13, 13)).ok, true);
    assert.equal(marker().lat, 13);
  }
});

test("a grab that is sent again after the finger was lifted does not", async () => {
  room.server.fault.cutBefore = ({ t }) => t === "grab";
  const drag = session.drag(1);
  drag.to(10, 10);
  await until("cut", () => session.status.name === "lost");
  await lose();
  room.server.fault.cutBefore = () => false;
  const answer = drag.drop(11, 11);
  await foxMoves(50);
  comeBack();
  assert.equal((await answer).code, "moved_since");
  assert.deepEqual([marker().lat, marker().holder, session.unsaved], [50, 0, 0]);
});

test("a flick right after another builds upon it", async () => {
  const first = session.drag(1).drop(10, 10);
  room.server.fault.cutAfter = ({ t }) => t === "drop";
  await until("stored, and cut", () => marker().lat === 10 && session.status.name === "lost");
  room.server.fault.cutAfter = () => false;
  const second = session.drag(1).drop(20, 20);
  assert.deepEqual([(await first).ok, (await second).ok], [true, true]);
  assert.equal(marker().lat, 20);
});

test("a place made without a connection is conditional, after a reload too", async () => {
  for (const reloads of [false, true]) {
    await lose();
    const answer = session.change("place", { marker: 1, lat: 20, lng: 20 });
    await foxMoves(reloads ? 60 : 50);
    if (reloads) {
      tab.say("leave");
      tab.kill();
      room.server.fault.turnAway = () => undefined;
      const { notices } = reopen();
      await until("told", () => notices.length);
      assert.equal(notices[0].code, "moved_since");
    } else {
      comeBack();
      assert.equal((await answer).code, "moved_since");
      await until("live", () => session.status.name === "live");
    }
    assert.equal(marker().lat, reloads ? 60 : 50);
  }
});

test("a place that goes out at once is not conditional: the later one stands", async () => {
  room.server.fault.ignore = ({ t }) => t === "place";
  const answer = session.change("place", { marker: 1, lat: 20, lng: 20 });
  await until("sent", () => room.server.received("place").length);
  assert.equal(room.server.received("place")[0].unmoved_since, undefined);
  room.server.fault.ignore = () => false;
  await foxMoves(50);
  room.server.cut();
  assert.equal((await answer).code, "moved_since", "sent again later it is");
});

test("a person's own earlier change is no conflict for their later ones", async () => {
  /** Its answer was lost; what came later is conditional on it, and waits for its answer. */
  room.server.fault.cutAfter = ({ t, lat }) => t === "place" && lat === 20;
  const first = session.change("place", { marker: 1, lat: 20, lng: 20 });
  await until("stored, and cut", () => marker().lat === 20 && session.status.name === "lost");
  const second = session.change("place", { marker: 1, lat: 30, lng: 30 });
  room.server.fault.cutAfter = () => false;
  const [{ rev }, { ok }] = await Promise.all([first, second]);
  assert.equal(ok, true);
  assert.equal(room.server.received("place").at(-1).unmoved_since, rev);
  assert.equal(marker().lat, 30);
});

test("a change by somebody else between two of one's own stands", async () => {
  room.server.fault.cutAfter = ({ t, lat }) => t === "place" && lat === 20;
  const first = session.change("place", { marker: 1, lat: 20, lng: 20 });
  await until("stored, and cut", () => marker().lat === 20 && session.status.name === "lost");
  await lose();
  const second = session.change("place", { marker: 1, lat: 30, lng: 30 });
  await foxMoves(50);
  room.server.fault.cutAfter = () => false;
  comeBack();
  assert.deepEqual([(await first).ok, (await second).code], [true, "moved_since"]);
  assert.equal(marker().lat, 50);
});

test("without a connection only the last place and the last value of each text are kept", async () => {
  await lose();
  const answers = [10, 20, 30].map((lat) => session.change("place", { marker: 1, lat, lng: lat }));
  answers.push(session.change("edit", { marker: 1, label: "a", colour: 3 }));
  answers.push(session.change("edit", { marker: 1, label: "b" }));
  answers.push(session.change("edit", { marker: 1, label: "c", colour: 4 }));
  answers.push(session.change("name", { name: "Ada" }), session.change("name", { name: "Eve" }));
  answers.push(session.change("add", { lat: 1, lng: 2 }), session.change("add", { lat: 3, lng: 4 }));
  assert.equal(session.unsaved, 5);
  comeBack();
  assert.ok((await Promise.all(answers)).every(({ ok }) => ok));
  assert.deepEqual(kinds(), ["place", "edit", "person", "add", "add"]);
  assert.deepEqual([marker().lat, marker().label, marker().colour], [30, "c", 4]);
});

test("a change that may have been sent already is not left out", async () => {
  room.server.fault.cutBefore = ({ t }) => t === "edit";
  const first = session.change("edit", { marker: 1, label: "a" });
  await until("cut", () => session.status.name === "lost");
  const second = session.change("edit", { marker: 1, label: "b" });
  room.server.fault.cutBefore = () => false;
  assert.ok((await Promise.all([first, second])).every(({ ok }) => ok));
  assert.deepEqual(kinds(), ["edit", "edit"]);
});

test("a page that died before its grab was answered ends the drag once the hold is over", async () => {
  /** Its own hold is not somebody else's movement. */
  room.server.fault.cutAfter = ({ t }) => t === "grab" && (tab.kill(), true);
  const drag = session.drag(1);
  drag.to(10, 10);
  tab.say("hidden");
  await until("taken", () => marker().holder === session.me.person);
  room.server.fault.cutAfter = () => false;
  const { reloaded, notices } = reopen();
  await until("taken over", () => reloaded.status.name === "live" && reloaded.unsaved === 1);
  assert.deepEqual([marker().lat, reloaded.unsaved], [1, 1]);
  room.server.release(1);
  await until("put down", () => marker().lat === 10 && reloaded.unsaved === 0);
  assert.deepEqual(notices, []);
});

test("another page of the same person that drags it anew has the last word", async () => {
  await dragTo(10);
  tab.kill();
  room.server.release(1);
  const other = room.open();
  await until("live", () => other.status.name === "live" && other.ready);
  const drag = other.drag(1);
  await until("theirs", () => drag.state === "held");
  drag.to(60, 60);
  // The dead page's lease ends, and this page takes over its changes.
  await until("taken over", () => {
    return [...room.browser.storage.entries.keys()].filter((key) => key.includes(":drag:")).length === 1;
  });
  assert.equal((await drag.drop(70, 70)).ok, true);
  await until("saved", () => other.unsaved === 0);
  assert.equal(marker().lat, 70);
});

test("a revision of another epoch means nothing, and is not sent", async () => {
  await lose();
  const answer = session.change("place", { marker: 1, lat: 20, lng: 20 });
  room.server.epoch = "epoch-2";
  comeBack();
  assert.equal((await answer).ok, true);
  assert.equal(room.server.received("place")[0].unmoved_since, undefined);
});
