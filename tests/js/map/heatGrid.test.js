import assert from "node:assert/strict";
import { test } from "node:test";
import { HeatGrid } from "../../../static/mapapp/js/map/heat/heatGrid.js";

const sum = (density) => density.reduce((total, cell) => total + cell, 0);
const grid = (places, { columns = 21, rows = 15, reach = 2 } = {}) => {
  const made = new HeatGrid(reach);
  made.clear(columns, rows);
  for (const [x, y] of places) made.add(x, y);
  return made;
};

test("every marker on the grid counts as one, wherever in a cell it is and however it is spread", () => {
  const heat = grid([
    [10.5, 7.5],
    [9.13, 7.77],
  ]);
  assert.ok(Math.abs(sum(heat.density) - 2) < 1e-5);
  heat.blur();
  assert.ok(Math.abs(sum(heat.density) - 2) < 1e-5);
});

test("it is densest where the marker is, alike to all sides, and that is the peak", () => {
  const heat = grid([[10.5, 7.5]]);
  const peak = heat.blur();
  const at = (column, row) => heat.density[row * heat.columns + column];
  assert.equal(at(10, 7), peak);
  for (const step of [1, 2, 3]) {
    assert.ok(at(10 + step, 7) < at(10 + step - 1, 7));
    assert.ok(Math.abs(at(10 + step, 7) - at(10 - step, 7)) < 1e-6);
    assert.ok(Math.abs(at(10 + step, 7) - at(10, 7 + step)) < 1e-6);
  }
});

test("a marker that moves a little changes the picture a little", () => {
  const before = grid([[10.99, 7.5]]);
  const after = grid([[11.01, 7.5]]);
  before.blur();
  after.blur();
  const change = before.density.map((cell, i) => Math.abs(cell - after.density[i]));
  assert.ok(Math.max(...change) < 0.001);
});

test("a marker off the grid does not count, and one at its edge only with the part on it", () => {
  const away = grid([
    [-3, 7],
    [10, 99],
    [500, -500],
  ]);
  assert.equal(away.blur(), 0);
  assert.ok(Math.abs(sum(grid([[0, 7.5]]).density) - 0.5) < 1e-6);
});

test("cleared, it holds nothing, at the same size and at another", () => {
  const heat = grid([[10, 7]]);
  heat.clear(21, 15);
  assert.equal(heat.blur(), 0);
  heat.clear(7, 5);
  assert.equal(heat.density.length, 35);
  heat.add(3.5, 2.5);
  assert.ok(heat.blur() > 0);
});
