/** The part of the map that shows all of the given places. */

import { TILE_PIXELS } from "../ground/mercator.js";

/** @typedef {{x: number, y: number}} Place world units */
/** @typedef {{left: number, top: number, right: number, bottom: number}} Box CSS pixels */
/** @typedef {{x: number, y: number, width: number, height: number}} Extent its middle and size,
 *   in world units; `x` may be beyond 1 */

/** An edge of the map that is covered along at least this share of its length is not free. */
const MUCH = 0.4;
/** A box nearer to an edge of the map than this (CSS pixels) covers the edge. */
const AT_THE_EDGE = 60;

/**
 * The smallest part of the world with all these places in it. The world is
 * round: Fiji and Samoa are neighbours.
 *
 * @param {Place[]} places at least one
 * @returns {Extent}
 */
export function extentOf(places) {
  const xs = places.map(({ x }) => x - Math.floor(x)).sort((a, b) => a - b);
  const first = xs[0] ?? 0;
  // The widest gap between neighbours need not be shown.
  let gap = first + 1 - (xs[xs.length - 1] ?? 0);
  let west = first;
  xs.forEach((x, i) => {
    const next = xs[i + 1];
    if (next !== undefined && next - x > gap) {
      gap = next - x;
      west = next;
    }
  });
  let north = Infinity;
  let south = -Infinity;
  for (const { y } of places) {
    north = Math.min(north, y);
    south = Math.max(south, y);
  }
  const width = Math.max(0, 1 - gap);
  return { x: west + width / 2, y: (north + south) / 2, width, height: south - north };
}

/**
 * @param {Extent} extent
 * @param {Box} free the part of the container that it has to fit in
 * @param {number} step between two zooms
 * @returns {number} the largest zoom at which it fits; for a single place, beyond any map's zoom
 */
export function zoomFor({ width, height }, free, step) {
  const scale = Math.min((free.right - free.left) / width, (free.bottom - free.top) / height);
  return Math.floor(Math.log2(scale / TILE_PIXELS) / step) * step;
}

/**
 * The free part of a map whose upper and lower edges may be covered.
 *
 * @param {{x: number, y: number}} size of the map
 * @param {Box[]} covered parts of it
 * @param {number} margin all around
 * @returns {Box}
 */
export function freePart({ x: width, y: height }, covered, margin) {
  const above = covered.filter((box) => box.top < AT_THE_EDGE && box.bottom < height / 2);
  const below = covered.filter((box) => box.bottom > height - AT_THE_EDGE && box.top > height / 2);
  const top = coverMuch(above, width) ? Math.max(...above.map((box) => box.bottom)) : 0;
  const bottom = coverMuch(below, width) ? Math.min(...below.map((box) => box.top)) : height;
  return { left: margin, top: top + margin, right: width - margin, bottom: bottom - margin };
}

/**
 * @param {Box[]} boxes beside each other
 * @param {number} width of the map
 */
function coverMuch(boxes, width) {
  return boxes.reduce((sum, { left, right }) => sum + right - left, 0) >= width * MUCH;
}
