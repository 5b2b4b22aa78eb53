import assert from "node:assert/strict";
import { test } from "node:test";

import { ellipseRing } from "../../../static/mapapp/js/map/ground/ellipse.js";

const DEGREE_KM = 111.195;

test("an ellipse reaches as far as its axes, along its bearing", () => {
  const ring = ellipseRing({ lat: 0, lng: 0, major_km: 200, minor_km: 50, bearing: 0 });
  assert.ok(Math.abs(Math.max(...ring.map(([lat]) => lat)) - 200 / DEGREE_KM) < 0.01);
  assert.ok(Math.abs(Math.max(...ring.map(([, lng]) => lng)) - 50 / DEGREE_KM) < 0.01);
});

test("its outline goes on across the antimeridian", () => {
  const ring = ellipseRing({ lat: 60, lng: 179, major_km: 800, minor_km: 300, bearing: 90 });
  ring.forEach(([, lng], index) => {
    const [, before] = ring.at(index - 1) ?? [0, 0];
    assert.ok(Math.abs(lng - before) < 5);
  });
  assert.ok(Math.max(...ring.map(([, lng]) => lng)) > 180);
});
