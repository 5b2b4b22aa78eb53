/**
 * The present position in the container of any place in the world.
 *
 * Leaflet animates a zoom with a CSS transition of its layers and knows only
 * the beginning and the end. A transform of translation and scale moves every
 * point on a straight line, so the camera in between is the mean of the two,
 * weighted by the transition's own curve: markers stay exactly on the map
 * below.
 */

import { worldPixels } from "../ground/mercator.js";

/** Leaflet's zoom transition (leaflet.css): milliseconds and curve. */
const ZOOM_DURATION = 250;

export class Camera {
  /** Pixels per world unit. */
  scale = 1;
  /** Container pixels of the world's upper left corner. */
  x = 0;
  y = 0;
  #map;
  #from = { scale: 1, x: 0, y: 0 };
  #zoomStarted = -Infinity;

  /** @param {L.Map} map */
  constructor(map) {
    this.#map = map;
    map.on("zoomanim", () => {
      this.#from = { scale: this.scale, x: this.x, y: this.y };
      this.#zoomStarted = performance.now();
    });
    map.on("zoomend", () => {
      this.#zoomStarted = -Infinity;
    });
  }

  /**
   * @param {number} now milliseconds
   * @returns {boolean} whether it changes by itself until the next frame
   */
  update(now) {
    const corner = /** @type {L.Point} */ (this.#map.getPixelBounds().min);
    this.scale = worldPixels(this.#map.getZoom());
    this.x = -corner.x;
    this.y = -corner.y;
    const elapsed = (now - this.#zoomStarted) / ZOOM_DURATION;
    if (elapsed >= 1) return false;
    const rest = 1 - eased(Math.max(0, elapsed));
    this.scale += (this.#from.scale - this.scale) * rest;
    this.x += (this.#from.x - this.x) * rest;
    this.y += (this.#from.y - this.y) * rest;
    return true;
  }
}

/**
 * cubic-bezier(0, 0, 0.25, 1), as in leaflet.css.
 *
 * @param {number} time 0 to 1
 */
function eased(time) {
  // x(s) = 0.75 s² (1 - s) + s³; it grows steadily, so halving finds s.
  let low = 0;
  let high = 1;
  for (let i = 0; i < 16; i += 1) {
    const s = (low + high) / 2;
    if (0.75 * s * s * (1 - s) + s * s * s < time) low = s;
    else high = s;
  }
  return 3 * low * low * (1 - low) + low * low * low;
}
