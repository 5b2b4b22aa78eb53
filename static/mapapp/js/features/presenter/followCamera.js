/** The screen shows the part of the map that the remote has chosen; it glides there. */

import { byId } from "../../ui/dom.js";

/**
 * @import { RoomMap } from "../../map/roomMap.js"
 * @import { Session } from "../../room/session.js"
 */

/**
 * @param {Session} session
 * @param {RoomMap} map
 */
export function followCamera(session, map) {
  let shown = "";
  let activity = session.state.activity.number;

  session.on("state", follow);
  // Another size of the screen shows the same part.
  new ResizeObserver(() => {
    if (session.state.camera) map.showArea(session.state.camera, { glide: false });
  }).observe(byId("map"));
  follow();

  function follow() {
    const { camera } = session.state;
    const isElsewhere = activity !== session.state.activity.number;
    activity = session.state.activity.number;
    const wanted = camera ? JSON.stringify(camera) : "";
    if (wanted === shown && !(isElsewhere && camera)) return;
    const isFirst = shown === "" && !session.isCurrent;
    shown = wanted;
    if (camera) map.showArea(camera, { glide: !isFirst });
    else map.showStart();
  }
}
