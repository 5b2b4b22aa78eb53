import { contextOf, discard } from "../../ui/canvas.js";
import { COLOURS, SHAPES, shapeOf } from "./palette.js";

const BOX = 24;

/**
 * Every shape in every colour, drawn once; a marker on the map is then one copy.
 *
 * White around the fill and a dark line around the white keep each of them
 * visible on land, sea and tiles, light and dark.
 */
export class Sprites {
  #atlas = document.createElement("canvas");
  #cell;
  #ratio;
  /** The size of a shape's box in the atlas, in CSS pixels. */
  #size;

  /**
   * @param {{radius: number, ratio: number}} how `radius` in CSS pixels, `ratio`
   *     in device pixels per CSS pixel
   */
  constructor({ radius, ratio }) {
    this.#ratio = ratio;
    this.#size = radius * 2;
    // Room for the outline, which grows with the shape, and the shadow; whole device pixels.
    this.#cell = Math.ceil((this.#size * 1.25 + 7) * ratio);
    this.#atlas.width = this.#cell * COLOURS.length;
    this.#atlas.height = this.#cell * SHAPES.length;
    const context = contextOf(this.#atlas);
    SHAPES.forEach((shape, row) => {
      const path = new Path2D(shape.path);
      COLOURS.forEach((colour, column) => {
        context.save();
        context.translate((column + 0.5) * this.#cell, (row + 0.5) * this.#cell);
        const unit = (this.#size / BOX) * ratio;
        context.scale(unit, unit);
        context.translate(-BOX / 2, -BOX / 2);
        this.#drawShape(context, path, colour.hex);
        context.restore();
      });
    });
  }

  /** Frees their memory; they cannot be drawn afterwards. */
  discard() {
    discard(this.#atlas);
  }

  /**
   * @param {CanvasRenderingContext2D} context in CSS pixels
   * @param {number} icon
   * @param {number} colour
   * @param {number} x where the marker's place is, in CSS pixels
   * @param {number} y
   * @param {number} [scale]
   */
  draw(context, icon, colour, x, y, scale = 1) {
    const row = icon < SHAPES.length ? icon : 0;
    const column = colour < COLOURS.length ? colour : 0;
    const shape = shapeOf(row);
    const side = (this.#cell / this.#ratio) * scale;
    const unit = (this.#size / BOX) * scale;
    const left = x - side / 2 - (shape.x - BOX / 2) * unit;
    const top = y - side / 2 - (shape.y - BOX / 2) * unit;
    context.drawImage(
      this.#atlas,
      column * this.#cell,
      row * this.#cell,
      this.#cell,
      this.#cell,
      // A copy on whole device pixels is sharp, and twice as fast.
      Math.round(left * this.#ratio) / this.#ratio,
      Math.round(top * this.#ratio) / this.#ratio,
      side,
      side,
    );
  }

  /**
   * @param {CanvasRenderingContext2D} context in the shape's own units
   * @param {Path2D} path
   * @param {string} fill
   */
  #drawShape(context, path, fill) {
    context.lineJoin = "round";
    context.shadowColor = "rgb(8 16 24 / 45%)";
    context.shadowBlur = 3 * this.#ratio;
    context.shadowOffsetY = this.#ratio;
    context.lineWidth = 6;
    context.strokeStyle = "rgb(16 32 44 / 70%)";
    context.stroke(path);
    context.shadowColor = "transparent";
    context.lineWidth = 4;
    context.strokeStyle = "#fff";
    context.stroke(path);
    context.fillStyle = fill;
    context.fill(path);
  }
}
