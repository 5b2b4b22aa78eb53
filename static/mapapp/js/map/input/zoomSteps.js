/**
 * The zoom buttons and keys: each press is one step, however fast they follow
 * each other. Leaflet itself drops what comes while it animates a step.
 */
export class ZoomSteps {
  #map;
  /** Where the presses so far lead, until the map is there. @type {number | null} */
  #wanted = null;
  /** Where the map is on its way to. @type {number | null} */
  #going = null;
  #isAnimating = false;
  /** What the map shows once its animation is over. @type {(() => void) | null} */
  #next = null;

  /** @param {L.Map} map */
  constructor(map) {
    this.#map = map;
    map.on("zoomanim", () => {
      this.#isAnimating = true;
    });
    map.on("zoomend", () => this.#arrived());
    // A hand on the map wants what it does now.
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
   * Another view takes the place of all presses so far. While Leaflet animates a step, or is
   * about to, it would drop that, too.
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
