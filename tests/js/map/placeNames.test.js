import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { layOutNames } from "../../../static/mapapp/js/map/surface/nameLayout.js";
import { PlaceNames, tilesIn } from "../../../static/mapapp/js/map/surface/placeNames.js";
import { worldPixels } from "../../../static/mapapp/js/map/ground/mercator.js";
import { until } from "../support/until.js";

const FILE = new URL("../../../static/mapapp/basemap/names.json", import.meta.url);
const WORLD = JSON.parse(readFileSync(FILE, "utf8")).names;
const how = { height: 15, textScale: 1, widthOf: (name) => 7 * name.length };
const THE_WORLD = { south: -60, west: -180, north: 80, east: 180 };

test("the first view of the world costs a phone a few kilobytes", () => {
  assert.ok(gzipSync(readFileSync(FILE)).length < 15_000);
  assert.ok(WORLD.length > 500);
  const populations = WORLD.map(([, , , population]) => population);
  assert.deepEqual(populations, [...populations].sort((a, b) => b - a), "the largest first");
  for (const name of ["Paris", "Nuuk", "Perth", "Honolulu"]) assert.ok(WORLD.some(([one]) => one === name), name);
});

test("no name is over another at any zoom, and the largest places have theirs", () => {
  for (const zoom of [1, 2, 3.25, 5]) {
    const shown = layOutNames(WORLD, { zoom, ...how });
    const scale = worldPixels(zoom);
    const boxes = shown.map(({ x, y, width }) => ({ left: x * scale, right: x * scale + width, y: y * scale }));
    for (const [i, a] of boxes.entries()) {
      for (const b of boxes.slice(i + 1)) {
        const isOver = a.left < b.right && b.left < a.right && Math.abs(a.y - b.y) < how.height;
        assert.ok(!isOver, `${zoom}: ${JSON.stringify([a, b])}`);
      }
    }
    assert.equal(shown[0].name, WORLD[0][0]);
  }
  const few = layOutNames(WORLD, { zoom: 2, ...how }).length;
  const more = layOutNames(WORLD, { zoom: 4, ...how }).length;
  assert.ok(few > 20 && more > 2 * few, `${few} ${more}`);
});

test("tiles in view, also across the antimeridian", () => {
  assert.deepEqual(tilesIn({ south: 51, west: 6, north: 53, east: 7 }, 4), ["4/8/5"]);
  const fiji = tilesIn({ south: -19, west: 176, north: -15, east: 184 }, 4);
  assert.deepEqual(fiji, ["4/15/8", "4/0/8"]);
  assert.deepEqual(tilesIn(THE_WORLD, 6), [], "too many to ask for");
});

test("names come once, from the world's file and from near by tile", async (t) => {
  const asked = [];
  let isAway = true;
  t.mock.method(globalThis, "fetch", async (url) => {
    asked.push(url);
    if (isAway) throw new Error("away");
    const names = url === "/names.json" ? [["Berlin", 52.52, 13.41, 3_426_354]] : [["Berlin", 52.5244, 13.4105, 3_426_354], ["Potsdam", 52.3989, 13.0657, 184_154]];
    return { ok: true, json: async () => ({ names }) };
  });
  let news = 0;
  const names = new PlaceNames("/names.json", () => (news += 1));
  assert.deepEqual(names.around(THE_WORLD, 2), []);
  assert.deepEqual(names.around(THE_WORLD, 2), []);
  assert.deepEqual(asked, ["/names.json"], "not again at once");
  isAway = false;
  const near = new PlaceNames("/names.json", () => (news += 1));
  const area = { south: 52, west: 13, north: 53, east: 14 };
  near.around(area, 9.5);
  await until("all have come", () => news === 2 || news === 3);
  await until("both", () => near.around(area, 9.5).length === 2);
  assert.deepEqual(near.around(area, 9.5).map(([name]) => name), ["Berlin", "Potsdam"]);
  const before = asked.length;
  near.around(area, 9.75);
  assert.equal(asked.length, before);
});
