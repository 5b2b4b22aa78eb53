/**
 * "The presenter shows another place: go there", on phones. Nobody is moved: a map that goes away
 * under a finger is nobody's wish. Who stays is not asked again about the same place.
 */

import { announce } from "../../ui/announcer.js";
import { byId } from "../../ui/dom.js";
import { hide } from "../../ui/hide.js";

/**
 * @import { RoomMap } from "../../map/roomMap.js"
 * @import { Session } from "../../room/session.js"
 */

/**
 * @param {Session} session
 * @param {RoomMap} map
 */
export function offerToGo(session, map) {
  const bar = byId("go-there");
  let seen = { activity: 0, view: "", camera: "" };
  /** @type {() => void} */
  let go = () => {};

  byId("go-there-button").addEventListener("click", () => {
    hide(bar, true);
    go();
  });
  byId("go-there-no").addEventListener("click", () => hide(bar, true));
  session.on("state", look);
  seen = present();
  const { camera } = session.state;
  // Who comes later is invited, too.
  if (camera && session.state.invitesAll) offer(() => map.showArea(camera, { glide: true }));

  function look() {
    const before = seen;
    seen = present();
    const { camera } = session.state;
    if (seen.activity !== before.activity) hide(bar, true);
    if (seen.camera !== before.camera) {
      if (camera && session.state.invitesAll) offer(() => map.showArea(camera, { glide: true }));
      else hide(bar, true);
    } else if (seen.activity === before.activity && seen.view !== before.view) {
      offer(() => map.showStart());
    }
  }

  function present() {
    const { activity, camera, invitesAll } = session.state;
    return {
      activity: activity.number,
      view: JSON.stringify(activity.view),
      camera: invitesAll ? JSON.stringify(camera) : "",
    };
  }

  /** @param {() => void} how */
  function offer(how) {
    go = how;
    bar.hidden = false;
    announce(byId("go-there-text").textContent ?? "");
  }
}
