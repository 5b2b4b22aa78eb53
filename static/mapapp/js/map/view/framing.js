/** Moves the map so that it shows the markers that its user wants to see. */

import { areaBetween, extentOfArea, viewShown } from "./area.js";
import { clearest } from "./clearest.js";
import { extentOf, freePart, zoomFor } from "./fit.js";
import { glideTo, jumpTo, showAt } from "./showAt.js";
import { clearPlace, within } from "./nearestFree.js";

/**
 * @import { MarkerCanvas } from "../markers/markerCanvas.js"
 * @import { MarkerView } from "../markers/markerScene.js"
 * @import { View } from "../../protocol/activities.js"
 * @import { Area } from "./area.js"
 * @import { Box } from "./nearestFree.js"
 */

/** The distance of a requested marker from anything that covers the map, in CSS pixels. */
const CLEAR = 36;
/** The same if a small phone's sheet leaves less: room for marker and ring, or for its centre. */
const CLEAR_IF_NEED_BE = /** @type {const} */ ([22, 8]);

/** A free band lower than this share of the map, as on a phone held sideways, is too low. */
const LOW = 0.4;

/** The closest zoom for showing all markers … */
const CLOSEST = 5;
/** … and for showing one's own, unless the map is closer already. */
const NEAR = 3;

export class Framing {
  #map;
  #canvas;
  #covered;

  /**
   * @param {L.Map} map
   * @param {MarkerCanvas} canvas knows where markers are drawn now
   * @param {() => Box[]} covered the boxes over the map, in CSS pixels of the page
   */
  constructor(map, canvas, covered) {
    this.#map = map;
    this.#canvas = canvas;
    this.#covered = covered;
  }

  /** @param {MarkerView[]} markers all there are, at least one */
  showAll(markers) {
    this.#fit(markers, CLOSEST);
  }

  /**
   * Shows them no closer than now if a country can be recognised already.
   *
   * @param {MarkerView[]} markers at least one
   */
  showNear(markers) {
    this.#fit(markers, Math.max(this.#map.getZoom(), NEAR));
  }

  /** @param {MarkerView[]} markers at least one; if one of them is out of view, all are shown */
  showIfHidden(markers) {
    const { left, top, right, bottom } = this.#freePart();
    this.#canvas.camera.update(performance.now());
    const areSeen = markers.every((drawn) => {
      this.#canvas.locate(drawn);
      return drawn.px > left && drawn.px < right && drawn.py > top && drawn.py < bottom;
    });
    if (!areSeen) this.#fit(markers, this.#map.getZoom());
  }

  /**
   * Shows a part of the world in the uncovered part of the map.
   *
   * @param {Area} area
   * @param {boolean} glide in one long motion
   */
  showArea(area, glide) {
    const map = this.#map;
    const extent = extentOfArea(area);
    const free = this.#freePart(0);
    const wanted = zoomFor(extent, free, map.options.zoomSnap ?? 1);
    const zoom = Math.max(map.getMinZoom(), Math.min(map.getMaxZoom(), wanted));
    const middle = { x: (free.left + free.right) / 2, y: (free.top + free.bottom) / 2 };
    (glide && map.options.zoomAnimation ? glideTo : jumpTo)(map, extent, middle, zoom);
  }

  /** @returns {Area} the part of the world that is in the uncovered part of the map */
  get shownArea() {
    const { left, top, right, bottom } = this.#freePart(0);
    const map = this.#map;
    return areaBetween(
      map.containerPointToLatLng([left, top]),
      map.containerPointToLatLng([right, bottom]),
    );
  }

  /** @returns {View} what the map shows now, as the first view of an activity */
  get shownView() {
    const { left, top, right } = this.#freePart(0);
    const map = this.#map;
    // A first view is fitted below the question, and down to the map's end.
    const height = Math.max(1, map.getSize().y - top);
    const middle = map.containerPointToLatLng([(left + right) / 2, top + height / 2]);
    return viewShown(middle, map.getZoom(), { width: right - left, height });
  }

  /**
   * Moves the map so that a marker is in its uncovered part.
   *
   * @param {MarkerView} drawn with its present position
   * @param {Box} sheet covers a part of the map now, too; CSS pixels of the page
   */
  bringIntoView(drawn, sheet) {
    const boxes = within(this.#map.getContainer(), [...this.#covered(), sheet]);
    const from = { x: drawn.px, y: drawn.py };
    const there = clearPlace(from, this.#map.getSize(), boxes, [CLEAR, ...CLEAR_IF_NEED_BE]);
    if (there.x !== drawn.px || there.y !== drawn.py) showAt(this.#map, drawn, there);
  }

  /**
   * @param {MarkerView[]} markers at least one
   * @param {number} closest zoom
   */
  #fit(markers, closest) {
    const map = this.#map;
    const extent = extentOf(markers);
    const free = this.#freePart();
    const step = map.options.zoomSnap ?? 1;
    const zoom = Math.max(map.getMinZoom(), Math.min(closest, zoomFor(extent, free, step)));
    const middle = { x: (free.left + free.right) / 2, y: (free.top + free.bottom) / 2 };
    const size = map.getSize();
    if (free.bottom - free.top >= size.y * LOW) {
      jumpTo(map, extent, middle, zoom);
      return;
    }
    const boxes = within(map.getContainer(), this.#covered());
    const zooms = [];
    for (let z = Math.max(closest, zoom); z >= map.getMinZoom(); z -= step) zooms.push(z);
    const there = clearest(markers, extent, { size, boxes, clear: CLEAR_IF_NEED_BE[0] }, zooms);
    jumpTo(map, extent, there.middle, there.zoom);
  }

  /** The uncovered part of the map. @param {number} [margin] all around */
  #freePart(margin = CLEAR) {
    const boxes = within(this.#map.getContainer(), this.#covered());
    return freePart(this.#map.getSize(), boxes, margin);
  }
}
