/**
 * Handles on the zones that the surface draws: each can be moved by its grip and, once selected,
 * resized by its corners. Who has no pointer types their numbers beside the map.
 */

import { boxBetween, boxMoved } from "./boxes.js";

/** @import { Box, Zone } from "../../protocol/activities.js" */

/** South and west, north and east: the edges that meet in a corner, by their place in a box. */
const CORNERS = /** @type {[0 | 2, 1 | 3][]} */ ([
  [0, 1],
  [0, 3],
  [2, 1],
  [2, 3],
]);

/**
 * @typedef {object} ZoneEvents
 * @property {(zones: Zone[]) => void} dragged all zones, as they look while one is dragged
 * @property {(index: number, box: Box) => void} changed a zone has been dragged
 * @property {(index: number) => void} chosen a zone has been tapped
 */

export class ZoneLayer {
  #events;
  #layer;
  /** @type {Zone[]} */
  #zones = [];
  #isDragging = false;

  /**
   * @param {L.Map} map
   * @param {ZoneEvents} events
   */
  constructor(map, events) {
    this.#events = events;
    this.#layer = L.layerGroup().addTo(map);
  }

  /**
   * @param {Zone[]} zones
   * @param {number} selected -1 for none
   */
  show(zones, selected) {
    if (this.#isDragging) return; // What is dragged is newer.
    this.#zones = zones;
    this.#layer.clearLayers();
    zones.forEach((zone, index) => this.#add(zone, index, index === selected));
  }

  /**
   * @param {Zone} zone
   * @param {number} index
   * @param {boolean} isSelected
   */
  #add({ box, polygon }, index, isSelected) {
    const look = { className: isSelected ? "zone-area is-selected" : "zone-area", bubblingMouseEvents: false };
    const area = L.polygon(box ? ringOf(box) : (polygon ?? []), look);
    area.addTo(this.#layer).on("click", () => this.#events.chosen(index));
    if (!box) return;
    const grip = this.#handle("zone-grip", area.getBounds().getCenter());
    grip.on("click", () => this.#events.chosen(index));
    const corners = isSelected ? CORNERS.map(([lat, lng]) => this.#handle("zone-corner", [box[lat], box[lng]])) : [];
    /** @param {Box} now @param {L.Marker} held */
    const follow = (now, held) => {
      area.setLatLngs(ringOf(now));
      if (held !== grip) grip.setLatLng(area.getBounds().getCenter());
      corners.forEach((corner, at) => {
        const [lat, lng] = /** @type {[0 | 2, 1 | 3]} */ (CORNERS[at]);
        if (held !== corner) corner.setLatLng([now[lat], now[lng]]);
      });
    };
    this.#follows(grip, index, (there) => boxMoved(box, there), follow);
    corners.forEach((corner, at) => {
      const [lat, lng] = /** @type {[0 | 2, 1 | 3]} */ (CORNERS[3 - at]);
      const fixed = { lat: box[lat], lng: box[lng] };
      this.#follows(corner, index, (there) => boxBetween(there, fixed), follow);
    });
  }

  /**
   * @param {L.Marker} handle
   * @param {number} index
   * @param {(there: { lat: number, lng: number }) => Box} boxAt for a place of the handle
   * @param {(now: Box, held: L.Marker) => void} follow
   */
  #follows(handle, index, boxAt, follow) {
    handle.on("dragstart", () => {
      this.#isDragging = true;
    });
    handle.on("drag", () => {
      const box = boxAt(handle.getLatLng());
      follow(box, handle);
      this.#events.dragged(this.#zones.map((zone, at) => (at === index ? { ...zone, box } : zone)));
    });
    handle.on("dragend", () => {
      this.#isDragging = false;
      this.#events.changed(index, boxAt(handle.getLatLng()));
    });
  }

  /**
   * @param {string} className
   * @param {L.LatLngExpression} at
   */
  #handle(className, at) {
    const icon = L.divIcon({ className, iconSize: [44, 44] });
    return L.marker(at, { icon, draggable: true, keyboard: false, autoPan: className === "zone-grip" }).addTo(this.#layer);
  }
}

/** @param {Box} box @returns {[lat: number, lng: number][]} */
function ringOf([south, west, north, east]) {
  return [
    [south, west],
    [south, east],
    [north, east],
    [north, west],
  ];
}
