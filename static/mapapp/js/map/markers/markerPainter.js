/** Paints one marker on a canvas: its sprite, and a ring around one's own. */

import { Sprites } from "./sprites.js";

/** The scale of a marker under the hand. */
const RAISED_SCALE = 1.35;
const CHOSEN_SCALE = 1.2;
/** The radius of a marker on a phone, in CSS pixels. */
const USUAL_RADIUS = 11;
const PENDING_ALPHA = 0.55;

/** @typedef {import("./markerScene.js").MarkerView} MarkerView */

export class MarkerPainter {
  #radius = 0;
  /** @type {Sprites | undefined} */
  #sprites;
  #ring = "";
  #ringPaper = "";

  /**
   * To be called before anything is painted, and when colours have changed.
   *
   * @param {number} ratio device pixels per CSS pixel
   * @param {number} radius of a marker, in CSS pixels
   * @throws {import("../../ui/canvas.js").NoCanvas}
   */
  restyle(ratio, radius) {
    this.#radius = radius;
    const style = getComputedStyle(document.documentElement);
    this.#sprites?.discard();
    this.#sprites = new Sprites({ radius: this.#radius, ratio });
    this.#ring = style.getPropertyValue("--ink");
    this.#ringPaper = style.getPropertyValue("--paper");
  }

  /**
   * @param {CanvasRenderingContext2D} context in CSS pixels
   * @param {MarkerView} drawn
   */
  paint(context, drawn) {
    const scale = drawn.raised ? RAISED_SCALE : drawn.chosen ? CHOSEN_SCALE : 1;
    if (drawn.own || drawn.chosen) this.#paintRing(context, drawn, scale);
    if (drawn.unsaved) context.globalAlpha = PENDING_ALPHA;
    this.#sprites?.draw(context, drawn.icon, drawn.colour, drawn.px, drawn.py, scale);
    context.globalAlpha = 1;
  }

  /**
   * Paints an ordinary marker at a given place.
   *
   * @param {CanvasRenderingContext2D} context in CSS pixels
   * @param {MarkerView} drawn
   * @param {number} x
   * @param {number} y
   */
  paintPlain(context, { icon, colour }, x, y) {
    this.#sprites?.draw(context, icon, colour, x, y);
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {MarkerView} drawn
   * @param {number} scale
   */
  #paintRing(context, { px, py, unsaved }, scale) {
    context.beginPath();
    // Lines as fine as on a phone would be invisible on a wall.
    const unit = Math.max(1, this.#radius / USUAL_RADIUS);
    context.arc(px, py, (this.#radius + 6 * unit) * scale, 0, 2 * Math.PI);
    context.setLineDash(unsaved ? [4 * unit, 5 * unit] : []);
    context.lineWidth = 5 * unit;
    context.strokeStyle = this.#ringPaper;
    context.stroke();
    context.lineWidth = 2.5 * unit;
    context.strokeStyle = this.#ring;
    context.stroke();
    context.setLineDash([]);
  }
}
