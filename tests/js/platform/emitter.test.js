/** The events of our own objects. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Emitter } from "../../../static/mapapp/js/platform/emitter.js";

test("a listener hears each event of its name, with all details, until it is stopped", () => {
  const ship = new Emitter();
  const heard = [];
  const stop = ship.on("moved", (...details) => heard.push(details));
  ship.emit("moved", 1, 2);
  ship.emit("sunk");
  ship.emit("moved", 3, 4);
  stop();
  ship.emit("moved", 5, 6);
  assert.deepEqual(heard, [
    [1, 2],
    [3, 4],
  ]);
});

test("one listener can hear several events, and stops hearing all of them", () => {
  const ship = new Emitter();
  let heard = 0;
  const stop = ship.on(["moved", "sunk"], () => (heard += 1));
  ship.emit("moved");
  ship.emit("sunk");
  stop();
  ship.emit("moved");
  ship.emit("sunk");
  assert.equal(heard, 2);
});

test("once is once, even if the listener itself causes the next event", () => {
  const ship = new Emitter();
  const heard = [];
  ship.once("moved", (place) => {
    heard.push(place);
    if (place < 3) ship.emit("moved", place + 1);
  });
  ship.emit("moved", 1);
  assert.deepEqual(heard, [1]);
});

test("a listener that comes during an event hears the next, one that goes hears it no more", () => {
  const ship = new Emitter();
  const heard = [];
  ship.once("moved", () => {
    stop();
    ship.on("moved", () => heard.push("new"));
  });
  const stop = ship.on("moved", () => heard.push("gone"));
  ship.emit("moved");
  assert.deepEqual(heard, []);
  ship.emit("moved");
  assert.deepEqual(heard, ["new"]);
});

test("a listener that throws keeps the event from nobody else, and its error is reported", async () => {
  const ship = new Emitter();
  const heard = [];
  const error = new Error("leaky");
  ship.on("moved", () => {
    throw error;
  });
  ship.on("moved", (place) => heard.push(place));
  const reported = new Promise((resolve) => {
    process.setUncaughtExceptionCaptureCallback(resolve);
  });
  ship.emit("moved", 1);
  assert.deepEqual(heard, [1]);
  assert.equal(await reported, error);
  process.setUncaughtExceptionCaptureCallback(null);
});
