/** The part of the world that a remote shows, on its way to a screen of another shape. */

import assert from "node:assert/strict";
import test from "node:test";

import { areaBetween, extentOfArea, viewShown } from "../../../static/mapapp/js/map/view/area.js";

test("an area keeps its place and size in the world", () => {
  const area = areaBetween({ lat: 60, lng: 0 }, { lat: 40, lng: 36 });
  assert.deepEqual(area, [40, 0, 60, 36]);
  const { x, width, height } = extentOfArea(area);
  assert.ok(Math.abs(x - 0.55) < 1e-9);
  assert.ok(Math.abs(width - 0.1) < 1e-9);
  assert.ok(height > 0.06 && height < 0.1, String(height));
});

test("an area across the antimeridian is as narrow as it looks", () => {
  const area = areaBetween({ lat: 10, lng: 170 }, { lat: -10, lng: 190 });
  assert.deepEqual(area, [-10, 170, 10, -170]);
  assert.ok(Math.abs(extentOfArea(area).width - 20 / 360) < 1e-9);
});

test("a map that shows the world more than once shows all of it", () => {
  const area = areaBetween({ lat: 89, lng: -300 }, { lat: -89, lng: 300 });
  assert.deepEqual(area, [-85, -180, 85, 180]);
  assert.equal(extentOfArea(area).width, 1);
});

test("a world that has been gone around is the same world", () => {
  assert.deepEqual(areaBetween({ lat: 60, lng: 720 }, { lat: 40, lng: 756 }), [40, 0, 60, 36]);
});

test("what a phone shows is a view for the screen that views are meant for", () => {
  // Half as wide as the reference screen: the same part of the world, one zoom level farther out.
  assert.deepEqual(viewShown({ lat: 52.25, lng: 366.16 }, 6, { width: 512, height: 700 }), {
    ...{ lat: 52.25, lng: 6.16, zoom: 7 },
  });
  assert.equal(viewShown({ lat: 0, lng: 0 }, 0, { width: 4096, height: 4096 }).zoom, 0);
});
