/** Boxes of zones: `[south, west, north, east]` in degrees, each with something inside. */

import { rounded } from "./referenceView.js";

/** @import { Box } from "../../protocol/activities.js" */
/** @typedef {{ lat: number, lng: number }} Place */

/** The smallest width and height in degrees, about ten metres. */
const LEAST = 0.0001;
const MOST_LAT = 90;
const MOST_LNG = 180;
/** Where maps end. */
const MOST_MAP_LAT = 85;

/**
 * @param {Place} one corner
 * @param {Place} other the one opposite
 * @returns {Box}
 */
export function boxBetween(one, other) {
  const south = Math.min(MOST_LAT - LEAST, clamped(Math.min(one.lat, other.lat), MOST_LAT));
  const west = Math.min(MOST_LNG - LEAST, clamped(Math.min(one.lng, other.lng), MOST_LNG));
  const north = Math.max(south + LEAST, clamped(Math.max(one.lat, other.lat), MOST_LAT));
  const east = Math.max(west + LEAST, clamped(Math.max(one.lng, other.lng), MOST_LNG));
  return [rounded(south), rounded(west), rounded(north), rounded(east)];
}

/**
 * @param {Box} box
 * @param {Place} middle where its middle goes; as near as the edges of the world allow
 * @returns {Box}
 */
export function boxMoved([south, west, north, east], { lat, lng }) {
  const height = (north - south) / 2;
  const width = (east - west) / 2;
  const atLat = clamped(lat, MOST_LAT - height);
  const atLng = clamped(lng, MOST_LNG - width);
  return boxBetween(
    { lat: atLat - height, lng: atLng - width },
    { lat: atLat + height, lng: atLng + width },
  );
}

/**
 * @param {Box} bounds
 * @param {number} share of its width and height
 * @returns {Box} in the middle of it
 */
export function boxWithin([south, west, north, east], share) {
  const height = ((north - south) * share) / 2;
  const width = ((east - west) * share) / 2;
  const lat = (south + north) / 2;
  const lng = (west + east) / 2;
  return boxBetween({ lat: lat - height, lng: lng - width }, { lat: lat + height, lng: lng + width });
}

/**
 * @param {Box} view what a map shows: sideways it may be anywhere, and wider than the world
 * @returns {Box} the part of the world in it, up to the antimeridian
 */
export function worldWithin([south, west, north, east]) {
  const turns = 360 * Math.floor((west + MOST_LNG) / 360);
  const isWhole = east - west >= 360;
  return boxBetween(
    { lat: clamped(south, MOST_MAP_LAT), lng: isWhole ? -MOST_LNG : west - turns },
    { lat: clamped(north, MOST_MAP_LAT), lng: isWhole ? MOST_LNG : east - turns },
  );
}

/** @param {number} value @param {number} most @returns {number} */
function clamped(value, most) {
  return Math.max(-most, Math.min(most, value));
}
