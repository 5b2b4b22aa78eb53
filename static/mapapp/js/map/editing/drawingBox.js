/** Draws an area on the map: from where the finger or the mouse goes down to where it comes up. */

import { boxBetween } from "./boxes.js";

/** @import { Box } from "../../protocol/activities.js" */

/** A press that moves less than this (CSS pixels) has drawn nothing. */
const LEAST_PIXELS = 12;

export class DrawingBox {
  isOn = false;
  #map;
  #done;
  /** @type {L.Point | null} */
  #from = null;
  /** @type {L.Rectangle | null} */
  #rectangle = null;
  /** Whether the map could be dragged before. */
  #couldDrag = false;

  /**
   * @param {L.Map} map
   * @param {(box: Box | null) => void} done
   */
  constructor(map, done) {
    this.#map = map;
    this.#done = done;
    const container = map.getContainer();
    // Before Leaflet, and before the zones that lie there.
    container.addEventListener("pointerdown", (event) => this.#down(event), true);
    container.addEventListener("pointermove", (event) => this.#move(event), true);
    container.addEventListener("pointerup", (event) => this.#up(event), true);
    container.addEventListener("pointercancel", () => this.#end(null), true);
    addEventListener("keydown", (event) => {
      if (this.isOn && event.key === "Escape") this.#end(null);
    });
  }

  start() {
    if (this.isOn) return;
    this.isOn = true;
    this.#couldDrag = this.#map.dragging.enabled();
    this.#map.dragging.disable();
    this.#map.getContainer().classList.add("is-drawing");
  }

  stop() {
    if (this.isOn) this.#end(null);
  }

  /** @param {PointerEvent} event */
  #down(event) {
    if (!this.isOn || !event.isPrimary || isControl(event.target)) return;
    event.stopPropagation();
    event.preventDefault();
    this.#map.getContainer().setPointerCapture(event.pointerId);
    this.#from = this.#pointOf(event);
  }

  /** @param {PointerEvent} event */
  #move(event) {
    if (!this.#from) return;
    event.stopPropagation();
    const [south, west, north, east] = this.#box(this.#from, this.#pointOf(event));
    const bounds = L.latLngBounds([south, west], [north, east]);
    this.#rectangle ??= L.rectangle(bounds, { className: "zone-area is-selected", interactive: false }).addTo(this.#map);
    this.#rectangle.setBounds(bounds);
  }

  /** @param {PointerEvent} event */
  #up(event) {
    const from = this.#from;
    if (!from) return;
    event.stopPropagation();
    const to = this.#pointOf(event);
    if (from.distanceTo(to) >= LEAST_PIXELS) this.#end(this.#box(from, to));
    else this.#from = null;
  }

  /** @param {Box | null} box */
  #end(box) {
    if (!this.isOn) return;
    this.isOn = false;
    this.#from = null;
    this.#rectangle?.remove();
    this.#rectangle = null;
    if (this.#couldDrag) this.#map.dragging.enable();
    this.#map.getContainer().classList.remove("is-drawing");
    this.#done(box);
  }

  /** @param {PointerEvent} event */
  #pointOf(event) {
    return this.#map.mouseEventToContainerPoint(event);
  }

  /** @param {L.Point} from @param {L.Point} to */
  #box(from, to) {
    return boxBetween(this.#map.containerPointToLatLng(from), this.#map.containerPointToLatLng(to));
  }
}

/** @param {EventTarget | null} target @returns {boolean} whether it is one of the map's buttons */
function isControl(target) {
  return target instanceof Element && target.closest("button, a") !== null;
}
