/** The reach of a finger, in CSS pixels: targets of 44 by 44. */
const FINGER = 22;
const MOUSE = 15;

/** @typedef {import("./markerScene.js").MarkerView} MarkerView */

/**
 * The marker at a point of the container, as last drawn: one's own or the chosen
 * one before others, then the nearest.
 *
 * @param {Iterable<MarkerView>} markers
 * @param {number} x container pixels
 * @param {number} y
 * @param {{finger: boolean, accepts: (number: number) => boolean}} how
 * @returns {number | null} its number
 */
export function markerAt(markers, x, y, { finger, accepts }) {
  const reach = finger ? FINGER : MOUSE;
  let best = null;
  let bestDistance = Infinity;
  for (const drawn of markers) {
    if (!drawn.visible) continue;
    const distance = Math.hypot(drawn.px - x, drawn.py - y);
    if (distance > reach) continue;
    const ranked = drawn.own || drawn.chosen ? distance - reach : distance;
    if (ranked < bestDistance && accepts(drawn.number)) {
      best = drawn.number;
      bestDistance = ranked;
    }
  }
  return best;
}
