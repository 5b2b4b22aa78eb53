import { NORTH, SOUTH, worldPixels } from "../ground/mercator.js";

/** A place nearer to a pole than this (world units) causes no further zooming in. */
const NEAREST = 0.02;
const SECONDS_OF_GLIDE = 1.4;

/** @typedef {{x: number, y: number}} Place */

/**
 * Moves the map so that a place in the world is at a wanted point. Near a pole
 * this may take zooming in, because the map ends there.
 *
 * @param {L.Map} map
 * @param {Place} place world units
 * @param {Place} wanted CSS pixels of the container
 */
export function showAt(map, place, wanted) {
  const { y: height } = map.getSize();
  const least = Math.max(
    wanted.y / Math.max(NEAREST, place.y - NORTH),
    (height - wanted.y) / Math.max(NEAREST, SOUTH - place.y),
  );
  const snap = map.options.zoomSnap ?? 1;
  const needed = Math.ceil(Math.log2(least / worldPixels(0)) / snap) * snap;
  show(map, place, wanted, Math.max(map.getZoom(), needed));
}

/**
 * The same at a given zoom and at once; if the map ends too early, as near as possible.
 *
 * @param {L.Map} map
 * @param {Place} place world units
 * @param {Place} wanted CSS pixels of the container
 * @param {number} zoom
 */
export function jumpTo(map, place, wanted, zoom) {
  show(map, place, wanted, zoom, { animate: false });
}

/**
 * The same in one long motion, for an audience that follows it.
 *
 * @param {L.Map} map
 * @param {Place} place world units
 * @param {Place} wanted CSS pixels of the container
 * @param {number} zoom
 */
export function glideTo(map, place, wanted, zoom) {
  const duration = SECONDS_OF_GLIDE;
  map.flyTo(centreFor(map, place, wanted, zoom), zoom, { duration, easeLinearity: 0.5 });
}

/**
 * @param {L.Map} map
 * @param {Place} place
 * @param {Place} wanted
 * @param {number} zoom
 * @param {L.ZoomPanOptions} [how]
 */
function show(map, place, wanted, zoom, how) {
  map.setView(centreFor(map, place, wanted, zoom), zoom, how);
}

/**
 * @param {L.Map} map
 * @param {Place} place
 * @param {Place} wanted
 * @param {number} zoom
 * @returns {L.LatLng} the centre of the map that has the place where it is wanted
 */
function centreFor(map, place, wanted, zoom) {
  const { x: width, y: height } = map.getSize();
  const scale = worldPixels(zoom);
  // The world repeats sideways: show the nearest copy.
  const { x: now } = map.project(map.getCenter(), zoom);
  let x = place.x * scale - wanted.x + width / 2;
  x += Math.round((now - x) / scale) * scale;
  const y = place.y * scale - wanted.y + height / 2;
  return map.unproject([x, y], zoom);
}
