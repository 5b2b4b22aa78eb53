import assert from "node:assert/strict";
import { test } from "node:test";
import { frameOf } from "../../../static/mapapp/js/map/ground/surfaceFrame.js";
import { worldPixels, worldX, worldY } from "../../../static/mapapp/js/map/ground/mercator.js";

const PHONE = { x: 360, y: 740 };
const BEAMER = { x: 1024, y: 768 };
const view = { lat: 20, lng: 10, zoom: 2 };

function frame(surface, size, { covered = 0, free, hasTiles = false } = {}) {
  const all = { left: 0, top: covered, right: size.x, bottom: size.y };
  return frameOf({ kind: "outline", view, ...surface }, { size, covered, free: free ?? all, hasTiles });
}

/** Where a place is in the window, at the frame's first view. */
function pointAt({ start }, size, { lat, lng }) {
  const scale = worldPixels(start.zoom);
  return {
    x: (worldX(lng) - worldX(start.lng)) * scale + size.x / 2,
    y: (worldY(lat) - worldY(start.lat)) * scale + size.y / 2,
  };
}

test("the reference window begins at the surface's own view", () => {
  const { start, maxZoom } = frame({ names: false }, BEAMER);
  assert.deepEqual({ ...start, lat: Math.round(start.lat * 1e6) / 1e6 }, view);
  assert.equal(maxZoom, 8, "an outline without names shows nothing more from near");
});

test("names and streets are worth looking at from nearer", () => {
  assert.equal(frame({}, BEAMER).maxZoom, 11);
  assert.equal(frame({ kind: "streets" }, BEAMER, { hasTiles: true }).maxZoom, 19);
});

test("a smaller window shows as much, and no less than what fills it", () => {
  const near = { ...view, zoom: 12 };
  assert.equal(frame({ view: near }, PHONE).start.zoom, 10.25);
  assert.ok(worldPixels(frame({}, PHONE).start.zoom) >= 740);
});

test("bounds and limits hold, and never take the first view away", () => {
  const europe = { bounds: [35, -10, 60, 30], view: { lat: 48, lng: 10, zoom: 4 } };
  const there = frame(europe, BEAMER);
  assert.deepEqual(there.bounds, [[35, -10], [60, 30]]);
  assert.ok(there.minZoom > 3 && there.minZoom <= there.start.zoom);
  const limited = frame({ min_zoom: 9, max_zoom: 1 }, BEAMER);
  assert.ok(limited.minZoom <= limited.start.zoom && limited.start.zoom <= limited.maxZoom);
  assert.deepEqual(frame({ bounds: [-20, 170, 0, -170] }, BEAMER).bounds, [[-20, 170], [0, 190]]);
});

test("the whole plane fits into what nothing covers, and one cannot look beyond it", () => {
  for (const size of [PHONE, BEAMER, { x: 1920, y: 1080 }, { x: 740, y: 360 }]) {
    const free = { left: 12, top: 110, right: size.x - 12, bottom: size.y - 70 };
    const plane = frame({ kind: "plane" }, size, { free });
    const topLeft = pointAt(plane, size, { lat: 1, lng: -1 });
    const bottomRight = pointAt(plane, size, { lat: -1, lng: 1 });
    assert.ok(topLeft.x >= free.left && topLeft.y >= free.top, JSON.stringify(topLeft));
    assert.ok(bottomRight.x <= free.right && bottomRight.y <= free.bottom, JSON.stringify(bottomRight));
    const room = Math.min(free.right - free.left, free.bottom - free.top);
    assert.ok((bottomRight.x - topLeft.x) / room > 0.95, "it fills that");
    assert.equal(plane.minZoom, plane.start.zoom);
    assert.ok(plane.maxZoom > plane.minZoom);
    const [[south], [north]] = plane.bounds;
    assert.ok(south <= -1 && north >= 1);
  }
});
