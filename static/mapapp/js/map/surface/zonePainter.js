/** Zones as tinted areas with their names, on a plane or on a map. */

import { colourOf } from "../markers/palette.js";
import { worldX, worldY } from "../ground/mercator.js";
import { copiesInView } from "./surfaceCanvas.js";
import { FONTS, colour, drawLines, heightOf, wrapped } from "./text.js";

/**
 * @import { Surface, Zone } from "../../protocol/activities.js"
 * @import { Scene } from "./surfaceCanvas.js"
 */

/** The tint's opacity, and that of its edge. */
const TINT = 0.16;
const EDGE = 0.75;
const FONT_SIZE = 17;
/** Names do not get smaller than this (CSS pixels at scale 1). */
const LEAST_SIZE = 12;
const MARGIN = 8;
/** A zone smaller than this (CSS pixels) has no room for a name. */
const TOO_SMALL = 14;

/**
 * @typedef {object} Area of a zone, in world units
 * @property {string} label
 * @property {string} colour
 * @property {[x: number, y: number][]} corners
 * @property {{ left: number, right: number, top: number, bottom: number }} box around it
 */

/** @param {number} index of a zone among those of its surface @returns {string} its colour */
export function zoneColour(index) {
  return colourOf(index % 7).hex;
}

export class ZonePainter {
  isEmpty = true;
  /** @type {Area[]} */
  #areas = [];
  #colours = { ink: "", halo: "" };

  constructor() {
    this.restyle();
  }

  /** @param {Surface} surface */
  show({ zones = [] }) {
    this.#areas = zones.map(areaOf);
    this.isEmpty = this.#areas.length === 0;
  }

  restyle() {
    this.#colours = { ink: colour("--ink"), halo: colour("--label-paper") };
  }

  /**
   * @param {Scene} scene
   * @returns {boolean}
   */
  draw(scene) {
    const { context, scale, y } = scene;
    for (const area of this.#areas) {
      for (const left of copiesInView(scene, area.box.left, area.box.right)) {
        context.beginPath();
        for (const corner of area.corners) context.lineTo(left + corner[0] * scale, y + corner[1] * scale);
        context.closePath();
        context.fillStyle = context.strokeStyle = area.colour;
        context.globalAlpha = TINT;
        context.fill();
        context.globalAlpha = EDGE;
        context.lineWidth = 2;
        context.stroke();
        context.globalAlpha = 1;
      }
    }
    return false;
  }

  /** Draws the zones' names, above all areas, all in the same size. @param {Scene} scene */
  drawNames(scene) {
    const { context, textScale } = scene;
    const names = this.#areas.flatMap((area) => this.#namesOf(scene, area));
    const least = LEAST_SIZE * Math.min(1.5, textScale);
    let size = FONT_SIZE * textScale;
    for (const { label, width, height } of names) size = fitting(context, label, { width, height, size, least });
    context.font = fontOf(size);
    context.textAlign = "center";
    const { ink, halo } = this.#colours;
    for (const { label, x, y, width, height } of names) {
      const lines = wrapped(context, label, width, Math.max(1, Math.floor(height / heightOf([label], size))));
      drawLines(context, lines, { x, y, size, ink, halo });
    }
  }

  /**
   * @param {Scene} scene
   * @param {Area} area
   * @returns {{ label: string, x: number, y: number, width: number, height: number }[]} where there
   *   is room for its name, in the part of each copy of it that is in view
   */
  #namesOf(scene, { label, box }) {
    const { scale, y } = scene;
    return copiesInView(scene, box.left, box.right).flatMap((copy) => {
      const left = Math.max(0, copy + box.left * scale);
      const right = Math.min(scene.width, copy + box.right * scale);
      const top = Math.max(0, y + box.top * scale);
      const bottom = Math.min(scene.height, y + box.bottom * scale);
      const width = right - left - MARGIN;
      const height = bottom - top - MARGIN;
      if (width < TOO_SMALL || height < TOO_SMALL) return [];
      return [{ label, x: (left + right) / 2, y: top + MARGIN / 2, width, height }];
    });
  }
}

/** @param {number} size */
function fontOf(size) {
  return `700 ${size}px ${FONTS}`;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {string} label
 * @param {{ width: number, height: number, size: number, least: number }} room
 * @returns {number} the size at or below `size` at which the label fits, or `least`
 */
function fitting(context, label, { width, height, size, least }) {
  for (let smaller = size; smaller > least; smaller -= 1) {
    context.font = fontOf(smaller);
    const lines = wrapped(context, label, width);
    const isWhole = lines.join(" ") === label && heightOf(lines, smaller) <= height;
    if (isWhole) return smaller;
  }
  return Math.min(size, least);
}

/**
 * @param {Zone} zone
 * @param {number} index
 * @returns {Area}
 */
function areaOf({ label, box, polygon = [] }, index) {
  const degrees = box ? cornersOf(box) : unwrapped(polygon);
  const corners = degrees.map(
    ([lat, lng]) => /** @type {[number, number]} */ ([worldX(lng), worldY(lat)]),
  );
  const xs = corners.map(([x]) => x);
  const ys = corners.map(([, y]) => y);
  return {
    label,
    colour: zoneColour(index),
    corners,
    box: {
      left: Math.min(...xs),
      right: Math.max(...xs),
      top: Math.min(...ys),
      bottom: Math.max(...ys),
    },
  };
}

/**
 * @param {[number, number, number, number]} box south, west, north, east
 * @returns {[number, number][]} latitudes and longitudes
 */
function cornersOf([south, west, north, east]) {
  const right = east < west ? east + 360 : east;
  return [
    [north, west],
    [north, right],
    [south, right],
    [south, west],
  ];
}

/**
 * @param {[number, number][]} polygon
 * @returns {[number, number][]} each corner beside the one before, also across the antimeridian
 */
function unwrapped(polygon) {
  let before = polygon[0]?.[1] ?? 0;
  return polygon.map(([lat, lng]) => {
    before = lng - 360 * Math.round((lng - before) / 360);
    return [lat, before];
  });
}
