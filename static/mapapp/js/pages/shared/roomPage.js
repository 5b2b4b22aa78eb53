/** The common parts of the pages for people who take part in a room: audience and host. */

import { announceOthers, announceShown } from "../../features/announcements/announcements.js";
import { showConnection } from "../../features/connection/connectionBanner.js";
import { showEnding } from "../../features/connection/ending.js";
import { showSaveState } from "../../features/connection/saveState.js";
import { MarkerList } from "../../features/markers/markerList.js";
import { markerSentence } from "../../features/markers/markerNames.js";
import { MarkerSheet } from "../../features/markers/markerSheet.js";
import { offerAim } from "../../features/placing/aim.js";
import { refusedSentence } from "../../features/placing/hint.js";
import { mapTrouble, pageComplete, pageStarted } from "../../features/trouble/trouble.js";
import { RoomMap } from "../../map/roomMap.js";
import { gettext } from "../../platform/i18n.js";
import { byId } from "../../ui/dom.js";
import { followFoot } from "../../ui/footHeight.js";
import { mapOverlays } from "../../ui/mapOverlays.js";
import { notice } from "../../ui/notices.js";
import { offerMapButtons } from "./mapButtons.js";

/**
 * @import { Place, Rights } from "../../map/options.js"
 * @import { Session } from "../../room/session.js"
 * @import { readSettings } from "../../ui/settings.js"
 */

/**
 * Shows the session's state, and starts it.
 *
 * @param {Session} session
 * @param {string} foot the id of the bar at the foot of the page
 */
export function startSession(session, foot) {
  followFoot(foot);
  showConnection(session);
  showEnding(session);
  showSaveState(session);
  announceOthers(session);
  session.on("notice", ({ message }) => notice(message));
  session.start();
  pageStarted();
}

/**
 * @param {Session} session
 * @param {ReturnType<typeof readSettings>} settings
 * @param {object} use
 * @param {Rights} use.rights on the map
 * @param {{ mayEdit: (number: number) => boolean, mayMove: (number: number) => boolean,
 *   removed?: (number: number) => void }} use.sheet the actions in the sheet of a chosen marker
 * @param {(there: Place) => void} use.tap a free place was tapped while no marker was chosen
 * @param {(there: Place) => void} use.place a place was chosen without a finger
 * @returns {Promise<RoomMap>}
 */
export async function createMap(session, settings, { rights, sheet, tap, place }) {
  const map = await RoomMap.create({
    container: byId("map"),
    session,
    settings,
    rights,
    nameOf: (number) => markerSentence(session, number),
    enterHelp: gettext("Enter places a marker at the centre."),
    above: byId("question"),
    covered: mapOverlays,
    troubled: mapTrouble(session),
  });
  pageComplete();
  new MarkerSheet(session, map, sheet);
  new MarkerList(session, (number) => map.choose(number));
  offerAim(session, map, place);
  offerMapButtons(map);
  map.on("tap", (there) => {
    if (map.chosen !== null) map.choose(null);
    else tap(there);
  });
  map.on("enter", place);
  map.on("settle", ({ number, answer }) => {
    if (answer.ok) announceShown(session, answer.rev, () => markerSentence(session, number));
    else notice(refusedSentence(session, answer));
  });
  return map;
}
