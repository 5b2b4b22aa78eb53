/** The empty plane: a square of paper with its axes, whose ends have names. */

import { worldX, worldY } from "../ground/mercator.js";
import { FONTS, colour, drawLines, heightOf, wrapped } from "./text.js";

/**
 * @import { Axes, Surface } from "../../protocol/activities.js"
 * @import { Scene } from "./surfaceCanvas.js"
 */

const LEFT = worldX(-1);
const RIGHT = worldX(1);
const TOP = worldY(1);
const BOTTOM = worldY(-1);
/** The grid has this many cells across. */
const CELLS = 8;
/** Of the names of the axes' ends (CSS pixels). */
const FONT_SIZE = 15;
const MARGIN = 8;
/** The share of the square that a name may take. */
const SHARE = 0.42;

export class PlanePainter {
  isEmpty = true;
  /** @type {Axes} */
  #axes = {};
  #colours = { paper: "", grid: "", line: "", ink: "" };

  constructor() {
    this.restyle();
  }

  /** @param {Surface} surface */
  show(surface) {
    this.isEmpty = surface.kind !== "plane";
    this.#axes = surface.axes ?? {};
  }

  restyle() {
    this.#colours = {
      paper: colour("--paper"),
      grid: colour("--plane-grid"),
      line: colour("--plane-line"),
      ink: colour("--ink"),
    };
  }

  /**
   * @param {Scene} scene
   * @returns {boolean}
   */
  draw(scene) {
    const { context, scale, x, y } = scene;
    const left = x + LEFT * scale;
    const top = y + TOP * scale;
    const side = (RIGHT - LEFT) * scale;
    const height = (BOTTOM - TOP) * scale;
    context.fillStyle = this.#colours.paper;
    context.fillRect(left, top, side, height);
    context.lineWidth = 1;
    context.strokeStyle = this.#colours.grid;
    context.beginPath();
    for (let i = 1; i < CELLS; i += 1) {
      line(context, left + (side * i) / CELLS, top, 0, height);
      line(context, left, top + (height * i) / CELLS, side, 0);
    }
    context.stroke();
    context.strokeStyle = this.#colours.line;
    context.lineWidth = 2;
    context.strokeRect(left, top, side, height);
    context.beginPath();
    if (this.#axes.x) line(context, left, top + height / 2, side, 0);
    if (this.#axes.y) line(context, left + side / 2, top, 0, height);
    context.stroke();
    return false;
  }

  /**
   * Draws the names of the axes' ends, above what else is drawn on the plane.
   *
   * @param {Scene} scene
   */
  drawNames(scene) {
    const { context, scale, width, height, textScale } = scene;
    const size = FONT_SIZE * textScale;
    context.font = `650 ${size}px ${FONTS}`;
    const square = {
      // A name stays in view where the end of its axis is not.
      left: Math.max(0, scene.x + LEFT * scale) + MARGIN,
      right: Math.min(width, scene.x + RIGHT * scale) - MARGIN,
      top: Math.max(0, scene.y + TOP * scale) + MARGIN,
      bottom: Math.min(height, scene.y + BOTTOM * scale) - MARGIN,
    };
    const middle = { x: scene.x + 0.5 * scale, y: scene.y + 0.5 * scale };
    const room = (square.right - square.left) * SHARE;
    const { x: across, y: along } = this.#axes;
    /**
     * @param {string} name
     * @param {CanvasTextAlign} align
     * @param {number} x
     * @param {(textHeight: number) => number} y
     */
    const write = (name, align, x, y) => {
      const lines = wrapped(context, name, room);
      context.textAlign = align;
      const { ink, paper: halo } = this.#colours;
      drawLines(context, lines, { x, y: y(heightOf(lines, size)), size, ink, halo });
    };
    if (across) {
      write(across[0], "left", square.left, () => middle.y + MARGIN);
      write(across[1], "right", square.right, () => middle.y + MARGIN);
    }
    if (along) {
      write(along[1], "center", middle.x, () => square.top);
      write(along[0], "center", middle.x, (textHeight) => square.bottom - textHeight);
    }
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} x
 * @param {number} y
 * @param {number} dx
 * @param {number} dy
 */
function line(context, x, y, dx, dy) {
  context.moveTo(x, y);
  context.lineTo(x + dx, y + dy);
}
