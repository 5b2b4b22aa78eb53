import assert from "node:assert/strict";
import test from "node:test";
import { extentOf, freePart, zoomFor } from "../../../static/mapapp/js/map/view/fit.js";
import { worldX, worldY } from "../../../static/mapapp/js/map/ground/mercator.js";

const at = (lat, lng) => ({ x: worldX(lng), y: worldY(lat) });
const near = (got, wanted) => assert.ok(Math.abs(got - wanted) < 1e-9, `${got} is not ${wanted}`);

test("places on both sides of the date line are neighbours", () => {
  const { x, width } = extentOf([at(-17, 178), at(-14, -172)]);
  near(width, 10 / 360);
  near(x - 1, worldX(-177));
});

test("one place has no size, and may be shown at any zoom", () => {
  const extent = extentOf([at(51, 7)]);
  near(extent.width, 0);
  near(extent.height, 0);
  near(extent.x, worldX(7));
  assert.ok(zoomFor(extent, { left: 0, top: 0, right: 100, bottom: 100 }, 0.25) > 30);
});

test("all of an extent is in the free part at the zoom for it, and not at the next", () => {
  const extent = extentOf([at(60, -10), at(40, 30)]);
  const free = { left: 20, top: 100, right: 340, bottom: 600 };
  const zoom = zoomFor(extent, free, 0.25);
  assert.ok(extent.width * 256 * 2 ** zoom <= 320);
  assert.ok(extent.width * 256 * 2 ** (zoom + 0.25) > 320);
});

test("a bar over the upper edge and one over the lower are not free; a small button is", () => {
  const covered = [
    { left: 8, top: 8, right: 352, bottom: 120 },
    { left: 40, top: 664, right: 140, bottom: 712 },
    { left: 150, top: 660, right: 250, bottom: 712 },
    { left: 308, top: 300, right: 352, bottom: 388 },
  ];
  const free = freePart({ x: 360, y: 740 }, covered, 30);
  assert.deepEqual(free, { left: 30, top: 150, right: 330, bottom: 630 });
});
