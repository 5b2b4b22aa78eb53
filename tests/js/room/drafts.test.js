/** Activities as they can be prepared again. */

import assert from "node:assert/strict";
import test from "node:test";

import { draftOf, rowsOf } from "../../../static/mapapp/js/room/drafts.js";

const START = { lat: 1, lng: 2, label: "Start" };
const row = (number, more) =>
  /** @type {any} */ ({ number, kind: "own", question: "?", surface: {}, settings: {}, stage: "prepare", ...more });
const room = (rows, markers, pinned) =>
  /** @type {any} */ ({
    activity: { number: 1 },
    activities: rows,
    markers: new Map(markers.map((marker) => [marker.number, marker])),
    pinned: new Set(pinned),
  });

test("what is pinned now is on the map, and elsewhere as it was told", () => {
  const markers = [
    { number: 7, lat: 3, lng: 4, label: "" },
    { number: 5, ...START },
    { number: 6, lat: 9, lng: 9, label: "somebody's" },
  ];
  const rows = [row(1, { pinned: [{ lat: 0, lng: 0 }] }), row(2, { pinned: [START] }), row(3)];
  const found = rowsOf(room(rows, markers, [7, 5]));
  assert.deepEqual(found.map(({ pinned }) => pinned), [[START, { lat: 3, lng: 4 }], [START], undefined]);
  assert.equal(rowsOf(room(rows, [], []))[0]?.pinned, undefined, "all were removed");
});

test("a copy has what was prepared, with what is pinned, and nothing else", () => {
  assert.deepEqual(draftOf(row(2, { pinned: [START], round: 2 })), {
    kind: "own", question: "?", surface: {}, settings: {}, pinned: [START],
  });
  assert.ok(!("pinned" in draftOf(row(2, { pinned: [] }))));
});
