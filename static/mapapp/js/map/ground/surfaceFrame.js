/**
 * How far a map goes and how near, and where it begins: by what lies under its markers, and by the
 * size of the window.
 */

import { TILE_PIXELS, latOf, lngOf, worldPixels, worldX, worldY } from "./mercator.js";

/**
 * @import { Surface, View } from "../../protocol/activities.js"
 */

/** The screen size that a surface's view is meant for, in CSS pixels. */
const REFERENCE = { width: 1024, height: 768 };
export const ZOOM_STEP = 0.25;
/** The same on a plane, which is to fill its window. */
export const PLANE_ZOOM_STEP = 1 / 16;
/** Tiles go no closer. */
const TILES_ZOOM = 19;
/** Beyond this zoom, a map without streets would be all sea or all land … */
const OUTLINE_ZOOM = 8;
/** … but for the names of its places. */
const NAMES_ZOOM = 11;
/** Below it, Leaflet would take two worlds for one tile. */
const LEAST_ZOOM = 0.5;
/** How far one may pan sideways (degrees): around the world many times, and never to an end. */
const SIDEWAYS = 1e5;
/** How much closer than the whole one may look at a plane, in zoom levels. */
const PLANE_LEVELS = 4;
/** The side of a plane in degrees, and the least of it in CSS pixels. */
const PLANE_SIDE = 2;
const LEAST_SIDE = 120;

/** @typedef {{ x: number, y: number }} Size CSS pixels */
/** @typedef {{ left: number, top: number, right: number, bottom: number }} Box CSS pixels */

/**
 * @typedef {object} Frame
 * @property {number} minZoom
 * @property {number} maxZoom
 * @property {[[south: number, west: number], [north: number, east: number]]} bounds degrees
 * @property {View} start the first view, for this window
 */

/**
 * @param {Surface} surface
 * @param {object} window
 * @param {Size} window.size of the map
 * @param {number} window.covered CSS pixels at its upper edge
 * @param {Box} window.free the part of it that nothing covers
 * @param {boolean} window.hasTiles whether there are streets, as far as one can tell
 * @returns {Frame}
 */
export function frameOf(surface, { size, covered, free, hasTiles }) {
  return surface.kind === "plane"
    ? planeFrame(size, free)
    : worldFrame(surface, size, covered, hasTiles);
}

/**
 * @param {Surface} surface
 * @returns {boolean} whether it is drawn on the operator's tiles, which bring names of their own
 */
export function usesTiles({ kind, names = true }) {
  return kind === "streets" && names;
}

/**
 * @param {Surface} surface
 * @param {Size} size
 * @param {number} covered
 * @param {boolean} hasTiles
 * @returns {Frame}
 */
function worldFrame({ view, names = true, bounds, min_zoom, max_zoom }, size, covered, hasTiles) {
  const start = fittedView(view, size, covered);
  const shift = shiftFor(size, covered);
  let minZoom = Math.max(LEAST_ZOOM, zoomOf(size.x));
  if (bounds) minZoom = Math.max(minZoom, zoomToHold(bounds, size));
  start.zoom = Math.max(start.zoom, minZoom);
  // What an activity asks for never takes its first view away.
  if (min_zoom !== undefined) minZoom = Math.max(minZoom, Math.min(start.zoom, down(min_zoom + shift)));
  let maxZoom = hasTiles ? TILES_ZOOM : Math.max(names ? NAMES_ZOOM : OUTLINE_ZOOM, view.zoom);
  if (max_zoom !== undefined) maxZoom = Math.min(maxZoom, Math.max(start.zoom, down(max_zoom + shift)));
  const [south, west, north, east] = bounds ?? [-85, -SIDEWAYS, 85, SIDEWAYS];
  return {
    minZoom,
    maxZoom: Math.max(maxZoom, start.zoom),
    bounds: [
      [Math.max(-85, south), west],
      [Math.min(85, north), east < west ? east + 360 : east],
    ],
    start,
  };
}

/**
 * The whole square fits into the free part of the map, and one cannot look beyond it.
 *
 * @param {Size} size
 * @param {Box} free
 * @returns {Frame}
 */
function planeFrame(size, free) {
  const side = Math.max(LEAST_SIDE, Math.min(free.right - free.left, free.bottom - free.top));
  const zoom = down(Math.log2((side * 360) / PLANE_SIDE / TILE_PIXELS), PLANE_ZOOM_STEP);
  const scale = worldPixels(zoom);
  // The square is in the middle of the free part, so the map's own centre is beside it.
  const x = 0.5 + (size.x / 2 - (free.left + free.right) / 2) / scale;
  const y = 0.5 + (size.y / 2 - (free.top + free.bottom) / 2) / scale;
  // A pixel to spare: roundings must not look like a view beyond the bounds.
  const across = (size.x / 2 + 1) / scale;
  const along = (size.y / 2 + 1) / scale;
  return {
    minZoom: zoom,
    maxZoom: zoom + PLANE_LEVELS,
    bounds: [
      [latOf(y + along), lngOf(x - across)],
      [latOf(y - along), lngOf(x + across)],
    ],
    start: { lat: latOf(y), lng: lngOf(x), zoom },
  };
}

/**
 * The view that shows, in the uncovered part of the map, about as much of the
 * world as the reference screen does.
 *
 * @param {View} view
 * @param {Size} size
 * @param {number} covered CSS pixels from above
 * @returns {View}
 */
function fittedView({ lat, lng, zoom }, size, covered) {
  const fitted = Math.max(coveringZoom(size), down(zoom + shiftFor(size, covered)));
  const y = worldY(lat) - covered / 2 / worldPixels(fitted);
  return { lat: latOf(y), lng, zoom: fitted };
}

/**
 * @param {Size} size
 * @param {number} covered
 * @returns {number} by how many levels this window's zoom differs from the reference screen's
 */
function shiftFor(size, covered) {
  return Math.log2(Math.min(size.x / REFERENCE.width, (size.y - covered) / REFERENCE.height));
}

/**
 * The smallest zoom at which the world fills the window. No first view is
 * farther out.
 *
 * @param {Size} size
 */
function coveringZoom({ x, y }) {
  return Math.max(1, zoomOf(Math.max(x, y)));
}

/**
 * The smallest zoom at which the world is that wide: with the map's width, the world once from side
 * to side. On a phone held upright the map then ends above and below.
 *
 * @param {number} pixels
 */
function zoomOf(pixels) {
  return Math.ceil(Math.log2(pixels / TILE_PIXELS) / ZOOM_STEP) * ZOOM_STEP;
}

/**
 * @param {[number, number, number, number]} bounds south, west, north, east
 * @param {Size} size
 * @returns {number} the largest zoom at which the window holds all of them
 */
function zoomToHold([south, west, north, east], size) {
  const width = worldX(east < west ? east + 360 : east) - worldX(west);
  const height = worldY(south) - worldY(north);
  return down(Math.log2(Math.min(size.x / width, size.y / height) / TILE_PIXELS));
}

/**
 * @param {number} zoom
 * @param {number} [step]
 * @returns {number} the step at or below it
 */
function down(zoom, step = ZOOM_STEP) {
  return Math.floor(zoom / step) * step;
}
