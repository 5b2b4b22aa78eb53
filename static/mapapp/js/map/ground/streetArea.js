/** Where a street map that does not cover the world is drawn. */

import { worldX, worldY } from "./mercator.js";

/**
 * @param {[south: number, west: number, north: number, east: number]} bounds degrees
 * @returns {number} the zoom from which the area is as large as a tile: a smaller one would be a
 *   speck of another style on the base map
 */
export function leastZoom([south, west, north, east]) {
  const side = Math.max(worldX(east) - worldX(west), worldY(south) - worldY(north));
  return Math.max(0, Math.ceil(-Math.log2(side)));
}
