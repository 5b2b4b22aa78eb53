/**
 * Lets the presenter show the density of markers instead of each of them. In a
 * crowd the button explains itself in words; nothing switches by itself.
 */

import { HeatPicture } from "../../map/heat/heatPicture.js";
import { pageStorage } from "../../platform/pageStorage.js";
import { byId } from "../../ui/dom.js";

/** @typedef {import("../../map/roomMap.js").RoomMap} RoomMap */

/**
 * @param {RoomMap} map
 * @param {string} code of the room; the choice is kept for each room
 */
export function offerHeat(map, code) {
  const button = byId("toggle-heat");
  const stored = `livemap:${code}:heat`;
  const heat = new HeatPicture();
  let isOn = false;

  /** @param {boolean} on */
  function show(on) {
    isOn = on;
    map.showOverview(on ? heat : null);
    button.setAttribute("aria-pressed", String(on));
    byId("heat-legend").hidden = !on;
  }

  button.addEventListener("click", () => {
    show(!isOn);
    pageStorage.set(stored, isOn ? "on" : "off");
  });
  map.on("crowded", (isCrowded) => {
    button.classList.toggle("is-suggested", isCrowded);
    byId("toggle-heat-words").classList.toggle("visually-hidden", !isCrowded);
  });
  button.hidden = false;
  if (pageStorage.get(stored) === "on") show(true);
}
