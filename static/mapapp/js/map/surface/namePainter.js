/** The names of places on the land, where no tiles bring theirs. */

import { besideTheRoom } from "../ground/attribution.js";
import { DOT_GAP, layOutNames } from "./nameLayout.js";
import { PlaceNames } from "./placeNames.js";
import { copiesInView } from "./surfaceCanvas.js";
import { FONTS, colour } from "./text.js";

/**
 * @import { ShownName } from "./nameLayout.js"
 * @import { Scene } from "./surfaceCanvas.js"
 */

const FONT_SIZE = 12;
const DOT = 2;
/** The names' own size grows less than that of markers' labels on a wall. */
const MOST_SCALE = 1.7;
/** Names beyond the edges of the map are laid out, too, by this share of it. */
const AROUND = 0.5;

export class NamePainter {
  #map;
  #names;
  #isOn = false;
  #credit = besideTheRoom('<a href="https://www.geonames.org">GeoNames</a>');
  /** @type {ShownName[]} */
  #shown = [];
  /** For which zoom and part of the world they are laid out. */
  #laidOut = "";
  /** @type {Map<string, number>} */
  #widths = new Map();
  #colours = { ink: "", halo: "" };

  /**
   * @param {L.Map} map
   * @param {string} url of the names of the whole world
   * @param {() => void} changed
   */
  constructor(map, url, changed) {
    this.#map = map;
    this.#names = new PlaceNames(url, () => {
      this.#laidOut = "";
      changed();
    });
    this.restyle();
  }

  get isEmpty() {
    return !this.#isOn;
  }

  /** @param {boolean} isOn whether names are shown */
  set isOn(isOn) {
    if (isOn === this.#isOn) return;
    this.#isOn = isOn;
    const { attributionControl } = this.#map;
    if (isOn) attributionControl.addAttribution(this.#credit);
    else attributionControl.removeAttribution(this.#credit);
  }

  restyle() {
    this.#widths.clear();
    this.#laidOut = "";
    this.#colours = { ink: colour("--place-ink"), halo: colour("--land") };
  }

  /**
   * @param {Scene} scene
   * @returns {boolean}
   */
  draw(scene) {
    const { context, scale, y, width, height } = scene;
    const textScale = Math.min(MOST_SCALE, scene.textScale);
    const size = FONT_SIZE * textScale;
    context.font = `500 ${size}px ${FONTS}`;
    if (!scene.isZooming) this.#layOut(scene, size, textScale);
    context.textAlign = "left";
    context.textBaseline = "middle";
    context.lineJoin = "round";
    context.lineWidth = 3;
    context.strokeStyle = this.#colours.halo;
    context.fillStyle = this.#colours.ink;
    for (const left of copiesInView(scene)) {
      for (const name of this.#shown) {
        const px = left + name.x * scale;
        const py = y + name.y * scale;
        if (px < -name.width || px > width || py < -size || py > height + size) continue;
        context.beginPath();
        context.arc(px, py, DOT * textScale, 0, 2 * Math.PI);
        context.stroke();
        context.fill();
        context.strokeText(name.name, px + DOT_GAP, py);
        context.fillText(name.name, px + DOT_GAP, py);
      }
    }
    return false;
  }

  /**
   * @param {Scene} scene
   * @param {number} size of the type
   * @param {number} textScale
   */
  #layOut({ context, zoom }, size, textScale) {
    const bounds = this.#map.getBounds().pad(AROUND);
    const area = {
      south: bounds.getSouth(),
      west: bounds.getWest(),
      north: bounds.getNorth(),
      east: bounds.getEast(),
    };
    const names = this.#names.around(area, zoom);
    const laidOut = `${zoom} ${size} ${names.length} ${names[names.length - 1]?.[0]}`;
    if (laidOut === this.#laidOut) return;
    this.#laidOut = laidOut;
    this.#shown = layOutNames(names, {
      zoom,
      height: size * 1.2,
      textScale,
      widthOf: (name) => {
        const known = this.#widths.get(name) ?? context.measureText(name).width;
        this.#widths.set(name, known);
        return known;
      },
    });
  }
}
