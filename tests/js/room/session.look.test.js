import assert from "node:assert/strict";
import { test } from "node:test";
import { roomForEachTest } from "../support/room.js";
import { until } from "../support/until.js";

const room = roomForEachTest();
const looks = () => room.server.received("look");

test("the map's bounds are reported once it rests, and again on a new connection", async () => {
  /** F5 */
  const session = await room.enter();
  session.look({ south: 47, west: 10, north: 49, east: 13 });
  session.look({ south: 48, west: 11, north: 49, east: 12 });
  await until("it has been told", () => looks().length === 1);
  room.server.cut();
  await until("told anew", () => looks().length === 2);
  const told = { t: "look", south: 48, west: 11, north: 49, east: 12 };
  assert.deepEqual(looks(), [told, told]);
});

test("bounds stay in the world's one round", async () => {
  const session = await room.enter();
  session.look({ south: -95, west: -540, north: 95, east: 540 });
  await until("it has been told", () => looks().length === 1);
  session.look({ south: 0, west: 170, north: 1, east: 190 });
  await until("across the antimeridian", () => looks().length === 2);
  assert.deepEqual(looks(), [
    { t: "look", south: -90, west: -180, north: 90, east: 180 },
    { t: "look", south: 0, west: 170, north: 1, east: -170 },
  ]);
});

test("a screen gets all of the map alike and says nothing", async () => {
  const screen = await room.enter({ role: "screen" });
  screen.look({ south: 48, west: 11, north: 49, east: 12 });
  const session = await room.enter();
  session.look({ south: 0, west: 0, north: 1, east: 1 });
  await until("the other one has been told", () => looks().length === 1);
  assert.equal(looks()[0].south, 0);
});
