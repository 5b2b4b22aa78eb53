/**
 * The view of some places on a low map whose overlays leave no free band from
 * side to side: cards in its corners, say, and a bar below.
 */

import { NORTH, SOUTH, worldPixels } from "../ground/mercator.js";

/** @typedef {import("./fit.js").Box} Box */
/** @typedef {import("./fit.js").Place} Place */
/** @typedef {import("./fit.js").Extent} Extent */
/** @typedef {{zoom: number, middle: Place}} Clearest `middle` is where the extent's middle is to
 *   be, in CSS pixels of the map */

/** Positions that are tried, across and down. */
const GRID = 16;
/** Sample size: at most this many of the places are tested. */
const LOOKED_AT = 300;

/**
 * @param {Place[]} places world units
 * @param {Extent} extent of them
 * @param {object} map
 * @param {Place} map.size CSS pixels
 * @param {Box[]} map.boxes its overlays
 * @param {number} map.clear the distance of places from those, and from the edges
 * @param {number[]} zooms that are tried, the best first, at least one
 * @returns {Clearest} the first zoom at which all places are clear; if there is none, the last,
 *   with as few of them covered as possible
 */
export function clearest(places, extent, map, zooms) {
  const every = Math.ceil(places.length / LOOKED_AT);
  const some = places.filter((_place, i) => i % every === 0);
  /** @type {Clearest} */
  let best = { zoom: zooms[0] ?? 0, middle: { x: map.size.x / 2, y: map.size.y / 2 } };
  for (const zoom of zooms) {
    const { middle, hidden } = leastHidden(some, extent, map, worldPixels(zoom));
    best = { zoom, middle };
    if (hidden === 0) break;
  }
  return best;
}

/**
 * @param {Place[]} places
 * @param {Extent} extent
 * @param {{size: Place, boxes: Box[], clear: number}} map
 * @param {number} scale pixels per world unit
 */
function leastHidden(places, extent, { size, boxes, clear }, scale) {
  const offsets = places.map(({ x, y }) => {
    // The copy of the world that the extent is in.
    const turned = x + Math.round(extent.x - x);
    return { x: (turned - extent.x) * scale, y: (y - extent.y) * scale };
  });
  const centre = { x: size.x / 2, y: size.y / 2 };
  let best = { middle: centre, hidden: Infinity, way: Infinity };
  for (let column = 1; column < GRID; column += 1) {
    for (let row = 1; row < GRID; row += 1) {
      const middle = { x: (size.x * column) / GRID, y: (size.y * row) / GRID };
      if (!isWithinTheWorld(middle.y, extent.y, size.y, scale)) continue;
      const hidden = offsets.filter(({ x, y }) => isHidden(middle.x + x, middle.y + y)).length;
      const way = Math.hypot(middle.x - centre.x, middle.y - centre.y);
      if (hidden < best.hidden || (hidden === best.hidden && way < best.way)) {
        best = { middle, hidden, way };
      }
    }
  }
  return best;

  /**
   * @param {number} x
   * @param {number} y
   */
  function isHidden(x, y) {
    if (x < clear || y < clear || x > size.x - clear || y > size.y - clear) return true;
    return boxes.some(
      ({ left, top, right, bottom }) =>
        x > left - clear && x < right + clear && y > top - clear && y < bottom + clear,
    );
  }
}

/**
 * Whether the map can show this view: it ends near the poles.
 *
 * @param {number} at pixels of the map where `place` is to be
 * @param {number} place world units
 * @param {number} height of the map
 * @param {number} scale
 */
function isWithinTheWorld(at, place, height, scale) {
  if ((SOUTH - NORTH) * scale < height) return true;
  return at <= (place - NORTH) * scale && height - at <= (SOUTH - place) * scale;
}
