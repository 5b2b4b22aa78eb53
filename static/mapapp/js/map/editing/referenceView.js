/**
 * A view is meant for a window of 1024 × 768: a map of another size shows, at another zoom, about
 * as much of the world. Here is the way there and back.
 */

/** @import { View } from "../../protocol/activities.js" */
/** @typedef {{ x: number, y: number }} Size CSS pixels */

const REFERENCE = { x: 1024, y: 768 };
/** Zooms of views are multiples of this. */
const ZOOM_STEP = 0.25;
/** Decimals of a degree: a metre. */
const DECIMALS = 5;
const MOST_LAT = 85;
const MOST_ZOOM = 19;

/** @param {Size} size of a map @returns {number} how much closer than the view it has to zoom; below 0 for a smaller map */
function closerBy({ x, y }) {
  return Math.log2(Math.min(x / REFERENCE.x, y / REFERENCE.y));
}

/**
 * @param {View} view of an activity
 * @param {Size} size
 * @returns {number} the zoom of a map of this size that shows it
 */
export function zoomOn(view, size) {
  return view.zoom + closerBy(size);
}

/**
 * @param {View} shown by a map
 * @param {Size} size of that map
 * @returns {View} as an activity has it: within its bounds, and rounded to what can be seen
 */
export function viewShown({ lat, lng, zoom }, size) {
  const fitting = Math.round((zoom - closerBy(size)) / ZOOM_STEP) * ZOOM_STEP;
  return {
    lat: rounded(Math.max(-MOST_LAT, Math.min(MOST_LAT, lat))),
    lng: rounded(lng - 360 * Math.floor((lng + 180) / 360)),
    zoom: Math.max(0, Math.min(MOST_ZOOM, fitting)),
  };
}

/** @param {number} degrees */
export function rounded(degrees) {
  return Number(degrees.toFixed(DECIMALS));
}
