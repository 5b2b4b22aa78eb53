/**
 * Points that can be dragged: those to be found, each with the radius within which a guess is right,
 * or markers that are pinned. Who has no pointer types their numbers beside the map.
 */

import { element } from "../../ui/dom.js";

/**
 * @typedef {object} Point
 * @property {number} lat
 * @property {number} lng
 * @property {string} text in it
 * @property {string} [label] beside it
 * @property {number} [radius] of the area around it (km)
 */

/**
 * @typedef {object} PointEvents
 * @property {(index: number, place: { lat: number, lng: number }) => void} moved
 * @property {(index: number) => void} [chosen] it has been tapped
 */

export class PointLayer {
  #className;
  #layer;
  #events;
  #isDragging = false;
  /** The points that are drawn, as JSON. */
  #shown = "";

  /**
   * @param {L.Map} map
   * @param {string} className
   * @param {PointEvents} events
   */
  constructor(map, className, events) {
    this.#className = className;
    this.#events = events;
    this.#layer = L.layerGroup().addTo(map);
  }

  /** @param {Point[]} points */
  show(points) {
    if (this.#isDragging) return; // What is dragged is newer.
    // A point under somebody's finger stays the same element while nothing changes.
    const shown = JSON.stringify(points);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#layer.clearLayers();
    points.forEach((point, index) => this.#add(point, index));
  }

  /**
   * @param {Point} point
   * @param {number} index
   */
  #add({ lat, lng, text, label = "", radius = 0 }, index) {
    const circle = L.circle([lat, lng], { radius: radius * 1000, className: "target-area", interactive: false });
    if (radius > 0) circle.addTo(this.#layer);
    const words = label ? [element("bdi", { class: "point-label" }, label)] : [];
    const html = element("span", { class: "point" }, element("span", { class: "point-text" }, text), ...words);
    const icon = L.divIcon({ className: this.#className, html, iconSize: [44, 44] });
    const pin = L.marker([lat, lng], { icon, draggable: true, keyboard: false, autoPan: true });
    pin.on("click", () => this.#events.chosen?.(index));
    pin.on("dragstart", () => {
      this.#isDragging = true;
    });
    pin.on("drag", () => circle.setLatLng(pin.getLatLng()));
    pin.on("dragend", () => {
      this.#isDragging = false;
      // Where it was let go need not be where it goes.
      this.#shown = "";
      const there = pin.getLatLng().wrap();
      this.#events.moved(index, { lat: there.lat, lng: there.lng });
    });
    pin.addTo(this.#layer);
  }
}
