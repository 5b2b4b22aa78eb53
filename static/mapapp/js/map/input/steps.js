/**
 * Moving a marker in steps: by the arrow keys on it, or by the arrow buttons.
 * The alternative to dragging (WCAG 2.5.7 and 2.1.1).
 */

/** CSS pixels per step. */
const STEP = 10;
const LARGE_STEP = 100;
/** The marker is put down after this long (ms) without a press of an arrow button. */
const PRESS_ENDS = 1200;
/** Nearer to its edge than this (CSS pixels) the map follows the marker. */
const EDGE = 70;

/** @typedef {import("./heldMarker.js").HeldMarker} HeldMarker */

/** @type {Record<string, [number, number]>} */
const DIRECTIONS = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/**
 * @param {string} key of a KeyboardEvent
 * @param {boolean} large
 * @returns {[number, number] | null} pixels to the right and downwards
 */
export function stepOf(key, large) {
  const direction = DIRECTIONS[key];
  const size = large ? LARGE_STEP : STEP;
  return direction ? [direction[0] * size, direction[1] * size] : null;
}

export class Steps {
  #map;
  #place;
  #lift;
  /** @type {HeldMarker | null} */
  #drag = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {L.Map} map
   * @param {object} markers
   * @param {(number: number) => {px: number, py: number} | null} markers.place
   *     its present position, in container pixels
   * @param {(number: number) => HeldMarker} markers.lift
   */
  constructor(map, { place, lift }) {
    this.#map = map;
    this.#place = place;
    this.#lift = lift;
  }

  /** Whether a marker has been moved and not put down yet. */
  get moving() {
    return this.#drag?.held ?? false;
  }

  /**
   * @param {number} number
   * @param {number} dx CSS pixels to the right
   * @param {number} dy CSS pixels downwards
   */
  move(number, dx, dy) {
    clearTimeout(this.#timer);
    if (this.#drag?.number !== number || !this.moving) {
      this.drop();
      this.#drag = this.#lift(number);
    }
    const from = this.#place(number);
    if (!from) return;
    const to = L.point(from.px + dx, from.py + dy);
    const { lat, lng } = this.#map.containerPointToLatLng(to).wrap();
    this.#drag.to(lat, lng);
    this.#follow(to);
  }

  /**
   * One press of an arrow button. A timer puts the marker down after the last one.
   *
   * @param {number} number
   * @param {string} key the arrow key that the button stands for
   */
  press(number, key) {
    const step = stepOf(key, false);
    if (step) this.move(number, ...step);
    this.#timer = setTimeout(() => this.drop(), PRESS_ENDS);
  }

  drop() {
    clearTimeout(this.#timer);
    this.#drag?.drop();
    this.#drag = null;
  }

  cancel() {
    clearTimeout(this.#timer);
    this.#drag?.cancel();
    this.#drag = null;
  }

  /** @param {L.Point} point of the container that stays in view */
  #follow({ x, y }) {
    const size = this.#map.getSize();
    const right = Math.max(0, x - (size.x - EDGE)) + Math.min(0, x - EDGE);
    const down = Math.max(0, y - (size.y - EDGE)) + Math.min(0, y - EDGE);
    if (right || down) this.#map.panBy([right, down], { animate: false });
  }
}
