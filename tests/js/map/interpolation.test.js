import assert from "node:assert/strict";
import { test } from "node:test";
import { Track } from "../../../static/mapapp/js/map/markers/interpolation.js";

const FRAME = 1000 / 60;

/**
 * A marker that really moves 1 degree of longitude a second, heard of every
 * `interval` ms with some jitter, drawn 60 times a second.
 */
function drawn({ interval, jitter = 0, seconds = 4 }) {
  const track = new Track(0, 0);
  const updates = [];
  for (let n = 0; n * interval <= seconds * 1000; n += 1) {
    updates.push({ at: n * interval + (n % 2) * jitter, lng: (n * interval) / 1000 });
  }
  const frames = [];
  const point = { lat: 0, lng: 0 };
  for (let now = 0; now <= seconds * 1000; now += FRAME) {
    while (updates.length && updates[0].at <= now) track.push(0, updates.shift().lng, now);
    track.positionAt(now, point);
    frames.push({ now, lng: point.lng });
  }
  return frames;
}

for (const interval of [50, 100, 200, 500]) {
  test(`at an update every ${interval} ms motion is even and about one interval behind`, () => {
    const frames = drawn({ interval, jitter: interval / 10 }).filter(({ now }) => now > 2000);
    frames.reduce((before, frame) => {
      const speed = (frame.lng - before.lng) / (FRAME / 1000);
      assert.ok(speed > 0.3 && speed < 1.7, `speed ${speed} at ${frame.now}`);
      return frame;
    });
    for (const { now, lng } of frames) {
      const behind = now - lng * 1000;
      assert.ok(behind >= 0 && behind < 2 * interval + FRAME, `${behind} ms behind`);
    }
  });
}

test("it never goes beyond a position that was really sent", () => {
  const track = new Track(0, 0);
  const point = { lat: 0, lng: 0 };
  track.push(0, 0, 0);
  track.push(0, 1, 100);
  for (let now = 100; now < 3000; now += 7) {
    track.positionAt(now, point);
    assert.ok(point.lng >= 0 && point.lng <= 1);
  }
  assert.deepEqual(point, { lat: 0, lng: 1 });
});

test("a new position in the middle of a motion continues from where the marker is drawn", () => {
  const track = new Track(0, 0);
  const [before, after] = [{ lat: 0, lng: 0 }, { lat: 0, lng: 0 }];
  track.push(0, 0, 0);
  track.push(0, 1, 100);
  track.positionAt(150, before);
  track.push(1, 0, 150);
  track.positionAt(150, after);
  assert.deepEqual(after, before);
  assert.ok(before.lng > 0 && before.lng < 1);
});

test("a marker at rest says so, and costs no more frames", () => {
  const track = new Track(3, 4);
  const point = { lat: 0, lng: 0 };
  assert.equal(track.positionAt(0, point), false);
  assert.deepEqual(point, { lat: 3, lng: 4 });
  track.push(3, 4, 0);
  track.push(3, 5, 100);
  assert.equal(track.positionAt(150, point), true);
  assert.equal(track.positionAt(1000, point), false);
});

test("after a long pause, and on a jump across the map, it is there at once", () => {
  const point = { lat: 0, lng: 0 };
  for (const [lat, lng, now] of [[0, 5, 9000], [60, 0, 100], [0, 179, 100]]) {
    const track = new Track(0, 0);
    track.push(0, 0, 0);
    track.push(lat, lng, now);
    assert.equal(track.positionAt(now, point), false);
    assert.deepEqual(point, { lat, lng });
  }
});

test("across the antimeridian it does not run around the world", () => {
  const track = new Track(0, 179.9);
  const point = { lat: 0, lng: 0 };
  track.push(0, 179.9, 0);
  track.push(0, -179.9, 100);
  track.positionAt(101, point);
  assert.equal(point.lng, -179.9);
});

test("where reduced motion is preferred nothing is animated", () => {
  const track = new Track(0, 0);
  const point = { lat: 0, lng: 0 };
  track.push(0, 0, 0, false);
  track.push(0, 1, 100, false);
  assert.equal(track.positionAt(100, point), false);
  assert.equal(point.lng, 1);
});

test("snapping ends a motion", () => {
  const track = new Track(0, 0);
  const point = { lat: 0, lng: 0 };
  track.push(0, 0, 0);
  track.push(0, 1, 100);
  track.snap(5, 6);
  assert.equal(track.positionAt(101, point), false);
  assert.deepEqual(point, { lat: 5, lng: 6 });
});
