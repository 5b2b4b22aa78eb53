import assert from "node:assert/strict";
import { test } from "node:test";
import { TestStorage } from "../support/browser.js";
import { roomForEachTest } from "../support/room.js";
import { once, until } from "../support/until.js";

const room = roomForEachTest();
const TOKEN = "livemap:314159:token";

test("a session says hello, is welcomed and has the room's state", async () => {
  room.server.commit({ kind: "add", marker: 1, lat: 1, lng: 2, colour: 3, icon: 4, label: "x" });
  const session = await room.enter();
  assert.deepEqual(session.me, { person: null, name: "Blue Otter", role: "participant" });
  assert.equal(session.state.markers.get(1).label, "x");
  assert.equal(session.presence.people, 1);
  const [hello] = room.server.received("hello");
  assert.match(hello.client, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.deepEqual(Object.keys(hello).sort(), ["as", "client", "moves", "snapshot", "t"]);
});

test("the same browser is the same person, also after a reload", async () => {
  /** R2 */
  const first = await room.enter();
  await first.change("add", { lat: 1, lng: 2 });
  first.stop();
  const second = await room.enter();
  assert.equal(second.me.person, 1);
  assert.equal(room.server.tokens.size, 1);
});

test("two tabs that open at the same moment are one person", async () => {
  /** R2 */
  const [a, b] = [room.open(), room.open()];
  await until("both live", () => a.status.name === "live" && b.status.name === "live");
  await Promise.all([a.change("add", { lat: 1, lng: 2 }), b.change("add", { lat: 3, lng: 4 })]);
  assert.equal(a.me.person, b.me.person);
});

/** A browser whose tabs see each other's storage only after a while, as real ones do. */
async function tabWithTokenOfItsOwn() {
  const apart = room.browser.tab({ storage: new TestStorage() });
  const session = await room.enter({ tab: apart });
  return { session, apart, token: apart.storage.getItem(TOKEN) };
}

test("a tab that was welcomed as new becomes who the other tab is, once it hears of it", async () => {
  /** R2 */
  const other = await room.enter();
  await other.change("add", { lat: 1, lng: 2 });
  const { session, apart } = await tabWithTokenOfItsOwn();
  assert.equal(session.me.person, null);
  apart.storage.setItem(TOKEN, room.browser.storage.getItem(TOKEN));
  apart.say("token");
  await until("the same person", () => session.me.person === 1 && session.status.name === "live");
});

test("a tab that has done something stays who it is", async () => {
  /** R2 */
  await room.enter();
  const { session, apart, token } = await tabWithTokenOfItsOwn();
  const answer = session.change("add", { lat: 1, lng: 2 });
  apart.storage.setItem(TOKEN, room.browser.storage.getItem(TOKEN));
  apart.say("token");
  assert.ok((await answer).ok);
  apart.say("token");
  room.server.cut();
  await until("lost", () => session.status.name === "lost");
  assert.ok((await session.change("edit", { marker: 1, label: "mine" })).ok);
  assert.deepEqual([...room.server.persons.keys()], [token]);
});

test("a token that the room does not know is dropped, and the person is new", async () => {
  room.browser.storage.setItem(TOKEN, "forged");
  const session = await room.enter();
  assert.equal(session.me.person, null);
  assert.deepEqual(room.server.received("hello").map(({ token }) => token), ["forged", undefined]);
  assert.equal(room.browser.storage.getItem(TOKEN), "token-1");
});

test("a room that turns away newcomers without a token is not asked for ever", async () => {
  room.server.fault.turnAway = () => 4401;
  room.browser.storage.setItem(TOKEN, "forged");
  const session = room.open();
  await until("stopped", () => session.status.name === "stopped");
  assert.equal(session.status.code, "bad_token");
  assert.equal(room.server.received("hello").length, 2);
});

test("a change for an earlier room with this code does not appear in this one", async () => {
  const first = await room.enter();
  room.server.fault.cutBefore = ({ t }) => t === "add";
  const answer = first.change("add", { lat: 1, lng: 2, label: "old room" });
  await until("lost", () => first.status.name === "lost");
  room.server.fault.cutBefore = () => false;
  room.server.tokens.clear();
  room.server.epoch = "another room";
  first.retryNow();
  assert.deepEqual([(await answer).ok, (await answer).code], [false, "other_room"]);
  assert.equal(room.server.markers.size, 0);
  assert.equal(first.unsaved, 0);
});

test("when only the token has become invalid, unsaved changes are saved by the new person", async () => {
  const session = await room.enter();
  room.server.fault.cutBefore = ({ t }) => t === "add";
  const answer = session.change("add", { lat: 1, lng: 2 });
  await until("lost", () => session.status.name === "lost");
  room.server.fault.cutBefore = () => false;
  room.server.tokens.clear();
  session.retryNow();
  assert.equal((await answer).ok, true);
});

test("a host and the presenter's own screen show the key in the hello, and nobody else", async () => {
  await room.enter({ role: "host", key: "secret" });
  await room.enter({ role: "screen", key: "secret" });
  await room.enter({ role: "screen" });
  await room.enter({ role: "participant", key: "secret" });
  const keys = room.server.received("hello").map(({ key }) => key);
  assert.deepEqual(keys, ["secret", "secret", undefined, undefined]);
});

test("a screen has no token, keeps nothing and changes nothing", async () => {
  room.browser.storage.setItem(TOKEN, "somebody");
  const screen = await room.enter({ role: "screen" });
  assert.equal(room.server.received("hello")[0].token, undefined);
  const answer = await screen.change("add", { lat: 1, lng: 2 });
  assert.deepEqual([answer.ok, answer.code], [false, "read_only"]);
  assert.deepEqual([...room.browser.storage.entries.keys()], [TOKEN]);
});

test("a person who is new and has a name is called by it", async () => {
  const session = await room.enter({ name: "Ada" });
  await until("renamed", () => session.me.name === "Ada" && session.me.person === 1);
  assert.equal(session.state.people.get(1), "Ada");
});

test("a person whom the room knows keeps the name that it knows", async () => {
  const first = await room.enter({ name: "Ada" });
  await until("renamed", () => first.state.people.get(1) === "Ada");
  first.stop();
  const second = await room.enter({ name: "Somebody Else" });
  await second.change("add", { lat: 1, lng: 2 });
  assert.equal(second.me.name, "Ada");
  assert.equal(room.server.received("name").length, 1);
});

for (const [code, name, hellos] of [[4404, "no_room", 1], [4403, "wrong_key", 1], [4421, "origin", 1], [4400, "bad_hello", 2]]) {
  test(`after close code ${code} it stops and says ${name}`, async () => {
    room.server.fault.turnAway = () => code;
    const session = room.open();
    await until("stopped", () => session.status.name === "stopped");
    assert.equal(session.status.code, name);
    assert.ok(session.status.message);
    assert.equal((await session.change("add", { lat: 1, lng: 2 })).code, name);
    session.retryNow();
    assert.equal(room.server.received("hello").length, hellos);
  });
}

test("a server of an older version, which knows no packed frames, is asked without them", async () => {
  const isNewer = ({ moves, snapshot }) => moves !== undefined || snapshot !== undefined;
  room.server.fault.turnAway = (hello) => (isNewer(hello) ? 4400 : undefined);
  const session = room.open();
  await until("live", () => session.status.name === "live");
  // After its upgrade it is asked for all again.
  room.server.fault.turnAway = () => undefined;
  room.server.cut();
  await until("a third hello", () => room.server.received("hello").length === 3);
  assert.deepEqual(room.server.received("hello").map(isNewer), [true, false, true]);
});

test("when the host removes somebody, their unsaved changes are refused", async () => {
  const session = await room.enter();
  room.server.fault.refuse = () => "unavailable";
  const answer = session.change("add", { lat: 1, lng: 2 });
  await until("sent", () => room.server.received("add").length);
  room.server.closeAll(4411, { code: "removed" });
  assert.deepEqual([(await answer).ok, (await answer).code], [false, "removed"]);
  assert.equal(session.unsaved, 0);
  assert.deepEqual([...room.browser.storage.entries.keys()], [TOKEN]);
});

test("an error that concerns no change is told as a notice", async () => {
  const session = await room.enter();
  const notice = once(session, "notice");
  room.server.sendAll({ t: "error", code: "slow_down", message: "x" });
  assert.equal((await notice).code, "slow_down");
  assert.ok((await notice).message.length > 5);
});

test("messages that this page does not know are ignored", async () => {
  const session = await room.enter();
  room.server.sendAll({ t: "sparkle", rev: 99 });
  room.server.sendAll("no object");
  const { ok } = await session.change("add", { lat: 1, lng: 2, label: "still here" });
  assert.ok(ok);
  assert.equal(room.server.received("hello").length, 1);
});
