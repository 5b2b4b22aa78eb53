/** The one sentence with the next thing to do, and whether there is anything to do. */

import { gettext, interpolate, ngettext } from "../../platform/i18n.js";
import { sentenceFor } from "../../protocol/sentences.js";

/** @typedef {import("../../room/session.js").Session} Session */

/**
 * The number of markers that this person may still put on the map.
 *
 * @param {Session} session
 * @returns {number} Infinity without a limit
 */
export function markersLeft({ state, me, pendingAdds }) {
  const { kind, settings } = state.activity;
  if (kind === "shared") return settings.anyoneAdds || me.role === "host" ? Infinity : 0;
  let placed = pendingAdds.length;
  for (const { owner } of state.markers.values()) {
    if (owner !== 0 && owner === me.person) placed += 1;
  }
  return Math.max(0, settings.markersEach - placed);
}

/**
 * Whether this person can put a marker on the map or move one.
 *
 * @param {Session} session
 */
export function canPlace(session) {
  const { activity, phase, markers } = session.state;
  if (phase !== "open") return false;
  return activity.kind === "own" || markers.size > 0 || markersLeft(session) > 0;
}

/**
 * @param {Session} session
 * @returns {string}
 */
export function hint(session) {
  const { activity, phase, markers } = session.state;
  if (phase === "locked") return sentenceFor("locked");
  if (phase === "closed") return gettext("This map is closed.");
  const left = markersLeft(session);
  if (activity.kind === "shared") {
    if (markers.size === 0) {
      return left > 0
        ? gettext("Tap the map to place the first marker.")
        : gettext("The presenter will place the markers.");
    }
    return left > 0
      ? gettext("Drag any marker, or tap the map to add one.")
      : gettext("Drag the markers to where they belong.");
  }
  if (left === activity.settings.markersEach) return gettext("Tap the map to place your marker.");
  if (left === 0) return gettext("Drag your marker to adjust it. Tap it to add a label.");
  return interpolate(
    ngettext(
      "Tap the map to place %(count)s more marker.",
      "Tap the map to place %(count)s more markers.",
      left,
    ),
    { count: left },
  );
}
