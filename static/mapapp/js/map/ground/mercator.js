/**
 * Web Mercator (EPSG:3857) in world units: x and y from 0 to 1, y downwards.
 * At zoom z the world is 256 · 2^z pixels wide.
 */

/** The latitude where the square world ends, in degrees. */
const MAX_LAT = 85.0511287798;

export const TILE_PIXELS = 256;

/** @param {number} lng degrees */
export function worldX(lng) {
  return lng / 360 + 0.5;
}

/** @param {number} lat degrees; clamped to ±85.05 */
export function worldY(lat) {
  const sine = Math.sin((Math.max(-MAX_LAT, Math.min(MAX_LAT, lat)) * Math.PI) / 180);
  return 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
}

/** Where maps end (world units); see leafletMap.js. */
export const NORTH = worldY(85);
export const SOUTH = worldY(-85);

/** @param {number} zoom */
export function worldPixels(zoom) {
  return TILE_PIXELS * 2 ** zoom;
}

/** @param {number} x world units @returns {number} degrees */
export function lngOf(x) {
  return (x - 0.5) * 360;
}

/** @param {number} y world units @returns {number} degrees */
export function latOf(y) {
  return (Math.atan(Math.sinh((0.5 - y) * 2 * Math.PI)) * 180) / Math.PI;
}
