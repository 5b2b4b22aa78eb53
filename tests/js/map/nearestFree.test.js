import assert from "node:assert/strict";
import { test } from "node:test";
import { clearPlace, nearestFree } from "../../../static/mapapp/js/map/view/nearestFree.js";

const FRAME = { left: 40, top: 40, right: 960, bottom: 560 };
const CARD = { left: 0, top: 0, right: 1000, bottom: 150 };
const PANEL = { left: 600, top: 300, right: 1000, bottom: 600 };

test("a free place stays where it is", () => {
  assert.deepEqual(nearestFree({ x: 300, y: 300 }, FRAME, [CARD, PANEL]), { x: 300, y: 300 });
});

test("a place out of view or at the edge comes in", () => {
  assert.deepEqual(nearestFree({ x: -500, y: 300 }, FRAME, [CARD]), { x: 40, y: 300 });
});

test("out of a box it goes the shortest way that stays in view", () => {
  assert.deepEqual(nearestFree({ x: 300, y: 60 }, FRAME, [CARD]), { x: 300, y: 150 });
  assert.deepEqual(nearestFree({ x: 650, y: 500 }, FRAME, [CARD, PANEL]), { x: 600, y: 500 });
  assert.deepEqual(nearestFree({ x: 900, y: 320 }, FRAME, [CARD, PANEL]), { x: 900, y: 300 });
});

test("out of one box it does not go into another", () => {
  const low = { left: 0, top: 160, right: 1000, bottom: 400 };
  assert.deepEqual(nearestFree({ x: 300, y: 180 }, FRAME, [CARD, low]), { x: 300, y: 160 });
  const overlapping = { ...low, top: 140 };
  assert.deepEqual(nearestFree({ x: 300, y: 180 }, FRAME, [CARD, overlapping]), { x: 300, y: 400 });
});

test("where everything is covered there is no way out", () => {
  const all = { left: 0, top: 0, right: 1000, bottom: 600 };
  assert.equal(nearestFree({ x: 300, y: 300 }, FRAME, [all]), null);
});

const SIZE = { x: 320, y: 568 };
const QUESTION = { left: 8, top: 8, right: 312, bottom: 174 };

test("a place keeps away from the edges and from the boxes over the map", () => {
  assert.deepEqual(clearPlace({ x: 10, y: 180 }, SIZE, [QUESTION], [36, 22]), { x: 36, y: 210 });
});

test("between two things that are near each other it keeps away as far as it can", () => {
  const sheet = { left: 0, top: 223, right: 320, bottom: 568 };
  const place = clearPlace({ x: 200, y: 330 }, SIZE, [QUESTION, sheet], [36, 22]);
  assert.deepEqual(place, { x: 200, y: 201 });
});

test("where everything is covered a place is at least in view", () => {
  const all = { left: 0, top: 0, right: 320, bottom: 568 };
  assert.deepEqual(clearPlace({ x: 400, y: 700 }, SIZE, [all], [36, 22]), { x: 284, y: 532 });
});
