/**
 * One canvas between the ground and the markers, for what a surface and its answers have drawn on
 * them: a plane with its axes, zones, names of places, targets and lines. It is redrawn only when
 * the map moves or something on it has changed, never because a marker moves.
 */

import { ASK_AGAIN, NoCanvas, contextOf, discard } from "../../ui/canvas.js";
import { Camera } from "../view/camera.js";

/**
 * What a painter draws into. Lengths are CSS pixels.
 * @typedef {object} Scene
 * @property {CanvasRenderingContext2D} context
 * @property {number} width
 * @property {number} height
 * @property {number} scale pixels per world unit
 * @property {number} x where the world's upper left corner is
 * @property {number} y
 * @property {number} zoom
 * @property {number} now milliseconds
 * @property {boolean} isZooming
 * @property {number} textScale 1 on a phone, more on a projector
 * @property {number} radius of a marker
 */

/**
 * @typedef {object} Painter
 * @property {boolean} isEmpty
 * @property {(scene: Scene) => boolean} draw whether it changes by itself until the next frame
 * @property {() => void} [restyle] colours may have changed
 */

/** A finer canvas than this takes memory that a phone does not have. */
const FINEST = 2;

export class SurfaceCanvas {
  #map;
  #camera;
  #painters;
  #sizes;
  #canvas = document.createElement("canvas");
  #frame = 0;
  #isStale = true;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #retryTimer;

  /**
   * @param {L.Map} map
   * @param {Painter[]} painters from below
   * @param {() => { radius: number, labelScale: number }} sizes
   */
  constructor(map, painters, sizes) {
    this.#map = map;
    this.#camera = new Camera(map);
    this.#painters = painters;
    this.#sizes = sizes;
    this.#canvas.className = "surface-canvas";
    this.#canvas.setAttribute("aria-hidden", "true");
    map.getContainer().append(this.#canvas);
    // While the map moves, it is drawn in the same frame as the map itself.
    map.on("move", () => this.#tryToDraw());
    map.on("resize", () => this.restyle());
    map.on("zoomanim zoomend viewreset", () => this.requestDraw());
    this.requestDraw();
  }

  /** To be called when colours or the canvas's size have changed. */
  restyle() {
    this.#isStale = true;
    for (const painter of this.#painters) painter.restyle?.();
    this.requestDraw();
  }

  requestDraw() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#tryToDraw();
    });
  }

  /** Draws, or tries again in a while if there is no memory for a canvas. */
  #tryToDraw() {
    try {
      this.#draw();
    } catch (error) {
      if (!(error instanceof NoCanvas)) throw error;
      this.#isStale = true;
      clearTimeout(this.#retryTimer);
      this.#retryTimer = setTimeout(() => this.requestDraw(), ASK_AGAIN);
    }
  }

  #draw() {
    const painters = this.#painters.filter(({ isEmpty }) => !isEmpty);
    if (painters.length === 0) {
      discard(this.#canvas);
      this.#isStale = true;
      return;
    }
    const { x: width, y: height } = this.#map.getSize();
    const ratio = Math.min(FINEST, devicePixelRatio);
    if (this.#isStale) {
      this.#canvas.width = width * ratio;
      this.#canvas.height = height * ratio;
      this.#isStale = false;
    }
    const context = contextOf(this.#canvas);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    const now = performance.now();
    const isZooming = this.#camera.update(now);
    const { scale, x, y } = this.#camera;
    const { radius, labelScale: textScale } = this.#sizes();
    const zoom = this.#map.getZoom();
    const scene = { context, width, height, scale, x, y, zoom, now, isZooming, textScale, radius };
    let goesOn = isZooming;
    for (const painter of painters) goesOn = painter.draw(scene) || goesOn;
    if (goesOn) this.requestDraw();
  }
}

/**
 * The world repeats sideways: each copy of it that may be in view.
 *
 * @param {Scene} scene
 * @param {number} [left] the western end of what is drawn, in world units
 * @param {number} [right] its eastern end
 * @returns {number[]} where each copy's left edge is, in CSS pixels
 */
export function copiesInView({ scale, x, width }, left = 0, right = 1) {
  const copies = [];
  const first = Math.floor(-(x + right * scale) / scale);
  for (let turn = first; x + turn * scale + left * scale < width; turn += 1) {
    if (x + turn * scale + right * scale > 0) copies.push(x + turn * scale);
  }
  return copies;
}
