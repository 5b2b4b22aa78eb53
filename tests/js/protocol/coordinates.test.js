import assert from "node:assert/strict";
import { test } from "node:test";
import { position } from "../../../static/mapapp/js/protocol/coordinates.js";

test("positions are rounded to six decimals", () => {
  assert.deepEqual(position(48.13715449, 11.57612451), { lat: 48.137154, lng: 11.576125 });
});

test("a longitude on another copy of the world comes back to this one", () => {
  for (const [given, wrapped] of [[190, -170], [-190, 170], [540, 180], [725.5, 5.5], [-725.5, -5.5]]) {
    assert.equal(Math.abs(position(0, given).lng), Math.abs(wrapped), `${given}`);
    assert.ok((position(0, given).lng - wrapped) % 360 === 0, `${given}`);
  }
});

test("the edges of the world stay where they are, and beyond the poles is the pole", () => {
  assert.deepEqual(position(90, 180), { lat: 90, lng: 180 });
  assert.deepEqual(position(-90, -180), { lat: -90, lng: -180 });
  assert.deepEqual(position(95, 0), { lat: 90, lng: 0 });
});

test("there is one zero only", () => {
  const { lat, lng } = position(-1e-9, -1e-9);
  assert.ok(Object.is(lat, 0) && Object.is(lng, 0));
});

test("what the server would refuse is never sent", () => {
  let seed = 1;
  for (let i = 0; i < 2000; i += 1) {
    seed = (seed * 48271) % 2147483647;
    const { lat, lng } = position((seed % 40000) / 100 - 200, (seed % 300000) / 100 - 1500);
    assert.ok(lat >= -90 && lat <= 90 && lng >= -180 && lng <= 180, `${lat}, ${lng}`);
  }
});

test("anything but a position is the caller's mistake", () => {
  for (const bad of [NaN, Infinity, undefined, "1"]) {
    assert.throws(() => position(bad, 0), RangeError);
    assert.throws(() => position(0, bad), RangeError);
  }
});
