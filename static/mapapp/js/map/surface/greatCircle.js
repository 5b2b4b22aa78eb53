/** The shortest way between two places on earth. */

/** @typedef {{ lat: number, lng: number }} Place WGS 84 degrees */

const RADIUS_KM = 6371.0088;
const DEGREES = 180 / Math.PI;

/**
 * @param {Place} one
 * @param {Place} other
 * @returns {number} kilometres on a sphere (haversine formula)
 */
export function distanceKm(one, other) {
  return RADIUS_KM * angleBetween(one, other);
}

/**
 * @param {Place} from
 * @param {Place} to
 * @param {number} share 0 to 1
 * @returns {Place} so far on the way
 */
export function onTheWay(from, to, share) {
  const angle = angleBetween(from, to);
  if (angle < 1e-9) return from;
  const a = Math.sin((1 - share) * angle) / Math.sin(angle);
  const b = Math.sin(share * angle) / Math.sin(angle);
  const [one, other] = [vector(from), vector(to)];
  const x = a * one.x + b * other.x;
  const y = a * one.y + b * other.y;
  const z = a * one.z + b * other.z;
  return { lat: Math.atan2(z, Math.hypot(x, y)) * DEGREES, lng: Math.atan2(y, x) * DEGREES };
}

/**
 * @param {Place} one
 * @param {Place} other
 * @returns {number} radians
 */
function angleBetween(one, other) {
  const lat1 = one.lat / DEGREES;
  const lat2 = other.lat / DEGREES;
  const half = Math.sin((lat2 - lat1) / 2) ** 2;
  const across = Math.sin((other.lng - one.lng) / DEGREES / 2) ** 2;
  return 2 * Math.asin(Math.min(1, Math.sqrt(half + Math.cos(lat1) * Math.cos(lat2) * across)));
}

/** @param {Place} place */
function vector({ lat, lng }) {
  const around = Math.cos(lat / DEGREES);
  return {
    x: around * Math.cos(lng / DEGREES),
    y: around * Math.sin(lng / DEGREES),
    z: Math.sin(lat / DEGREES),
  };
}
