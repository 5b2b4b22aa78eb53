/** The points that are to be found, each with the radius within which a guess is right. */

/** @import { Target } from "../../protocol/activities.js" */

export class TargetLayer {
  #layer;
  #moved;
  #isDragging = false;

  /**
   * @param {L.Map} map
   * @param {(index: number, place: { lat: number, lng: number }) => void} moved
   */
  constructor(map, moved) {
    this.#moved = moved;
    this.#layer = L.layerGroup().addTo(map);
  }

  /** @param {Target[]} targets */
  show(targets) {
    if (this.#isDragging) return; // What is dragged is newer.
    this.#layer.clearLayers();
    targets.forEach(([lat, lng, radius], index) => {
      const circle = L.circle([lat, lng], { radius: radius * 1000, className: "target-area", interactive: false });
      if (radius > 0) circle.addTo(this.#layer);
      const icon = L.divIcon({ className: "target-pin", html: String(index + 1), iconSize: [44, 44] });
      const pin = L.marker([lat, lng], { icon, draggable: true, keyboard: false, autoPan: true });
      pin.on("dragstart", () => {
        this.#isDragging = true;
      });
      pin.on("drag", () => circle.setLatLng(pin.getLatLng()));
      pin.on("dragend", () => {
        this.#isDragging = false;
        const there = pin.getLatLng().wrap();
        this.#moved(index, { lat: there.lat, lng: there.lng });
      });
      pin.addTo(this.#layer);
    });
  }
}
