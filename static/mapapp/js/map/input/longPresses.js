/**
 * A press that lasts longer than a tap. Phones send no click after it, each from
 * another moment on: so none is waited for, and where one would come, it does not.
 */

import { SLOP } from "./pointerInput.js";

/** From here on (ms) it is a long press. Every browser still sends a click after a shorter one. */
const LONG = 250;

/**
 * @param {L.Map} map
 * @param {(at: L.Point) => void} onPress with where it was, in container pixels
 */
export function enableLongPresses(map, onPress) {
  const container = map.getContainer();
  /** @type {{start: Touch, since: number} | null} */
  let press = null;
  const forget = () => {
    press = null;
  };

  container.addEventListener(
    "touchstart",
    ({ touches, timeStamp, target }) => {
      const start = touches.length === 1 ? touches[0] : undefined;
      // The links of the attribution have long presses of their own.
      const isOnTheMap = target instanceof Element && !target.closest("a");
      press = start && isOnTheMap ? { start, since: timeStamp } : null;
    },
    { passive: true },
  );
  container.addEventListener(
    "touchmove",
    ({ touches: [touch] }) => {
      if (press && touch && distance(touch, press.start) >= SLOP) forget();
    },
    { passive: true },
  );
  container.addEventListener("touchcancel", forget);
  container.addEventListener("touchend", (event) => {
    if (!press || event.timeStamp - press.since < LONG) return;
    event.preventDefault(); // The click.
    const at = map.mouseEventToContainerPoint(/** @type {any} */ (press.start));
    forget();
    onPress(at);
  });
  // A menu of the browser's would take the touch away. A mouse keeps its own.
  container.addEventListener("contextmenu", (event) => {
    if (press || event.pointerType === "touch") event.preventDefault();
  });
}

/**
 * @param {Touch} a
 * @param {Touch} b
 */
function distance(a, b) {
  return Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
}
