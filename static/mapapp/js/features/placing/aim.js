/** Placing without tapping or dragging: the map moves under a fixed target. */

import { closesWithBack } from "../../ui/backCloses.js";
import { byId } from "../../ui/dom.js";

/** @typedef {import("../../map/roomMap.js").RoomMap} RoomMap */

/**
 * @param {RoomMap} map
 * @param {(place: {lat: number, lng: number}) => void} onPlace
 */
export function offerAim(map, onPlace) {
  const button = byId("aim-button");
  const bar = byId("aim-bar");
  const place = byId("aim-place");
  let leftHistory = () => {};

  /** @param {boolean} aiming */
  function show(aiming) {
    document.body.classList.toggle("is-aiming", aiming);
    bar.hidden = !aiming;
    leftHistory();
    if (aiming) leftHistory = closesWithBack(() => show(false));
    if (aiming) place.focus({ preventScroll: true });
    else button.focus({ preventScroll: true });
  }

  button.addEventListener("click", () => show(true));
  byId("aim-cancel").addEventListener("click", () => show(false));
  bar.addEventListener("keydown", (event) => {
    if (event.key === "Escape") show(false);
  });
  place.addEventListener("click", () => {
    show(false);
    onPlace(map.centre());
  });
}
