/** Finds places by name at this server (docs/PROTOCOL.md, `GET /api/places`): no internet needed. */

import { gettext, interpolate } from "../../platform/i18n.js";

/**
 * @typedef {object} Place
 * @property {number} id at GeoNames
 * @property {string} name
 * @property {string} where its region and country, or empty
 * @property {number} lat WGS 84 degrees
 * @property {number} lng WGS 84 degrees
 * @property {number} population 0 if unknown
 */

/** The search's answer: places, the best first, or a sentence that says why there are none. */
/** @typedef {{ places: Place[], problem: string }} Found */

/**
 * The closest view of a place, by what there is to see: without streets only names, without those
 * only coasts and borders.
 */
const CLOSEST_ZOOM = Object.freeze({ streets: 14, names: 10.5, outline: 8 });
const FARTHEST_ZOOM = 9.5;
/** A place of a single person would be shown at this zoom; each ten times as many are one less. */
const ZOOM_OF_ONE = 17.25;
const ZOOM_STEP = 0.25;

/**
 * @param {string} query
 * @param {AbortSignal} [signal]
 * @returns {Promise<Found>}
 * @throws {DOMException} if it is aborted
 */
export async function findPlaces(query, signal) {
  let answer;
  let body;
  try {
    answer = await fetch(`/api/places?q=${encodeURIComponent(query)}`, { signal });
    body = await answer.json();
  } catch (error) {
    if (signal?.aborted) throw error;
    return { places: [], problem: gettext("Can't reach the server. Check your connection.") };
  }
  if (!answer.ok) return { places: [], problem: problemOf(answer.status, body) };
  return { places: body.features.map(placeOf), problem: "" };
}

/**
 * The view in which a place fills the reference screen, as the view of an activity: a town
 * of 100,000 people with its surroundings at zoom 12.25.
 *
 * @param {{ lat: number, lng: number, population: number }} place
 * @param {keyof typeof CLOSEST_ZOOM} [ground] what the map shows from near
 * @returns {{ lat: number, lng: number, zoom: number }}
 */
export function viewOf({ lat, lng, population }, ground = "streets") {
  const fitting = ZOOM_OF_ONE - Math.log10(Math.max(1, population));
  const zoom = Math.min(CLOSEST_ZOOM[ground], Math.max(FARTHEST_ZOOM, fitting));
  return { lat, lng, zoom: Math.round(zoom / ZOOM_STEP) * ZOOM_STEP };
}

/** @param {Place} place @returns {string} "Deventer, Netherlands" */
export function placeWords({ name, where }) {
  return where ? interpolate(gettext("%(name)s, %(where)s"), { name, where }) : name;
}

/**
 * @param {any} feature of the answer's FeatureCollection
 * @returns {Place}
 */
function placeOf({ id, geometry, properties }) {
  const [lng, lat] = geometry.coordinates;
  const { name, region, country_name: country, population } = properties;
  return { id, name, where: [region, country].filter(Boolean).join(", "), lat, lng, population };
}

/**
 * @param {number} status
 * @param {any} body
 * @returns {string}
 */
function problemOf(status, body) {
  if (status === 503) return gettext("Searching for places isn't ready yet. Try again in a minute.");
  if (status === 429) return gettext("Too many searches. Try again in a moment.");
  return body?.error?.message ?? gettext("The search doesn't work right now.");
}
