/**
 * "Move here": a person who has placed all their markers and taps another place
 * wants one of them there. One press moves it; a drag may be long.
 */

import { announceShown } from "../announcements/announcements.js";
import { gettext, interpolate } from "../../platform/i18n.js";
import { closesWithBack } from "../../ui/backCloses.js";
import { byId } from "../../ui/dom.js";
import { markerSentence, markerTitle } from "../markers/markerNames.js";
import { notice } from "../../ui/notices.js";
import { refusedSentence } from "./hint.js";
import { mapOverlays } from "../../ui/mapOverlays.js";

/** @typedef {import("../../room/session.js").Session} Session */
/** @typedef {import("../../map/roomMap.js").RoomMap} RoomMap */
/** @typedef {{lat: number, lng: number}} Place */

/** The sides of the place that the button may be on. */
const SIDES = ["above", "below", "left", "right"];
/** The least distance of the button from the map's edge (CSS pixels). */
const MARGIN = 8;

/**
 * @param {Session} session
 * @param {RoomMap} map
 * @param {(number: number) => boolean} mayMove
 * @returns {(place: Place, numbers: number[]) => void} offers to move the nearest of these markers
 */
export function offerMoves(session, map, mayMove) {
  const offer = byId("move-here");
  const button = byId("move-here-button");
  /** @type {{place: Place, number: number} | null} */
  let offered = null;
  let leftHistory = () => {};

  button.addEventListener("click", move);
  offer.addEventListener("keydown", (event) => {
    if (event.key === "Escape") withdraw();
  });
  map.on(["travel", "choose", "lift"], withdraw);
  session.on("state", () => {
    if (offered && !mayMove(offered.number)) withdraw();
  });

  return (place, numbers) => {
    withdraw();
    const at = map.pointOf(place);
    const [number] = numbers
      .map((number) => ({ number, way: map.distanceTo(number, at) }))
      .sort((one, other) => one.way - other.way)
      .map(({ number }) => number);
    if (number === undefined) return;
    offered = { place, number };
    const marker = session.state.markers.get(number);
    button.textContent =
      numbers.length > 1 && marker
        ? interpolate(gettext("Move “%(name)s” here"), { name: markerTitle(session, marker) })
        : gettext("Move here");
    offer.hidden = false;
    show(at);
    leftHistory = closesWithBack(withdraw);
  };

  /** @param {{x: number, y: number}} at pixels of the map */
  function show({ x, y }) {
    offer.style.left = `${x}px`;
    offer.style.top = `${y}px`;
    const map = byId("map");
    const half = button.offsetWidth / 2 + MARGIN;
    const shift = Math.max(half - x, Math.min(0, map.clientWidth - half - x));
    offer.style.setProperty("--shift", `${shift}px`);
    const over = mapOverlays();
    // The first side where nothing else lies over the map.
    for (const side of SIDES) {
      offer.dataset.side = side;
      const box = button.getBoundingClientRect();
      const isOnMap = box.top >= 0 && box.left >= 0 && box.right <= map.clientWidth;
      if (isOnMap && !over.some((other) => overlap(box, other))) return;
    }
    offer.dataset.side = "above";
  }

  function withdraw() {
    if (!offered) return;
    const hadFocus = offer.contains(document.activeElement);
    offered = null;
    offer.hidden = true;
    leftHistory();
    if (hadFocus) map.focusMap();
  }

  async function move() {
    if (!offered) return;
    const { place, number } = offered;
    withdraw();
    const answer = await session.change("place", { marker: number, ...place });
    if (answer.ok) announceShown(session, answer.rev, () => markerSentence(session, number));
    else notice(refusedSentence(session, answer));
  }
}

/**
 * @param {DOMRect} a
 * @param {DOMRect} b
 */
function overlap(a, b) {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
