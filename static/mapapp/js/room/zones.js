/** Zones of a surface: which one a place is in, and where in it there is room for one more. */

/** @import { Axes, Box, Surface, Zone } from "../protocol/activities.js" */

/** @typedef {{ lat: number, lng: number }} Place degrees; on a plane its own */

/** Of a free spot, a zone's edge is kept clear by this share of its size. */
const CLEAR = 0.12;
/** So many spots across and along are looked at. */
const SPOTS = 7;

/**
 * @param {Surface} surface
 * @param {Place} place
 * @returns {Zone | null} the first one that it is in, its edges included
 */
export function zoneAt({ zones = [] }, place) {
  return zones.find((zone) => isInZone(zone, place)) ?? null;
}

/**
 * @param {Zone} zone
 * @param {Place} place
 * @returns {boolean}
 */
export function isInZone({ box, polygon }, place) {
  return box ? isInBox(box, place) : isInPolygon(polygon ?? [], place);
}

/**
 * A spot in a zone for one more marker, with room around it, so that a crowd spreads.
 *
 * @param {Zone} zone
 * @param {Iterable<Place>} others where other markers are
 * @param {() => number} random from 0 to 1
 * @returns {Place}
 */
export function freeSpot(zone, others, random) {
  const [south, west, north, east] = boxAround(zone);
  const [height, width] = [north - south, east - west];
  const near = [...others].filter((place) => isInZone(zone, place));
  const scale = Math.max(width, height) || 1;
  /** @type {Place} */
  let best = { lat: (south + north) / 2, lng: wrapped((west + east) / 2) };
  let room = -1;
  for (let row = 0; row < SPOTS; row += 1) {
    for (let column = 0; column < SPOTS; column += 1) {
      // A little beside the grid: no two phones that choose at the same moment choose the same spot.
      const across = CLEAR + ((1 - 2 * CLEAR) * (column + random())) / SPOTS;
      const along = CLEAR + ((1 - 2 * CLEAR) * (row + random())) / SPOTS;
      const spot = { lat: south + along * height, lng: wrapped(west + across * width) };
      if (!isInZone(zone, spot)) continue;
      const way = Math.min(scale, ...near.map((other) => distance(other, spot)));
      if (way <= room) continue;
      room = way;
      best = spot;
    }
  }
  return best;
}

/**
 * Where a place on a plane lies along an axis.
 *
 * @param {Axes} axes
 * @param {Place} place
 * @returns {{ end: string, percent: number }[]} for each axis: towards which of its ends, and how
 *   far from the middle
 */
export function alongAxes({ x, y }, { lat, lng }) {
  return [
    ...(x ? [along(x, lng)] : []),
    ...(y ? [along(y, lat)] : []),
  ];
}

/**
 * @param {[string, string]} ends
 * @param {number} at -1 to 1
 */
function along(ends, at) {
  return { end: at < 0 ? ends[0] : ends[1], percent: Math.round(Math.abs(at) * 100) };
}

/**
 * @param {Box} box its west is greater than its east where it crosses the antimeridian
 * @param {Place} place
 */
function isInBox([south, west, north, east], { lat, lng }) {
  const isBetween = west <= east ? lng >= west && lng <= east : lng >= west || lng <= east;
  return lat >= south && lat <= north && isBetween;
}

/**
 * By how often a line from there to the east crosses the edge.
 *
 * @param {[lat: number, lng: number][]} polygon
 * @param {Place} place
 */
function isInPolygon(polygon, { lat, lng }) {
  let isInside = false;
  // All beside the first corner, also across the antimeridian.
  const first = polygon[0]?.[1] ?? 0;
  /** @param {number} degrees */
  const beside = (degrees) => first + wrapped(degrees - first);
  const x = beside(lng);
  polygon.forEach(([lat1, lng1], index) => {
    const [lat2, lng2] = polygon[(index + 1) % polygon.length] ?? [lat1, lng1];
    if (lat1 > lat === lat2 > lat) return;
    const share = (lat - lat1) / (lat2 - lat1);
    if (beside(lng1) + share * (beside(lng2) - beside(lng1)) > x) isInside = !isInside;
  });
  return isInside;
}

/**
 * @param {Zone} zone
 * @returns {Box} around it; its east may be beyond 180
 */
function boxAround({ box, polygon = [] }) {
  if (box) return [box[0], box[1], box[2], box[3] < box[1] ? box[3] + 360 : box[3]];
  const lats = polygon.map(([lat]) => lat);
  const first = polygon[0]?.[1] ?? 0;
  const lngs = polygon.map(([, lng]) => first + wrapped(lng - first));
  return [Math.min(...lats), Math.min(...lngs), Math.max(...lats), Math.max(...lngs)];
}

/**
 * @param {Place} one
 * @param {Place} other
 */
function distance(one, other) {
  const squeeze = Math.cos((one.lat * Math.PI) / 180);
  return Math.hypot(one.lat - other.lat, wrapped(one.lng - other.lng) * squeeze);
}

/** @param {number} lng degrees @returns {number} from -180 to 180 */
function wrapped(lng) {
  return lng - 360 * Math.round(lng / 360);
}
