/**
 * The base map's file, decoded: lines of alternating x and y in world units.
 * The format is described in static/mapapp/basemap/README.md.
 */

import { worldX, worldY } from "./mercator.js";

/**
 * @typedef {object} BasemapData
 * @property {Float32Array[]} land rings, together one even-odd filled polygon
 * @property {Float32Array[]} borders open lines
 * @property {Float32Array[]} lakes rings, of the finer map alone
 * @property {Float32Array[]} rivers open lines, of the finer map alone
 */

/** @type {Map<string, Promise<BasemapData>>} the requested files, by address */
const files = new Map();

/**
 * The file at this address, fetched once; after a failure the next call tries again.
 *
 * @param {string} url
 * @returns {Promise<BasemapData>}
 */
export function basemapData(url) {
  let file = files.get(url);
  if (!file) {
    file = fetchAndDecode(url);
    file.catch(() => files.delete(url));
    files.set(url, file);
  }
  return file;
}

/**
 * @param {string} url
 * @returns {Promise<BasemapData>}
 */
async function fetchAndDecode(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`Base map: ${answer.status}`);
  const file = await answer.json();
  /** @param {number[]} deltas */
  const line = (deltas) => decode(deltas, file.scale);
  return { land: file.land.map(line), borders: file.borders.map(line), lakes: [], rivers: [] };
}

/**
 * @param {number[]} deltas
 * @param {number} scale units per degree
 */
function decode(deltas, scale) {
  const line = new Float32Array(deltas.length);
  let lng = 0;
  let lat = 0;
  for (let i = 0; i + 1 < deltas.length; i += 2) {
    lng += /** @type {number} */ (deltas[i]);
    lat += /** @type {number} */ (deltas[i + 1]);
    line[i] = worldX(lng / scale);
    line[i + 1] = worldY(lat / scale);
  }
  return line;
}
