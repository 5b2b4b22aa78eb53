import assert from "node:assert/strict";
import { test } from "node:test";
import { RENEW_EVERY } from "../../../static/mapapp/js/room/keptChanges.js";
import { roomForEachTest } from "../support/room.js";
import { until } from "../support/until.js";

const room = roomForEachTest();
const PREFIX = "livemap:314159:participant:";
const keptKeys = () => [...room.browser.storage.entries.keys()].filter((key) => key.startsWith(PREFIX));

/** A session that has changes which the server will not take now. */
async function withUnsaved(tab = room.browser.tab()) {
  const session = await room.enter({ tab });
  await session.change("name", { name: "Ada" });
  room.server.fault.cutBefore = ({ t }) => t === "add";
  session.change("add", { lat: 1, lng: 1 });
  session.change("add", { lat: 2, lng: 2 });
  await until("lost", () => session.status.name === "lost");
  return session;
}

/** The number of markers that the room has, once nothing is unsaved. */
async function savedMarkers(...sessions) {
  room.server.fault.cutBefore = () => false;
  for (const session of sessions) {
    session.retryNow();
    await until("saved", () => session.unsaved === 0 && session.status.name === "live");
  }
  assert.deepEqual(keptKeys(), []);
  return room.server.markers.size;
}

test("after a reload the new page sends what the old one could not, under its ids", async () => {
  /** D2, D3, R2 */
  const tab = room.browser.tab();
  await withUnsaved(tab);
  tab.say("leave");
  tab.kill();
  const [old] = room.server.received("hello");
  const reloaded = room.open();
  assert.equal(reloaded.unsaved, 2);
  assert.equal(reloaded.pendingAdds.length, 2);
  assert.equal(await savedMarkers(reloaded), 2);
  const { client } = room.server.received("add").at(-1);
  assert.equal(client, old.client);
  assert.equal(reloaded.me.person, 1);
});

test("a page that was killed with its answer on the way leaves no second marker", async () => {
  /** D2 */
  const tab = room.browser.tab();
  const session = await room.enter({ tab });
  room.server.fault.cutAfter = ({ t }) => t === "add";
  session.change("add", { lat: 1, lng: 1 });
  await until("stored", () => room.server.markers.size === 1);
  tab.kill();
  room.server.fault.cutAfter = () => false;
  const next = await room.enter();
  await until("taken over when the lease is over", () => room.server.received("add").length >= 2);
  assert.equal(await savedMarkers(next), 1);
});

test("a tab that stays open takes over from one that is closed", async () => {
  /** D3 */
  const closing = room.browser.tab();
  const staying = await room.enter();
  await withUnsaved(closing);
  assert.equal(staying.unsaved, 0);
  closing.say("leave");
  closing.kill();
  await until("taken over", () => staying.unsaved === 2);
  assert.equal(await savedMarkers(staying), 2);
});

test("the storage tells the other tabs, so that they need not wait", async () => {
  const closing = room.browser.tab();
  // This tab does not look by itself; the storage event makes it take over at once.
  const tab = room.browser.tab({ random: () => 0 });
  const { setTimeout } = tab;
  tab.setTimeout = (callback, ms) => (ms === RENEW_EVERY ? null : setTimeout(callback, ms));
  const staying = await room.enter({ tab });
  await withUnsaved(closing);
  closing.say("leave");
  closing.kill();
  assert.equal(staying.unsaved, 0);
  tab.say("storage");
  await until("taken over", () => staying.unsaved === 2);
});

test("when several tabs take over, and the one thought dead wakes up, each change happens once", async () => {
  /** D2 */
  const tab = room.browser.tab();
  const asleep = await withUnsaved(tab);
  tab.sleep();
  const others = [await room.enter(), await room.enter()];
  await until("taken over when the lease is over", () => others.some(({ unsaved }) => unsaved === 2));
  tab.wake();
  assert.equal(await savedMarkers(asleep, ...others), 2);
  for (const { count } of room.server.effects.values()) {
    assert.ok([...count.values()].every((times) => times === 1));
  }
});

test("a duplicated tab is a client of its own", async () => {
  /** D2 */
  const original = await room.enter();
  const duplicate = await room.enter();
  await Promise.all(
    [original, duplicate].flatMap((session) =>
      Array.from({ length: 10 }, (_, n) => session.change("add", { lat: n, lng: n })),
    ),
  );
  assert.equal(room.server.markers.size, 20);
  assert.equal(new Set(room.server.received("hello").map(({ client }) => client)).size, 2);
  assert.equal(original.me.person, duplicate.me.person);
});

test("a page that comes back from the back/forward cache goes on where it was", async () => {
  const tab = room.browser.tab();
  const session = await withUnsaved(tab);
  tab.say("leave");
  const next = room.open();
  await until("the next page has them", () => next.unsaved === 2);
  tab.say("return");
  assert.equal(await savedMarkers(session, next), 2);
});

test("stop leaves unsaved changes to the next visit", async () => {
  const session = await withUnsaved();
  session.stop();
  assert.equal(await savedMarkers(await room.enter()), 2);
});
