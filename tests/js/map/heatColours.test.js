import assert from "node:assert/strict";
import { test } from "node:test";

import { colourRamp, parseColour } from "../../../static/mapapp/js/map/heat/heatColours.js";

test("a colour of the style sheets is four numbers", () => {
  assert.deepEqual(parseColour(" rgb(250 150 40 / 72%)").map(Math.round), [250, 150, 40, 184]);
  assert.deepEqual(parseColour("rgb(1 2 3 / 0.5)").map(Math.round), [1, 2, 3, 128]);
  assert.deepEqual(parseColour("rgb(1 2 3)").map(Math.round), [1, 2, 3, 255]);
});

test("a ramp begins with the first colour, ends with the last and passes through the others", () => {
  const ramp = colourRamp(["rgb(0 0 0 / 0%)", "rgb(100 0 0 / 100%)", "rgb(100 200 50)"], 5);
  const colours = [0, 1, 2, 3, 4].map((step) => [...ramp.subarray(step * 4, step * 4 + 4)]);
  assert.deepEqual(colours, [
    [0, 0, 0, 0],
    [50, 0, 0, 128],
    [100, 0, 0, 255],
    [100, 100, 25, 255],
    [100, 200, 50, 255],
  ]);
});
