/**
 * The zoom buttons and keys: each press is one step, however fast they follow
 * each other. Leaflet itself drops presses while it animates a step.
 */
export class ZoomSteps {
  #map;
  /** The zoom that all presses so far add up to, until it is reached. @type {number | null} */
  #wanted = null;
  /** The zoom that the map is on its way to. @type {number | null} */
  #going = null;
  #isAnimating = false;
  /** Shows another view once the animation is over. @type {(() => void) | null} */
  #next = null;

  /** @param {L.Map} map */
  constructor(map) {
    this.#map = map;
    map.on("zoomanim", () => {
      this.#isAnimating = true;
    });
    map.on("zoomend", () => this.#arrived());
    // A hand on the map overrides earlier presses.
    for (const event of ["pointerdown", "wheel"]) {
      map.getContainer().addEventListener(event, () => this.#forget(), { passive: true });
    }
  }

  /** @param {number} step zoom levels; below 0 it zooms out */
  by(step) {
    const isOnItsWay = this.#wanted !== null;
    const wanted = (this.#wanted ?? this.#map.getZoom()) + step;
    this.#wanted = Math.max(this.#map.getMinZoom(), Math.min(wanted, this.#map.getMaxZoom()));
    if (!isOnItsWay) this.#go();
  }

  /**
   * Shows another view instead of following the presses so far. It waits for a step under
   * way, because Leaflet would drop the view, too.
   *
   * @param {() => void} show called at once, or as soon as the present step is over
   */
  instead(show) {
    const isOnItsWay = this.#isAnimating || this.#going !== null;
    this.#forget();
    if (isOnItsWay) this.#next = show;
    else show();
  }

  #go() {
    const wanted = this.#wanted;
    if (wanted === null || wanted === this.#map.getZoom()) {
      this.#forget();
      return;
    }
    this.#going = wanted;
    this.#map.setZoom(wanted);
  }

  #arrived() {
    this.#isAnimating = false;
    const next = this.#next;
    this.#next = null;
    if (next) {
      this.#forget();
      next();
    } else if (this.#wanted === this.#going) this.#forget();
    else this.#go();
  }

  #forget() {
    this.#wanted = this.#going = null;
  }
}
