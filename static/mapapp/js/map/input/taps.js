/**
 * Taps and double taps on free places of the map. Two in a row zoom in there, as
 * on every other map; a single tap is reported once no second one can follow. Its
 * effect can be previewed at once, and it is never lost: a page that goes away
 * reports it first.
 */

/** A second tap comes within this time (ms) … */
const DOUBLE_WITHIN = 280;
/** … and within this distance (CSS pixels). */
const DOUBLE_NEAR = 40;

/** @typedef {{lat: number, lng: number}} Place */

export class Taps {
  #map;
  #onTap;
  #onWait;
  /** @type {{place: Place, x: number, y: number, timer: ReturnType<typeof setTimeout>} | null} */
  #first = null;

  /**
   * @param {L.Map} map
   * @param {object} events
   * @param {(place: Place) => void} events.tap
   * @param {(place: Place | null) => void} events.wait a tap that may be the first of two; null
   *   when that is decided, before `tap`
   */
  constructor(map, { tap, wait }) {
    this.#map = map;
    this.#onTap = tap;
    this.#onWait = wait;
    // Before the session's own handler, which then keeps the change.
    addEventListener("pagehide", () => this.flush(), { capture: true });
    document.addEventListener("visibilitychange", () => this.flush(), { capture: true });
  }

  /**
   * @param {number} x container pixels
   * @param {number} y
   * @param {Place} place
   */
  take(x, y, place) {
    const first = this.#first;
    if (first && Math.hypot(x - first.x, y - first.y) <= DOUBLE_NEAR) {
      this.#forget();
      const zoom = this.#map.getZoom() + 1;
      this.#map.setZoomAround(L.point(x, y), zoom);
      return;
    }
    this.flush();
    const timer = setTimeout(() => this.flush(), DOUBLE_WITHIN);
    this.#first = { place, x, y, timer };
    this.#onWait(place);
  }

  /** Reports a waiting tap now. */
  flush() {
    const first = this.#first;
    if (!first) return;
    this.#forget();
    this.#onTap(first.place);
  }

  #forget() {
    clearTimeout(this.#first?.timer);
    this.#first = null;
    this.#onWait(null);
  }
}
