/** The density of markers, as colours instead of markers. */

import { contextOf } from "../../ui/canvas.js";
import { colourRamp } from "./heatColours.js";
import { HeatGrid } from "./heatGrid.js";

/** The number of cells from side to side, so that it looks alike on every screen … */
const ACROSS = 140;
/** … unless they would be smaller than this (CSS pixels). */
const SMALLEST_CELL = 6;
/** The reach of the blur, in cells. */
const REACH = 2;
/** The last colour stands for at least this many markers in one place. */
const CROWD = 8;
/** How fast the scale follows the densest place: the share of the difference per drawing. */
const FOLLOWS = 0.15;
const COLOURS = 256;

/** @typedef {import("../markers/markerScene.js").MarkerView} MarkerView */

export class HeatPicture {
  #grid = new HeatGrid(REACH);
  #canvas = document.createElement("canvas");
  /** Red, green, blue and opacity of each step. */
  #colours = new Uint32Array(COLOURS);
  #peak = 0;

  /** To be called when colours have changed. */
  restyle() {
    const style = getComputedStyle(document.documentElement);
    const names = ["--heat-none", "--heat-few", "--heat-some", "--heat-many"];
    const stops = names.map((name) => style.getPropertyValue(name));
    this.#colours = new Uint32Array(colourRamp(stops, COLOURS).buffer);
    // A place without markers is transparent.
    this.#colours[0] = 0;
  }

  /**
   * Replaces all that is on a canvas, in CSS pixels.
   *
   * @param {CanvasRenderingContext2D} context
   * @param {MarkerView[]} inView
   * @param {{width: number, height: number}} size of the canvas, in CSS pixels
   */
  draw(context, inView, { width, height }) {
    const cell = Math.max(SMALLEST_CELL, Math.round(width / ACROSS));
    const columns = Math.ceil(width / cell);
    const rows = Math.ceil(height / cell);
    if (!columns || !rows) return;
    this.#grid.clear(columns, rows);
    for (const { px, py } of inView) this.#grid.add(px / cell, py / cell);
    this.#colour(this.#grid.blur());
    context.globalCompositeOperation = "copy";
    context.imageSmoothingQuality = "medium";
    context.drawImage(this.#canvas, 0, 0, columns * cell, rows * cell);
    context.globalCompositeOperation = "source-over";
  }

  /** @param {number} peak the greatest density */
  #colour(peak) {
    const { columns, rows, density } = this.#grid;
    this.#peak += (peak - this.#peak) * (this.#peak ? FOLLOWS : 1);
    const spread = (2 * REACH + 1) ** 2;
    // By the square root: beside a large crowd a small one is still visible.
    const scale = (COLOURS - 1) ** 2 / Math.max(this.#peak, CROWD / spread);
    if (this.#canvas.width !== columns || this.#canvas.height !== rows) {
      this.#canvas.width = columns;
      this.#canvas.height = rows;
    }
    const context = contextOf(this.#canvas);
    const image = context.createImageData(columns, rows);
    const pixels = new Uint32Array(image.data.buffer);
    for (let i = 0; i < pixels.length; i += 1) {
      const step = Math.round(Math.sqrt(/** @type {number} */ (density[i]) * scale));
      pixels[i] = /** @type {number} */ (this.#colours[Math.min(step, COLOURS - 1)]);
    }
    context.putImageData(image, 0, 0);
  }
}
