/** The one sentence with the next thing to do, and whether there is anything to do. */

import { gettext } from "../../platform/i18n.js";
import { sentenceFor } from "../../protocol/sentences.js";
import { kindOf } from "../../room/kinds/kinds.js";

/** @typedef {import("../../room/session.js").Session} Session */
/** @typedef {import("../../room/outbox.js").Answer} Answer */

/**
 * The number of markers that this person may still put on the map.
 *
 * @param {Session} session
 * @returns {number} Infinity without a limit
 */
export function markersLeft({ state, me, pendingAdds }) {
  let placed = pendingAdds.length;
  for (const { owner } of state.markers.values()) {
    if (owner !== 0 && owner === me.person) placed += 1;
  }
  const { activity } = state;
  return kindOf(activity).left(activity.settings, { isHost: me.role === "host", placed });
}

/**
 * Whether this person can put a marker on the map or move one.
 *
 * @param {Session} session
 */
export function canPlace(session) {
  const { activity, phase, unpinned } = session.state;
  return phase === "open" && kindOf(activity).usesPlaces(markersLeft(session), unpinned);
}

/**
 * @param {Session} session
 * @returns {string}
 */
export function hint(session) {
  const { activity, phase, unpinned } = session.state;
  if (phase === "locked" && activity.stage === "prepare") {
    return gettext("Get ready. Answers open in a moment.");
  }
  if (phase === "locked" && activity.stage === "revealed") {
    return gettext("Answers are closed: here they all are.");
  }
  if (phase === "locked") return closedSentence(session);
  if (phase === "closed") return gettext("This map is closed.");
  return kindOf(activity).hint(markersLeft(session), unpinned, activity.settings);
}

/**
 * @param {Session} session
 * @param {Answer} answer to a change to one's own markers
 * @returns {string} why it was refused
 */
export function refusedSentence(session, answer) {
  if (answer.ok) return "";
  return answer.code === "locked" ? closedSentence(session) : answer.message;
}

/**
 * Why there are no answers now. It may have to be said before the room's state shows it.
 *
 * @param {Session} session
 */
function closedSentence({ state, clock }) {
  const { ends } = state.activity;
  if (state.hidden) return gettext("Answers are closed. The presenter is about to reveal them.");
  if (ends !== null && ends <= clock.now()) {
    return gettext("Time's up: answers are closed. You can still look around.");
  }
  return sentenceFor("locked");
}
