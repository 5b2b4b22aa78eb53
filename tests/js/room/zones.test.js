import assert from "node:assert/strict";
import { test } from "node:test";
import { alongAxes, freeSpot, isInZone, zoneAt } from "../../../static/mapapp/js/room/zones.js";
import { seededRandom } from "../support/random.js";

const AGREE = { id: "agree", label: "Agree", box: [-0.5, 0.25, 0.5, 1] };
const DISAGREE = { id: "disagree", label: "Disagree", box: [-0.5, -1, 0.5, -0.25] };
const surface = { kind: "plane", view: { lat: 0, lng: 0, zoom: 8 }, zones: [DISAGREE, AGREE] };
const FIJI = { id: "fiji", label: "Fiji", polygon: [[-20, 176], [-20, -178], [-15, -178], [-15, 176]] };
const L = { id: "l", label: "L", polygon: [[0, 0], [0, 4], [1, 4], [1, 1], [4, 1], [4, 0]] };

test("a place is in the first zone around it, or in none", () => {
  assert.equal(zoneAt(surface, { lat: 0, lng: 0.5 })?.id, "agree");
  assert.equal(zoneAt(surface, { lat: 0, lng: 0 }), null);
  assert.equal(zoneAt(surface, { lat: 0.9, lng: 0.5 }), null);
  assert.equal(zoneAt({ ...surface, zones: undefined }, { lat: 0, lng: 0 }), null);
});

test("polygons may be bent, and lie across the antimeridian", () => {
  assert.ok(isInZone(L, { lat: 3, lng: 0.5 }));
  assert.ok(!isInZone(L, { lat: 3, lng: 3 }));
  for (const lng of [177, 179.9, -179.9, -178.5]) assert.ok(isInZone(FIJI, { lat: -17, lng }), `${lng}`);
  for (const lng of [175, -177, 0]) assert.ok(!isInZone(FIJI, { lat: -17, lng }), `${lng}`);
  const box = { id: "b", label: "b", box: [-20, 176, -15, -178] };
  assert.ok(isInZone(box, { lat: -17, lng: -179 }) && !isInZone(box, { lat: -17, lng: 0 }));
});

test("those who choose the same zone spread over it", () => {
  const random = seededRandom(1);
  for (const zone of [AGREE, L, FIJI]) {
    const places = [];
    for (let i = 0; i < 12; i += 1) {
      const spot = freeSpot(zone, places, random);
      assert.ok(isInZone(zone, spot), JSON.stringify(spot));
      assert.ok(spot.lng >= -180 && spot.lng <= 180);
      places.push(spot);
    }
    const height = zone === AGREE ? 1 : 4;
    for (const [i, one] of places.entries()) {
      for (const other of places.slice(i + 1)) {
        const way = Math.hypot(one.lat - other.lat, one.lng - other.lng);
        assert.ok(way > height / 20, `${zone.id} ${i} ${way}`);
      }
    }
  }
});

test("a place on a plane lies towards an end of each axis", () => {
  const axes = { x: ["Disagree", "Agree"], y: ["Hard", "Easy"] };
  assert.deepEqual(alongAxes(axes, { lat: -0.5, lng: 0.704 }), [
    { end: "Agree", percent: 70 },
    { end: "Hard", percent: 50 },
  ]);
  assert.deepEqual(alongAxes({ x: axes.x }, { lat: 1, lng: -1 }), [{ end: "Disagree", percent: 100 }]);
});
