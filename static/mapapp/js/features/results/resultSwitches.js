/**
 * Lets the presenter put the result beside the map away, and mark the middle of the room on the
 * map. Both choices are kept for each room.
 */

import { isOnEarth } from "../../room/activity.js";
import { pageStorage } from "../../platform/pageStorage.js";
import { byId } from "../../ui/dom.js";

/**
 * @import { RoomMap } from "../../map/roomMap.js"
 * @import { Session } from "../../room/session.js"
 */

/**
 * @param {Session} session
 * @param {string} code of the room
 * @param {() => void} changed called when the card has been put away or brought back
 */
export function offerCard(session, code, changed) {
  const card = byId("result-card");
  offer("toggle-card", `livemap:${code}:result`, true, (on) => {
    card.classList.toggle("is-away", !on);
    changed();
  });
  session.on(["state", "result"], () => {
    byId("toggle-card").hidden = card.hidden;
  });
}

/**
 * @param {Session} session
 * @param {RoomMap} map
 * @param {string} code of the room
 */
export function offerMiddle(session, map, code) {
  let isOn = false;
  let drawn = "";
  offer("toggle-middle", `livemap:${code}:middle`, false, (on) => {
    isOn = on;
    show();
  });
  session.on(["state", "result"], show);

  function show() {
    const result = session.results.room;
    const middle = result && result.people > 1 ? (result.middle ?? null) : null;
    // A plane shows the same, where there are axes to read it by.
    const { activity } = session.state;
    const isUseful = middle !== null && (isOnEarth(activity) || Boolean(activity.surface.axes));
    byId("toggle-middle").hidden = !isUseful;
    const wanted =
      isOn && isUseful ? { centre: middle, ellipse: result?.ellipse ?? null } : null;
    // Each second a result may come that says the same.
    const key = JSON.stringify(wanted);
    if (key === drawn) return;
    drawn = key;
    map.showMiddle(wanted);
  }
}

/**
 * @param {string} id of the button
 * @param {string} stored
 * @param {boolean} first whether it is on to begin with
 * @param {(on: boolean) => void} apply
 */
function offer(id, stored, first, apply) {
  const button = byId(id);
  const kept = pageStorage.get(stored);
  let isOn = kept === null || kept === undefined ? first : kept === "on";
  const show = () => {
    button.setAttribute("aria-pressed", String(isOn));
    apply(isOn);
  };
  button.addEventListener("click", () => {
    isOn = !isOn;
    pageStorage.set(stored, isOn ? "on" : "off");
    show();
  });
  show();
}
