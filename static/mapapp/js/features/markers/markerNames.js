/** The names of markers, in lists and read aloud. */

import { gettext, interpolate } from "../../platform/i18n.js";
import { colourOf, shapeOf } from "../../map/markers/palette.js";
import { alongAxes, zoneAt } from "../../room/zones.js";

/** @import { Surface } from "../../protocol/activities.js" */

/** @typedef {import("../../room/session.js").Session} Session */
/** @typedef {import("../../room/state.js").Marker} Marker */

/**
 * @param {Session} session
 * @param {Marker} marker
 * @returns {string} its label, or something else that tells it apart
 */
export function markerTitle(session, marker) {
  if (marker.label) return marker.label;
  if (marker.owner !== 0 && marker.owner === session.me.person) return gettext("Your marker");
  return interpolate(gettext("Marker %(number)s"), { number: marker.number });
}

/**
 * @param {Session} session
 * @param {number} number
 * @returns {string} everything about it in one sentence
 */
export function markerSentence(session, number) {
  const marker = session.state.markers.get(number);
  if (!marker) return "";
  const title = markerTitle(session, marker);
  const own = marker.owner !== 0 && marker.owner === session.me.person;
  const look = interpolate(gettext("%(colour)s %(shape)s"), {
    colour: colourOf(marker.colour).name,
    shape: shapeOf(marker.icon).name,
  });
  const whose = own && marker.label ? gettext("Your marker") : "";
  const where = placeText(marker, session.state.activity.surface);
  return [title, whose, look, where].filter(Boolean).join(", ");
}

/**
 * @param {{lat: number, lng: number}} place
 * @param {Surface} surface that it is on
 * @returns {string} the zone that it is in; without one, where on the plane or on earth
 */
export function placeText(place, surface) {
  const zone = zoneAt(surface, place);
  if (zone) return interpolate(gettext("in “%(zone)s”"), { zone: zone.label });
  return surface.kind === "plane" ? placeOnPlane(place, surface) : placeOnEarth(place);
}

/**
 * @param {{lat: number, lng: number}} place
 * @param {Surface} surface
 * @returns {string} how far from the middle, towards which ends of its axes
 */
function placeOnPlane(place, { axes }) {
  const unnamed = { x: [gettext("the left"), gettext("the right")], y: [gettext("the bottom"), gettext("the top")] };
  const named = axes?.x || axes?.y ? axes : /** @type {import("../../protocol/activities.js").Axes} */ (unnamed);
  return alongAxes(named, place)
    .map(({ end, percent }) => interpolate(gettext("%(percent)s percent towards %(end)s"), { percent, end }))
    .join(", ");
}

/**
 * @param {{lat: number, lng: number}} place WGS 84 degrees
 * @returns {string} to a tenth of a degree, about 10 km
 */
function placeOnEarth({ lat, lng }) {
  const values = { lat: Math.abs(lat).toFixed(1), lng: Math.abs(lng).toFixed(1) };
  if (lat >= 0) {
    return interpolate(
      lng >= 0 ? gettext("%(lat)s° N, %(lng)s° E") : gettext("%(lat)s° N, %(lng)s° W"),
      values,
    );
  }
  return interpolate(
    lng >= 0 ? gettext("%(lat)s° S, %(lng)s° E") : gettext("%(lat)s° S, %(lng)s° W"),
    values,
  );
}
