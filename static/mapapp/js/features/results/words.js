/** Results in sentences. */

import { gettext, interpolate } from "../../platform/i18n.js";
import { isOnEarth } from "../../room/activity.js";
import { countText, distanceText } from "./numbers.js";
import { shownBy } from "./panels/panels.js";

/**
 * @import { Result, YourResult } from "../../protocol/messages.js"
 * @import { Context } from "./panels/panel.js"
 */

/**
 * @param {Result} result
 * @param {Context} context
 * @returns {string[]} of the room, the most important one first
 */
export function roomSentences(result, context) {
  return shownBy(result, context).flatMap(({ sentences }) => sentences);
}

/**
 * @param {YourResult} own
 * @param {Context} context
 * @returns {string[]} of one's own answer, the most important one first
 */
export function ownSentences(own, context) {
  return [guessed, chosen, moved, fromMiddle, nearest].flatMap((say) => say(own, context) ?? []);
}

/** @typedef {(own: YourResult, context: Context) => string | null} Say */

/** @type {Say} */
function guessed({ km, place, of }) {
  if (km === undefined || place === undefined) return null;
  const values = {
    distance: distanceText(km),
    place: countText(place),
    of: countText(of ?? 0),
  };
  return interpolate(
    km === 0
      ? gettext("You found it: place %(place)s of %(of)s.")
      : gettext("You were %(distance)s away: place %(place)s of %(of)s."),
    values,
  );
}

/** @type {Say} */
function chosen({ zone }, { activity }) {
  if (zone === undefined) return null;
  const label = activity.surface.zones?.find(({ id }) => id === zone)?.label;
  return label === undefined
    ? gettext("Your marker is in none of the zones.")
    : interpolate(gettext("You chose “%(zone)s”."), { zone: label });
}

/** @type {Say} */
function moved({ moved_km: km }, { activity }) {
  if (km === undefined) return null;
  if (km === 0) return gettext("You stayed where you were.");
  return isOnEarth(activity)
    ? interpolate(gettext("You moved %(distance)s."), { distance: distanceText(km) })
    : gettext("You have moved.");
}

/** @type {Say} */
function fromMiddle({ middle_km: km }, { activity }) {
  if (km === undefined || !isOnEarth(activity)) return null;
  return interpolate(gettext("You are %(distance)s from the middle of the room."), {
    distance: distanceText(km),
  });
}

/** @type {Say} */
function nearest({ nearest: other }, { activity, nameOf }) {
  const name = other && nameOf(other.person);
  if (!other || !name) return null;
  return isOnEarth(activity)
    ? interpolate(gettext("Nearest to you: %(name)s, %(distance)s away."), {
        name,
        distance: distanceText(other.km),
      })
    : interpolate(gettext("Nearest to you: %(name)s."), { name });
}
