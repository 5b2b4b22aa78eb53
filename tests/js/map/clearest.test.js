import assert from "node:assert/strict";
import test from "node:test";
import { worldPixels, worldX, worldY } from "../../../static/mapapp/js/map/ground/mercator.js";
import { clearest } from "../../../static/mapapp/js/map/view/clearest.js";
import { extentOf } from "../../../static/mapapp/js/map/view/fit.js";

const at = (lat, lng) => ({ x: worldX(lng), y: worldY(lat) });
// A phone held sideways: the question above, the buttons below.
const map = {
  size: { x: 740, y: 360 },
  boxes: [
    { left: 8, top: 8, right: 378, bottom: 182 },
    { left: 8, top: 280, right: 440, bottom: 332 },
    { left: 640, top: 240, right: 732, bottom: 332 },
  ],
  clear: 22,
};
const ZOOMS = [5, 4.5, 4, 3.5, 3, 2.5, 2, 1.75];

function shown(places, { zoom, middle }) {
  const extent = extentOf(places);
  const scale = worldPixels(zoom);
  return places.map(({ x, y }) => ({
    x: middle.x + (x + Math.round(extent.x - x) - extent.x) * scale,
    y: middle.y + (y - extent.y) * scale,
  }));
}

function covered(places, view) {
  return shown(places, view).filter(
    ({ x, y }) =>
      x < 0 || y < 0 || x > map.size.x || y > map.size.y ||
      map.boxes.some((b) => x > b.left && x < b.right && y > b.top && y < b.bottom),
  );
}

test("places that fit between the boxes over the map are all clear, at the closest zoom", () => {
  const places = [at(52, 5), at(41, 2), at(60, 25)];
  const view = clearest(places, extentOf(places), map, ZOOMS);
  assert.deepEqual(covered(places, view), []);
  assert.ok(view.zoom >= 3);
});

test("also on both sides of the date line", () => {
  const places = [at(-41, 175), at(-14, -172)];
  const view = clearest(places, extentOf(places), map, ZOOMS);
  assert.deepEqual(covered(places, view), []);
});

test("where they cannot all be clear, few are covered", () => {
  const places = [at(28, 10), at(-50, -70), at(64, 170), at(-40, 174)];
  const view = clearest(places, extentOf(places), map, ZOOMS);
  assert.equal(view.zoom, 1.75);
  assert.ok(covered(places, view).length <= 1);
});

test("thousands of places are as quick as hundreds", () => {
  const places = Array.from({ length: 10_000 }, (_, i) => at((i % 120) - 60, (i % 300) - 150));
  const view = clearest(places, extentOf(places), map, ZOOMS);
  assert.equal(view.zoom, 1.75);
});
