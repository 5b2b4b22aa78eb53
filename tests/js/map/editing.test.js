/** Views and boxes while an activity is prepared. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { boxBetween, boxMoved, boxWithin, worldWithin } from "../../../static/mapapp/js/map/editing/boxes.js";
import { viewShown, zoomOn } from "../../../static/mapapp/js/map/editing/referenceView.js";

test("a small map shows what the big screen will show, and tells it as the same view", () => {
  const view = { lat: 52.25, lng: 6.16, zoom: 12.25 };
  assert.equal(zoomOn(view, { x: 1024, y: 768 }), 12.25);
  assert.equal(zoomOn(view, { x: 512, y: 384 }), 11.25);
  for (const size of [{ x: 512, y: 384 }, { x: 333, y: 250 }, { x: 360, y: 200 }]) {
    assert.deepEqual(viewShown({ ...view, zoom: zoomOn(view, size) }, size), view);
  }
});

test("a view is within the bounds of views, whatever the map shows", () => {
  const size = { x: 1024, y: 768 };
  assert.deepEqual(viewShown({ lat: 89, lng: 370, zoom: 25 }, size), { lat: 85, lng: 10, zoom: 19 });
  assert.deepEqual(viewShown({ lat: -89, lng: -190, zoom: -3 }, size), { lat: -85, lng: 170, zoom: 0 });
});

test("a box has its south below its north, wherever the drag began", () => {
  assert.deepEqual(boxBetween({ lat: 5, lng: 7 }, { lat: 1, lng: 2 }), [1, 2, 5, 7]);
  const [south, west, north, east] = boxBetween({ lat: 1, lng: 2 }, { lat: 1, lng: 2 });
  assert.ok(south < north && west < east);
  assert.deepEqual(boxBetween({ lat: -99, lng: -500 }, { lat: 99, lng: 500 }), [-90, -180, 90, 180]);
  const [low, left, high, right] = boxBetween({ lat: 90, lng: 180 }, { lat: 99, lng: 200 });
  assert.ok(low < high && left < right && high <= 90 && right <= 180);
});

test("a box keeps its size when it is moved, also to the edge of the world", () => {
  assert.deepEqual(boxMoved([0, 0, 2, 4], { lat: 10, lng: 20 }), [9, 18, 11, 22]);
  assert.deepEqual(boxMoved([0, 0, 2, 4], { lat: 100, lng: -200 }), [88, -180, 90, -176]);
  assert.deepEqual(boxWithin([-10, -20, 10, 20], 0.5), [-5, -10, 5, 10]);
});

test("what a map shows becomes a part of the world, however far it was turned", () => {
  assert.deepEqual(worldWithin([50, 365, 53, 367]), [50, 5, 53, 7]);
  assert.deepEqual(worldWithin([-89, -300, 89, 300]), [-85, -180, 85, 180]);
  assert.deepEqual(worldWithin([-20, 170, 10, 200]), [-20, 170, 10, 180]);
});
