/**
 * Pans the map while a drag is near its edge, faster the nearer the edge, so that
 * a place out of view can be reached without letting go.
 */

import { NORTH, SOUTH, worldPixels } from "../ground/mercator.js";

/** How wide the edge is, in CSS pixels. */
const EDGE = 44;
/** The top speed, in CSS pixels per second. */
const FASTEST = 500;
/** A late frame moves the map no farther than one of this length (ms). */
const LONGEST_FRAME = 50;

export class EdgePan {
  #map;
  #panned;
  #frame = 0;
  #last = 0;
  #depth = { x: 0, y: 0 };
  /** How deep in the edge the drag began: it pans only farther out.
   * @type {{x: number, y: number} | null} */
  #began = null;

  /**
   * @param {L.Map} map
   * @param {() => void} panned called when the map has moved under the drag
   */
  constructor(map, panned) {
    this.#map = map;
    this.#panned = panned;
  }

  /**
   * Takes the drag's new position.
   *
   * @param {number} x container pixels
   * @param {number} y
   * @param {number} low the y of the hand itself, whose marker may be above it
   */
  follow(x, y, low) {
    const size = this.#map.getSize();
    this.#depth = { x: depthIn(x, size.x), y: depthIn(y, size.y) || depthIn(low, size.y) };
    this.#began ??= { ...this.#depth };
    for (const axis of /** @type {const} */ (["x", "y"])) {
      // A drag that has left the edge comes back to it on purpose.
      if (this.#depth[axis] === 0) this.#began[axis] = 0;
    }
    if (this.#speed("x") || this.#speed("y")) this.#start();
  }

  /** The drag is over. */
  stop() {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#began = null;
  }

  #start() {
    if (this.#frame) return;
    this.#last = performance.now();
    this.#frame = requestAnimationFrame((now) => this.#pan(now));
  }

  /** @param {number} now milliseconds */
  #pan(now) {
    this.#frame = 0;
    const time = Math.max(0, Math.min(LONGEST_FRAME, now - this.#last)) / 1000;
    this.#last = now;
    const dx = this.#speed("x") * time;
    const dy = this.#within(this.#speed("y") * time);
    if (!this.#speed("x") && !this.#speed("y")) return;
    if (dx || dy) {
      this.#map.panBy([dx, dy], { animate: false });
      this.#panned();
    }
    this.#frame ||= requestAnimationFrame((later) => this.#pan(later));
  }

  /**
   * @param {"x" | "y"} axis
   * @returns {number} CSS pixels per second
   */
  #speed(axis) {
    const depth = this.#depth[axis];
    const began = this.#began?.[axis] ?? 0;
    const isFarther = depth > 0 ? depth > Math.max(0, began) : depth < Math.min(0, began);
    return isFarther ? depth * FASTEST : 0;
  }

  /** @param {number} dy pixels downwards @returns {number} limited to the map's end */
  #within(dy) {
    const scale = worldPixels(this.#map.getZoom());
    const { min, max } = this.#map.getPixelBounds();
    if (!min || !max) return 0;
    if (dy < 0) return Math.min(0, Math.max(dy, NORTH * scale - min.y));
    return Math.max(0, Math.min(dy, SOUTH * scale - max.y));
  }
}

/**
 * @param {number} at
 * @param {number} size of the map in this direction
 * @returns {number} 0 away from the edges, up to -1 at the first and 1 at the last pixel
 */
function depthIn(at, size) {
  if (at < EDGE) return Math.max(-1, (at - EDGE) / EDGE);
  if (at > size - EDGE) return Math.min(1, (at - size + EDGE) / EDGE);
  return 0;
}
