/** Moving markers with a finger, a pen or a mouse. */

import { EdgePan } from "./edgePan.js";

/** A movement of at least this (CSS pixels) is a drag and not a tap. */
export const SLOP = 5;
/** How far a marker is above the finger (CSS pixels), so that the finger does not hide it. */
const ABOVE_FINGER = 44;
/** The marker rises to that over this distance (CSS pixels) of the finger's movement. */
const RISE = 60;

/** @typedef {import("./heldMarker.js").HeldMarker} HeldMarker */
/** @typedef {{number: number, px: number, py: number}} Found a marker and its container pixels */

/**
 * @param {L.Map} map
 * @param {object} markers
 * @param {(x: number, y: number, finger: boolean) => Found | null} markers.movableAt
 *     the marker at these container pixels that this person may move
 * @param {(number: number) => HeldMarker} markers.lift
 */
export function enablePointerInput(map, { movableAt, lift }) {
  const container = map.getContainer();
  /** @type {{pointer: number, finger: boolean, startX: number, startY: number, dx: number,
   *   dy: number, number: number, drag: HeldMarker | null, x: number, y: number} | null} */
  let hand = null;
  const edge = new EdgePan(map, place);

  // Before Leaflet gets it: a finger on a movable marker does not pan the map.
  container.addEventListener("pointerdown", onDown, { capture: true });

  /** @param {PointerEvent} event */
  function onDown(event) {
    container.removeEventListener("click", swallow, { capture: true });
    if (hand || !event.isPrimary || event.button !== 0) return;
    const finger = event.pointerType !== "mouse";
    const { x, y } = map.mouseEventToContainerPoint(event);
    const found = movableAt(x, y, finger);
    if (!found) return;
    hand = {
      pointer: event.pointerId,
      finger,
      startX: x,
      startY: y,
      dx: found.px - x,
      dy: found.py - y,
      number: found.number,
      drag: null,
      x,
      y,
    };
    map.dragging.disable();
    map.touchZoom.disable();
    addEventListener("pointermove", onMove);
    addEventListener("pointerup", onEnd);
    addEventListener("pointercancel", onEnd);
    addEventListener("keydown", onKey, { capture: true });
  }

  /** @param {PointerEvent} event */
  function onMove(event) {
    if (!hand || event.pointerId !== hand.pointer) return;
    const { x, y } = map.mouseEventToContainerPoint(event);
    const way = Math.hypot(x - hand.startX, y - hand.startY);
    if (!hand.drag) {
      if (way < SLOP) return;
      container.setPointerCapture(hand.pointer);
      container.classList.add("is-dragging-marker");
      hand.drag = lift(hand.number);
    }
    const rise = hand.finger ? ABOVE_FINGER * Math.min(1, way / RISE) : 0;
    hand.x = x + hand.dx;
    hand.y = y + hand.dy - rise;
    place();
    if (hand) edge.follow(hand.x, hand.y, y);
  }

  /** Keeps the marker at the hand, also when the map moves under it. */
  function place() {
    if (!hand?.drag) return;
    const { lat, lng } = map.containerPointToLatLng([hand.x, hand.y]).wrap();
    hand.drag.to(lat, lng);
    if (!hand.drag.held) release();
  }

  /** @param {PointerEvent} event */
  function onEnd(event) {
    if (!hand || event.pointerId !== hand.pointer) return;
    hand.drag?.drop();
    release();
  }

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    if (event.key !== "Escape" || !hand?.drag) return;
    event.stopPropagation();
    hand.drag.cancel();
    release();
  }

  function release() {
    // The click that ends a drag is not a tap on the map.
    if (hand?.drag) container.addEventListener("click", swallow, { capture: true, once: true });
    hand = null;
    edge.stop();
    map.dragging.enable();
    map.touchZoom.enable();
    container.classList.remove("is-dragging-marker");
    removeEventListener("pointermove", onMove);
    removeEventListener("pointerup", onEnd);
    removeEventListener("pointercancel", onEnd);
    removeEventListener("keydown", onKey, { capture: true });
  }
}

/** @param {Event} event */
function swallow(event) {
  event.stopPropagation();
}
