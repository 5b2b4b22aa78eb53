import { byId } from "../../ui/dom.js";
import { onColoursChange } from "../../ui/theme.js";

/** @typedef {import("../../map/roomMap.js").RoomMap} RoomMap */

/** The buttons that every map of a room has. @param {RoomMap} map */
export function offerMapButtons(map) {
  onColoursChange(() => map.recolour());
  byId("zoom-in").addEventListener("click", () => map.zoomIn());
  byId("zoom-out").addEventListener("click", () => map.zoomOut());
  byId("show-everyone").addEventListener("click", () => map.showEveryone());
}
