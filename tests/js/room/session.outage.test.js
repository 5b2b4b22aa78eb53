/** The database is away for longer than the server keeps changes (D3): their order stays. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { roomForEachTest } from "../support/room.js";
import { until } from "../support/until.js";

const room = roomForEachTest();
const told = () =>
  room.server.log
    .filter(({ kind }) => kind === "place" || kind === "edit")
    .map(({ kind, lat, label }) => (kind === "place" ? lat : label));

/** Makes the server turn every change away; returns a function that ends that. */
function outage() {
  let isAway = true;
  room.server.fault.refuse = () => (isAway ? "unavailable" : undefined);
  return () => (isAway = false);
}

test("an older change of the same person never lands behind a newer one", async () => {
  const session = await room.enter();
  await session.change("add", { lat: 1, lng: 1 });
  const end = outage();
  const answers = [
    session.change("place", { marker: 1, lat: 10, lng: 10 }),
    session.change("edit", { marker: 1, label: "FIRST" }),
  ];
  await until("turned away", () => room.server.received("edit").length);
  answers.push(
    session.change("place", { marker: 1, lat: 20, lng: 20 }),
    session.change("edit", { marker: 1, label: "SECOND" }),
  );
  end();
  assert.ok((await Promise.all(answers)).every(({ ok }) => ok));
  assert.deepEqual(told(), [10, "FIRST", 20, "SECOND"]);
  const { lat, label } = room.server.markers.get(1);
  assert.deepEqual([lat, label, session.unsaved], [20, "SECOND", 0]);
});

test("also when the database is back between the two, and when the line is cut meanwhile", async () => {
  const session = await room.enter();
  await session.change("add", { lat: 1, lng: 1 });
  let turnedAway = 0;
  // The first is turned away, and the one behind it could be stored.
  room.server.fault.refuse = ({ lat }) => (lat === 10 && turnedAway++ < 2 ? "unavailable" : undefined);
  const answers = [10, 20, 30].map((lat) => session.change("place", { marker: 1, lat, lng: lat }));
  await until("turned away", () => turnedAway === 1);
  room.server.cut();
  assert.ok((await Promise.all(answers)).every(({ ok }) => ok));
  assert.deepEqual(told(), [10, 20, 30]);
});

test("over a reload too, by a page that takes over what the first could not send", async () => {
  const tab = room.browser.tab();
  const session = await room.enter({ tab });
  await session.change("add", { lat: 1, lng: 1 });
  const end = outage();
  session.change("edit", { marker: 1, label: "FIRST" });
  session.change("edit", { marker: 1, label: "SECOND" });
  await until("turned away", () => room.server.received("edit").length >= 2);
  tab.say("leave");
  tab.kill();
  const reloaded = await room.enter();
  reloaded.change("edit", { marker: 1, label: "THIRD" });
  end();
  await until("saved", () => reloaded.unsaved === 0);
  assert.deepEqual(told(), ["FIRST", "SECOND", "THIRD"]);
});

test("a change turned away because of an earlier one goes as soon as that is stored", async () => {
  const session = await room.enter();
  await session.change("add", { lat: 1, lng: 1 });
  let times = 0;
  room.server.fault.refuse = ({ label }) => (label === "0" && times++ < 4 ? "unavailable" : undefined);
  const labels = Array.from({ length: 10 }, (_, n) => String(n));
  const answers = labels.map((label) => session.change("edit", { marker: 1, label }));
  await answers[0];
  const stored = room.browser.now();
  await Promise.all(answers);
  assert.ok(room.browser.now() - stored < 4_000, "no wait of its own for each of them");
  assert.deepEqual(told(), labels);
});
