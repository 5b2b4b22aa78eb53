/**
 * One canvas over the map with every marker on it, redrawn only when something
 * has changed.
 */

import { Camera } from "../view/camera.js";
import { ASK_AGAIN, NoCanvas, contextOf } from "../../ui/canvas.js";
import { LabelLayout } from "../labels/labelLayout.js";
import { LabelSprites } from "../labels/labelSprites.js";
import { MarkerPainter } from "./markerPainter.js";
import { RestingPicture } from "./restingPicture.js";
import { within } from "../view/nearestFree.js";

/** A marker up to this far outside (CSS pixels) may still be partly visible. */
const MARGIN = 40;
/** With more than this in view, caching the resting markers in one picture pays off. */
const MANY = 300;
/** A drawing younger than this (ms) was made in this frame. */
const SAME_FRAME = 4;

/** @typedef {import("./markerScene.js").MarkerView} MarkerView */
/** @typedef {import("./markerScene.js").MarkerScene} MarkerScene */
/** @typedef {import("../view/nearestFree.js").Box} Box */

/**
 * @typedef {object} Sizes
 * @property {number} radius of a marker, in CSS pixels
 * @property {number} labelScale of the type: 1 for the size on phones
 */

/**
 * A picture that replaces the markers when there are too many to tell apart.
 * @typedef {object} Overview
 * @property {() => void} restyle called when colours may have changed
 * @property {(context: CanvasRenderingContext2D, inView: MarkerView[],
 *   size: {width: number, height: number}) => void} draw replaces all that is on a
 *   canvas of this size, in CSS pixels
 */

export class MarkerCanvas {
  camera;
  #map;
  #scene;
  #canvas = document.createElement("canvas");
  /** Whether sprites and sizes must be prepared again before the next drawing. */
  #isStale = true;
  #painter;
  #resting;
  /** @type {Overview | null} */
  #overview = null;
  #labels = new LabelSprites();
  #layout;
  #sizes;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #layoutTimer;
  #width = 0;
  #height = 0;
  #frame = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #retryTimer;
  /** Milliseconds. */
  #drawnAt = -Infinity;
  /** The markers in view, in drawing order; kept from frame to frame.
   * @type {MarkerView[]} */
  #inView = [];
  #afterDrawing;

  /**
   * @param {L.Map} map
   * @param {MarkerScene} scene
   * @param {object} options
   * @param {() => Sizes} options.sizes for the map's present size
   * @param {() => Box[]} options.covered the boxes over the map, in CSS pixels of the page
   * @param {() => void} options.afterDrawing called in each frame that was drawn
   */
  constructor(map, scene, { sizes, covered, afterDrawing }) {
    this.#map = map;
    this.#scene = scene;
    this.#sizes = sizes;
    const { radius } = sizes();
    this.#layout = new LabelLayout({
      radius,
      height: this.#labels.height,
      widthOf: (text) => this.#labels.widthOf(text),
      covered: () => within(map.getContainer(), covered()),
    });
    this.#afterDrawing = afterDrawing;
    this.camera = new Camera(map);
    this.#painter = new MarkerPainter();
    this.#resting = new RestingPicture(this.#painter);
    this.#canvas.className = "marker-canvas";
    this.#canvas.setAttribute("aria-hidden", "true");
    map.getContainer().append(this.#canvas);

    this.restyle();
    // While the map moves, markers are drawn in the same frame as the map itself.
    map.on("move", () => this.#follow());
    map.on("resize", () => this.restyle());
    map.on("zoomanim zoomend viewreset", () => this.requestDraw());
  }

  /** To be called when colours or the canvas's size have changed. */
  restyle() {
    this.#isStale = true;
    this.#drawnAt = -Infinity;
    this.requestDraw();
  }

  /** The number of markers in view. */
  get inView() {
    return this.#inView.length;
  }

  /** @param {Overview | null} overview to show instead of other people's markers */
  set overview(overview) {
    this.#overview = overview;
    this.restyle();
  }

  /** All markers appear, in one motion of the style sheet. */
  appear() {
    const { classList } = this.#canvas;
    classList.remove("is-appearing");
    this.#canvas.addEventListener("animationend", () => classList.remove("is-appearing"), { once: true });
    // A class that is taken away and given back in one step begins no animation.
    requestAnimationFrame(() => classList.add("is-appearing"));
  }

  requestDraw() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      // In a frame in which the map has moved, everything is drawn already.
      if (this.#isDrawn) this.requestDraw();
      else this.#tryToDraw();
    });
  }

  /** The map has moved. Leaflet reports some steps more than once. */
  #follow() {
    const { scale, x, y } = this.camera;
    this.camera.update(performance.now());
    const isElsewhere =
      scale !== this.camera.scale || x !== this.camera.x || y !== this.camera.y;
    if (!isElsewhere && this.#isDrawn) return;
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#tryToDraw();
  }

  /** Draws, or tries again in a while if there is no memory for a canvas. */
  #tryToDraw() {
    try {
      const context = contextOf(this.#canvas);
      if (this.#isStale) this.#prepare(context);
      this.#draw(context);
    } catch (error) {
      if (!(error instanceof NoCanvas)) throw error;
      this.#isStale = true;
      clearTimeout(this.#retryTimer);
      this.#retryTimer = setTimeout(() => this.requestDraw(), ASK_AGAIN);
    }
  }

  /** @param {CanvasRenderingContext2D} context */
  #prepare(context) {
    const ratio = devicePixelRatio;
    const { x, y } = this.#map.getSize();
    this.#width = x;
    this.#height = y;
    this.#canvas.width = x * ratio;
    this.#canvas.height = y * ratio;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const { radius, labelScale } = this.#sizes();
    this.#painter.restyle(ratio, radius);
    this.#resting.resize(x, y, ratio);
    this.#overview?.restyle();
    this.#labels.restyle(ratio, labelScale);
    this.#layout.resize(radius, this.#labels.height);
    this.#isStale = false;
  }

  /** Whether it was drawn in this frame. */
  get #isDrawn() {
    return performance.now() - this.#drawnAt < SAME_FRAME;
  }

  /** @param {CanvasRenderingContext2D} context in CSS pixels */
  #draw(context) {
    const now = performance.now();
    const isZooming = this.camera.update(now);
    let isMoving = isZooming;
    this.#inView.length = 0;
    for (const drawn of this.#scene.markers.values()) {
      if (drawn.moving) {
        drawn.advance(now);
        isMoving ||= drawn.moving;
      }
      if (this.locate(drawn)) this.#inView.push(drawn);
    }
    const shown = this.#drawGround(context, now, isZooming);
    clearTimeout(this.#layoutTimer);
    const wait = isZooming ? 0 : this.#layOutLabels(shown, now);
    const labelsAreFinal = this.#drawMarkers(context, shown);
    this.#afterDrawing();
    this.#drawnAt = performance.now();
    if (isMoving || !labelsAreFinal || this.#resting.isStretched) this.requestDraw();
    else if (wait) this.#layoutTimer = setTimeout(() => this.requestDraw(), wait);
  }

  /**
   * Brings a marker's `px` and `py` in line with its place in the world.
   *
   * @param {MarkerView} drawn
   * @returns {boolean} whether it is in view
   */
  locate(drawn) {
    const { scale, x, y } = this.camera;
    const py = drawn.y * scale + y;
    // The world repeats sideways: take the copy that is in view.
    let px = drawn.x * scale + x;
    px -= Math.floor(px / scale) * scale;
    // A marker just beyond the left edge may still be partly visible.
    if (px >= this.#width && px - scale > -MARGIN) px -= scale;
    drawn.px = px;
    drawn.py = py;
    drawn.visible = px < this.#width + MARGIN && py > -MARGIN && py < this.#height + MARGIN;
    return drawn.visible;
  }

  /**
   * Replaces the canvas's content with the picture of resting markers or the overview, if any.
   *
   * @param {CanvasRenderingContext2D} context
   * @param {number} now milliseconds
   * @param {boolean} isZooming
   * @returns {MarkerView[]} the markers that are shown one by one
   */
  #drawGround(context, now, isZooming) {
    const { markers } = this.#scene;
    if (!this.#overview && this.#inView.length > MANY) {
      this.#resting.draw(context, markers, this.camera, { now, isZooming });
      return this.#inView;
    }
    this.#resting.clear(markers);
    if (!this.#overview) {
      context.clearRect(0, 0, this.#width, this.#height);
      return this.#inView;
    }
    this.#overview.draw(context, this.#inView, { width: this.#width, height: this.#height });
    return this.#inView.filter(({ own, chosen }) => own || chosen);
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {MarkerView[]} shown
   * @returns {boolean} whether nothing is left for the next frame
   */
  #drawMarkers(context, shown) {
    for (const drawn of shown) {
      if (!drawn.important && !drawn.pictured) this.#painter.paint(context, drawn);
    }
    const isFinal = this.#drawLabels(context);
    for (const drawn of shown) {
      if (drawn.important) this.#painter.paint(context, drawn);
    }
    for (const drawn of this.#scene.pending) {
      if (this.locate(drawn)) this.#painter.paint(context, drawn);
    }
    return isFinal;
  }

  /**
   * @param {MarkerView[]} shown
   * @param {number} now milliseconds
   * @returns {number} milliseconds until the next layout is due; 0 if it was done now
   */
  #layOutLabels(shown, now) {
    return this.#layout.update(shown, { width: this.#width, height: this.#height }, now);
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @returns {boolean} whether nothing is left for the next frame
   */
  #drawLabels(context) {
    this.#labels.beginFrame();
    const { shown } = this.#layout;
    const { height } = this.#labels;
    let isComplete = true;
    for (let i = shown.length - 1; i >= 0; i -= 1) {
      const drawn = /** @type {MarkerView} */ (shown[i]);
      if (!drawn.visible || !drawn.text) continue;
      const sprite = this.#labels.get(drawn.text, drawn.holder !== "");
      if (!sprite) {
        isComplete = false;
        continue;
      }
      const { x, y } = this.#layout.corner(drawn, sprite.width);
      context.drawImage(sprite.image, x, y, sprite.width, height);
    }
    return isComplete;
  }
}
