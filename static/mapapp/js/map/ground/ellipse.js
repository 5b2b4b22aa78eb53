/** An ellipse on the globe. */

/**
 * @typedef {object} Ellipse
 * @property {number} lat of its centre
 * @property {number} lng
 * @property {number} major_km half of its longer axis
 * @property {number} minor_km
 * @property {number} bearing of the longer axis, in degrees clockwise from north
 */

const EARTH_KM = 6371.0088;
const CORNERS = 96;

/**
 * @param {Ellipse} ellipse
 * @returns {[lat: number, lng: number][]} its outline; longitudes go on beyond 180°, so that no
 *   edge goes around the world
 */
export function ellipseRing({ lat, lng, major_km: major, minor_km: minor, bearing }) {
  /** @type {[number, number][]} */
  const ring = [];
  for (let corner = 0; corner < CORNERS; corner += 1) {
    const turn = (2 * Math.PI * corner) / CORNERS;
    const along = major * Math.cos(turn);
    const across = minor * Math.sin(turn);
    const towards = radians(bearing) + Math.atan2(across, along);
    ring.push(destination(lat, lng, towards, Math.hypot(along, across) / EARTH_KM));
  }
  return unrolled(ring);
}

/**
 * @param {number} lat
 * @param {number} lng
 * @param {number} towards bearing, in radians
 * @param {number} way in radians
 * @returns {[number, number]}
 */
function destination(lat, lng, towards, way) {
  const phi = radians(lat);
  const sine = Math.sin(phi) * Math.cos(way) + Math.cos(phi) * Math.sin(way) * Math.cos(towards);
  const there = Math.asin(Math.min(1, Math.max(-1, sine)));
  const turned = Math.atan2(
    Math.sin(towards) * Math.sin(way) * Math.cos(phi),
    Math.cos(way) - Math.sin(phi) * Math.sin(there),
  );
  return [degrees(there), lng + degrees(turned)];
}

/** @param {[number, number][]} ring @returns {[number, number][]} */
function unrolled(ring) {
  let before = ring[0]?.[1] ?? 0;
  return ring.map(([lat, lng]) => {
    before += ((((lng - before + 180) % 360) + 360) % 360) - 180;
    return [lat, before];
  });
}

/** @param {number} degrees */
const radians = (degrees) => (degrees * Math.PI) / 180;
/** @param {number} radians */
const degrees = (radians) => (radians * 180) / Math.PI;
