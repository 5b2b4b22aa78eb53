/** Positions on the wire: WGS 84 degrees with six decimals, about 0.1 m. */

const MICRODEGREES = 1e6;

/**
 * A position that the server accepts: the longitude is wrapped into one turn of
 * the world (a map may show several), the latitude is clamped to the poles.
 *
 * @param {number} lat degrees
 * @param {number} lng degrees
 * @returns {{ lat: number, lng: number }}
 * @throws {RangeError} when one of them is not a finite number
 */
export function position(lat, lng) {
  if (!Number.isFinite(lat) || !Number.isFinite(lng)) {
    throw new RangeError(`not a position: ${lat}, ${lng}`);
  }
  return {
    lat: rounded(Math.min(90, Math.max(-90, lat))),
    lng: rounded(Math.abs(lng) <= 180 ? lng : lng - 360 * Math.round(lng / 360)),
  };
}

/**
 * The bounds of a map, in degrees. The server accepts west greater than east for
 * bounds that cross the antimeridian.
 * @typedef {{ south: number, west: number, north: number, east: number }} Bounds
 */

/**
 * Bounds that the server accepts, wrapped into one turn of the world like `position`.
 *
 * @param {Bounds} bounds
 * @returns {Bounds}
 * @throws {RangeError} when one of them is not a finite number
 */
export function boundsOf({ south, west, north, east }) {
  const [southWest, northEast] = [position(south, west), position(north, east)];
  const isRound = east - west >= 360;
  return {
    south: southWest.lat,
    west: isRound ? -180 : southWest.lng,
    north: northEast.lat,
    east: isRound ? 180 : northEast.lng,
  };
}

/**
 * @param {number} degrees
 * @returns {number} never -0, which JSON would turn into another number
 */
function rounded(degrees) {
  return Math.round(degrees * MICRODEGREES) / MICRODEGREES || 0;
}
