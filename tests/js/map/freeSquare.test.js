import assert from "node:assert/strict";
import { test } from "node:test";
import { freeSquare } from "../../../static/mapapp/js/map/view/freeSquare.js";

const side = ({ left, top, right, bottom }) => Math.min(right - left, bottom - top);
const isClear = (box, other) =>
  box.right <= other.left || other.right <= box.left || box.bottom <= other.top || other.bottom <= box.top;

test("on a phone held upright it is between the question and the buttons", () => {
  const question = { left: 8, top: 8, right: 352, bottom: 86 };
  const zoom = { left: 308, top: 497, right: 352, bottom: 628 };
  const dock = { left: 8, top: 636, right: 352, bottom: 712 };
  const boxes = [question, zoom, dock];
  const square = freeSquare({ x: 360, y: 740 }, boxes, 12);
  assert.equal(side(square), 336);
  for (const box of boxes) assert.ok(isClear(square, box));
});

test("on one that lies on its side it is beside them", () => {
  const boxes = [
    { left: 8, top: 8, right: 292, bottom: 110 },
    { left: 8, top: 240, right: 424, bottom: 292 },
    { left: 468, top: 200, right: 560, bottom: 292 },
  ];
  const square = freeSquare({ x: 568, y: 320 }, boxes, 12);
  assert.ok(side(square) > 170, JSON.stringify(square));
  for (const box of boxes) assert.ok(isClear(square, box));
});

test("where there is little room it is rather large, and a corner may be covered", () => {
  const boxes = [
    { left: 8, top: 8, right: 312, bottom: 110 },
    { left: 268, top: 348, right: 312, bottom: 478 },
    { left: 8, top: 488, right: 312, bottom: 540 },
  ];
  assert.equal(side(freeSquare({ x: 320, y: 568 }, boxes, 12)), 296);
});

test("with nothing over it, it fills the map", () => {
  assert.deepEqual(freeSquare({ x: 800, y: 600 }, [], 10), { left: 10, top: 10, right: 790, bottom: 590 });
});
