/**
 * A press that lasts longer than a tap. Phones send no click after a long press, but
 * differ in how long that is: so the click is prevented, and none is waited for.
 */

import { SLOP } from "./pointerInput.js";

/** The shortest long press (ms). Every browser still sends a click after a shorter one. */
const LONG = 250;

/**
 * @param {L.Map} map
 * @param {(at: L.Point) => void} onPress gets its place, in container pixels
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
  // The browser's context menu would end the touch. With a mouse it stays.
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
