/** The finer base map, read piece by piece from the file that the server ships. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { beforeEach, test } from "node:test";

import { FineBasemap } from "../../../static/mapapp/js/map/ground/fineBasemap.js";
import { worldX, worldY } from "../../../static/mapapp/js/map/ground/mercator.js";

const FILE = readFileSync(new URL("../../../static/mapapp/basemap/world-10m.bin", import.meta.url));
const WIDTH = 1 / 16;

let asked;
let isAway;
let knowsRanges;

beforeEach(() => {
  asked = 0;
  isAway = false;
  knowsRanges = true;
  globalThis.fetch = async (_url, { headers }) => {
    asked += 1;
    if (isAway) throw new TypeError("Failed to fetch");
    const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(headers.Range);
    return knowsRanges
      ? new Response(FILE.subarray(Number(start), Number(end) + 1), { status: 206 })
      : new Response(FILE);
  };
});

/** @returns {Promise<import("../../../static/mapapp/js/map/ground/basemapData.js").BasemapData>} */
async function pieceAt(lat, lng, map = null) {
  let tell;
  const here = new Promise((resolve) => (tell = resolve));
  const fine = map ?? new FineBasemap("/world-10m.bin", () => tell());
  assert.equal(fine.pieceAt(worldX(lng), worldY(lat)), null, "it is fetched first");
  await here;
  return fine.pieceAt(worldX(lng), worldY(lat));
}

/** Whether a place is inside, by the even-odd rule over all rings. */
function isInside(rings, lat, lng) {
  const [x, y] = [worldX(lng), worldY(lat)];
  let inside = false;
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
      const [x0, y0, x1, y1] = [ring[j], ring[j + 1], ring[i], ring[i + 1]];
      if (y0 > y !== y1 > y && x < x0 + ((y - y0) / (y1 - y0)) * (x1 - x0)) inside = !inside;
    }
  }
  return inside;
}

for (const [what, lat, lng] of [
  ["Paris", 48.85, 2.35],
  ["the island of Texel", 53.08, 4.82],
  ["Manhattan", 40.78, -73.96],
  ["Tasmania", -42, 146.8],
  ["Chukotka, west of the antimeridian", 67, 178.5],
  ["Chukotka, east of the antimeridian", 67.5, -178],
  ["Antarctica", -80, 20],
  ["Lake Geneva, which is a lake on land", 46.45, 6.55],
]) {
  test(`${what} is land`, async () => {
    assert.ok(isInside((await pieceAt(lat, lng)).land, lat, lng));
  });
}

for (const [what, lat, lng] of [
  ["the Atlantic", 30, -40],
  ["the Strait of Dover", 51, 1.45],
  ["the Bosporus' northern end", 41.3, 29.2],
  ["the middle of the Pacific", 5, -150],
  ["the Caspian Sea", 42, 50.5],
]) {
  test(`${what} is sea`, async () => {
    assert.ok(!isInside((await pieceAt(lat, lng)).land, lat, lng));
  });
}

test("lakes are where they are", async () => {
  for (const [lat, lng] of [[46.45, 6.55], [-1, 33], [47.5, -88], [58.9, 13.2]]) {
    assert.ok(isInside((await pieceAt(lat, lng)).lakes, lat, lng), `${lat} ${lng}`);
  }
});

test("a river and a border come near to where they are", async () => {
  const distance = (lines, lat, lng) =>
    Math.min(...lines.flatMap((line) => {
      const far = [];
      for (let i = 0; i < line.length; i += 2) far.push(Math.hypot(line[i] - worldX(lng), line[i + 1] - worldY(lat)));
      return far;
    })) * 360;
  // The Rhine between Bonn and Cologne, and where France, Germany and Switzerland meet.
  assert.ok(distance((await pieceAt(50.8, 7)).rivers, 50.8, 7) < 0.2);
  assert.ok(distance((await pieceAt(47.59, 7.59)).borders, 47.59, 7.59) < 0.05);
});

test("lines stay near their piece", async () => {
  const { land, borders, lakes, rivers } = await pieceAt(48.85, 2.35);
  const [left, top] = [Math.floor(worldX(2.35) / WIDTH) * WIDTH, Math.floor(worldY(48.85) / WIDTH) * WIDTH];
  const margin = 0.011 * WIDTH;
  for (const ring of [...land, ...lakes]) {
    for (let i = 0; i < ring.length; i += 2) {
      assert.ok(ring[i] >= left - margin && ring[i] <= left + WIDTH + margin);
      assert.ok(ring[i + 1] >= top - margin && ring[i + 1] <= top + WIDTH + margin);
    }
  }
  assert.ok(borders.length > 0 && rivers.length > 0);
});

test("a piece is fetched once, and again when it could not be", async () => {
  const map = new FineBasemap("/world-10m.bin", () => {});
  const settle = async () => {
    for (let turns = 0; turns < 20; turns += 1) await new Promise((done) => setImmediate(done));
  };
  isAway = true;
  assert.equal(map.pieceAt(0.52, 0.33), null);
  assert.equal(map.pieceAt(0.53, 0.33), null);
  await settle();
  assert.equal(asked, 1);
  isAway = false;
  assert.equal(map.pieceAt(0.52, 0.33), null);
  await settle();
  assert.ok(map.pieceAt(0.52, 0.33).land.length > 0);
  assert.equal(asked, 3, "the index and the piece");
  assert.ok(map.pieceAt(0.54, 0.34));
  assert.equal(asked, 3);
});

test("a server without ranges will do", async () => {
  knowsRanges = false;
  assert.ok(isInside((await pieceAt(48.85, 2.35)).land, 48.85, 2.35));
});
