import assert from "node:assert/strict";
import { test } from "node:test";
import { noActivity } from "../../../static/mapapp/js/room/activity.js";
import { answerLines } from "../../../static/mapapp/js/map/surface/answerLines.js";
import { distanceKm, onTheWay } from "../../../static/mapapp/js/map/surface/greatCircle.js";

const OSLO = { lat: 59.9, lng: 10.7 };
const TOKYO = { lat: 35.7, lng: 139.7 };
const marker = (number, place) => ({ number, ...place });
const revealed = (targets, round = 1) => {
  const activity = noActivity();
  const settings = { ...activity.settings, targets };
  return { ...activity, kind: "guess", stage: "revealed", round, settings };
};

test("distances and ways are those of the great circle", () => {
  assert.ok(Math.abs(distanceKm(OSLO, TOKYO) - 8410) < 20, String(distanceKm(OSLO, TOKYO)));
  assert.ok(Math.abs(distanceKm({ lat: 0, lng: 179.5 }, { lat: 0, lng: -179.5 }) - 111.2) < 0.1);
  const half = onTheWay(OSLO, TOKYO, 0.5);
  assert.ok(half.lat > 65, "over Siberia");
  assert.ok(Math.abs(distanceKm(OSLO, half) - distanceKm(TOKYO, half)) < 0.01);
  assert.deepEqual(onTheWay(OSLO, OSLO, 0.3), OSLO);
});

test("a guess has a line to its nearest target, once it is revealed", () => {
  const activity = revealed([[59.9, 10.7, 0], [35.7, 139.7, 0]]);
  const markers = [marker(1, { lat: 60, lng: 12 }), marker(2, { lat: 30, lng: 130 })];
  const lines = answerLines({ activity, markers, before: new Map() });
  assert.equal(lines.length, 2);
  const ends = lines.map(({ points }) => Math.round((points.at(-1)[0] - 0.5) * 3600) / 10);
  assert.deepEqual(ends, [10.7, 139.7]);
  assert.deepEqual(answerLines({ activity: { ...activity, stage: "closed" }, markers, before: new Map() }), []);
});

test("a line takes the short way across the antimeridian", () => {
  const [line] = answerLines({
    activity: revealed([[-18, -179, 0]]),
    markers: [marker(1, { lat: -18, lng: 179 })],
    before: new Map(),
  });
  const xs = line.points.map(([x]) => x);
  assert.ok(Math.max(...xs) - Math.min(...xs) < 0.01, String(xs));
});

test("after a second round arrows show who has moved", () => {
  const before = new Map([[1, { lat: 0, lng: 0 }], [2, { lat: 5, lng: 5 }]]);
  const markers = [marker(1, { lat: 1, lng: 1 }), marker(2, { lat: 5, lng: 5 }), marker(3, OSLO)];
  const lines = answerLines({ activity: revealed([], 2), markers, before });
  assert.equal(lines.length, 1);
  assert.ok(lines[0].isArrow && lines[0].points[0][0] === 0.5);
});

test("a crowd's lines stay readable", () => {
  const markers = Array.from({ length: 500 }, (_, i) => marker(i, { lat: (i % 100) / 2, lng: i / 4 }));
  const lines = answerLines({ activity: revealed([[0, 0, 0]]), markers, before: new Map() });
  assert.equal(lines.length, 120);
});
