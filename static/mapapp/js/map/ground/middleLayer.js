/** The middle of the room on the map, and the ellipse that half of the people are in. */

import { ellipseRing } from "./ellipse.js";

/** @import { Ellipse } from "./ellipse.js" */

/**
 * @typedef {object} Middle
 * @property {{ lat: number, lng: number }} centre
 * @property {Ellipse | null} ellipse
 */

/** The world repeats sideways: these copies are drawn, in turns. */
const COPIES = [-1, 0, 1];

export class MiddleLayer {
  #layer;

  /** @param {L.Map} map */
  constructor(map) {
    const pane = map.createPane("middle");
    // Over the ground and below the markers.
    pane.style.zIndex = "402";
    pane.style.pointerEvents = "none";
    this.#layer = L.layerGroup().addTo(map);
  }

  /** @param {Middle | null} middle null to take it off */
  show(middle) {
    this.#layer.clearLayers();
    if (!middle) return;
    const ring = middle.ellipse ? ellipseRing(middle.ellipse) : [];
    for (const turns of COPIES) {
      /** @param {[number, number]} place @returns {[number, number]} */
      const there = ([lat, lng]) => [lat, lng + 360 * turns];
      const options = { pane: "middle", interactive: false };
      if (ring.length > 0) {
        this.#layer.addLayer(
          L.polygon(ring.map(there), { ...options, className: "middle-ellipse" }),
        );
      }
      const centre = there([middle.centre.lat, middle.centre.lng]);
      this.#layer.addLayer(
        L.circleMarker(centre, { ...options, radius: 9, className: "middle-point" }),
      );
    }
  }
}
