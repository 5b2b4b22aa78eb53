/**
 * The resting markers, painted once: a frame then copies one picture and draws
 * only the markers that move. It reaches beyond the canvas, so that the map can
 * be panned a while before it has to be painted again.
 */

import { contextOf } from "../../ui/canvas.js";

/** How far it reaches beyond each edge of the canvas, in CSS pixels. */
const REACH = 160;
/** A marker up to this far outside the picture (CSS pixels) may still be partly in it. */
const OVERHANG = 40;
/** How long (ms) markers that have come to rest may wait to get into the picture. */
const GATHER = 250;
/** While the map zooms, a picture of more markers than this is stretched … */
const MANY = 1000;
/** … but never stretched or shrunk by more than this factor … */
const MOST_STRETCHED = 2;
/** … and in a pinch, whose end cannot be foreseen, no longer than this (ms). */
const STRETCHED_FOR = 100;

/** @typedef {import("./markerPainter.js").MarkerPainter} MarkerPainter */
/** @typedef {import("./markerScene.js").MarkerView} MarkerView */
/** @typedef {{scale: number, x: number, y: number}} View pixels per world unit; the world's corner */

export class RestingPicture {
  #canvas = document.createElement("canvas");
  #painter;
  #width = 0;
  #height = 0;
  #ratio = 1;
  /** The number of markers in it. */
  #count = 0;
  /** @type {View} */
  #view = { scale: 0, x: 0, y: 0 };
  #paintedAt = -Infinity;
  #isStretched = false;

  /** @param {MarkerPainter} painter */
  constructor(painter) {
    this.#painter = painter;
  }

  /**
   * Sets its size, and empties it.
   *
   * @param {number} width of the canvas that it is for, in CSS pixels
   * @param {number} height
   * @param {number} ratio device pixels per CSS pixel
   */
  resize(width, height, ratio) {
    this.#width = width + 2 * REACH;
    this.#height = height + 2 * REACH;
    this.#ratio = ratio;
    this.#view = { scale: 0, x: 0, y: 0 };
    // Its memory is taken only when it is needed.
    this.#canvas.width = this.#canvas.height = 0;
  }

  /** Whether it was last drawn at another zoom than it was painted for. */
  get isStretched() {
    return this.#isStretched;
  }

  /**
   * Replaces all that is on a canvas, in CSS pixels.
   *
   * @param {CanvasRenderingContext2D} context
   * @param {Map<number, MarkerView>} markers all there are
   * @param {View} view
   * @param {{now: number, isZooming: boolean}} moment `now` in milliseconds
   */
  draw(context, markers, view, { now, isZooming }) {
    if (!this.#isGood(markers, view, now, isZooming)) this.#paint(markers, view, now);
    const stretch = view.scale / this.#view.scale;
    this.#isStretched = stretch !== 1;
    const left = view.x - (this.#view.x + REACH) * stretch;
    const top = view.y - (this.#view.y + REACH) * stretch;
    context.globalCompositeOperation = "copy";
    context.drawImage(
      this.#canvas,
      this.#isStretched ? left : this.#snapped(left),
      this.#isStretched ? top : this.#snapped(top),
      (this.#canvas.width / this.#ratio) * stretch,
      (this.#canvas.height / this.#ratio) * stretch,
    );
    context.globalCompositeOperation = "source-over";
  }

  /** Forgets its content. @param {Map<number, MarkerView>} markers */
  clear(markers) {
    this.#isStretched = false;
    if (!this.#count) return;
    for (const drawn of markers.values()) drawn.pictured = false;
    this.#count = 0;
    this.#view = { scale: 0, x: 0, y: 0 };
  }

  /**
   * @param {Map<number, MarkerView>} markers
   * @param {View} view
   * @param {number} now
   * @param {boolean} isZooming
   */
  #isGood(markers, view, now, isZooming) {
    const age = now - this.#paintedAt;
    if (view.scale === this.#view.scale) {
      const dx = Math.abs(view.x - this.#view.x);
      const dy = Math.abs(view.y - this.#view.y);
      if (dx > REACH || dy > REACH) return false;
    } else {
      const stretch = view.scale / this.#view.scale;
      const isFar = stretch > MOST_STRETCHED || stretch < 1 / MOST_STRETCHED;
      const mayBeStretched = this.#count > MANY && (isZooming || age < STRETCHED_FOR);
      if (isFar || !mayBeStretched) return false;
    }
    let found = 0;
    let waiting = false;
    for (const drawn of markers.values()) {
      if (drawn.pictured) {
        if (!drawn.isAsPictured) return false;
        found += 1;
      } else {
        waiting ||= drawn.rests;
      }
    }
    const nobodyLeft = found === this.#count;
    return nobodyLeft && !(waiting && age > GATHER);
  }

  /**
   * @param {Map<number, MarkerView>} markers
   * @param {View} view
   * @param {number} now
   */
  #paint(markers, { scale, x, y }, now) {
    const context = contextOf(this.#canvas);
    this.#view = { scale, x, y };
    this.#paintedAt = now;
    this.#count = 0;
    this.#empty(context);
    const lowest = this.#height + OVERHANG;
    const rightmost = this.#width + OVERHANG;
    for (const drawn of markers.values()) {
      drawn.pictured = drawn.rests;
      if (!drawn.pictured) continue;
      drawn.rememberPictured();
      this.#count += 1;
      const py = drawn.y * scale + y + REACH;
      if (py < -OVERHANG || py > lowest) continue;
      // The world repeats sideways, and at low zooms the picture shows a part
      // of it twice.
      let px = drawn.x * scale + x + REACH + OVERHANG;
      px -= Math.floor(px / scale) * scale + OVERHANG;
      for (; px < rightmost; px += scale) this.#painter.paintPlain(context, drawn, px, py);
    }
  }

  /** @param {CanvasRenderingContext2D} context of the picture */
  #empty(context) {
    const width = Math.ceil(this.#width * this.#ratio);
    const height = Math.ceil(this.#height * this.#ratio);
    if (this.#canvas.width === width && this.#canvas.height === height) {
      context.clearRect(0, 0, this.#width + 1, this.#height + 1);
    } else {
      this.#canvas.width = width;
      this.#canvas.height = height;
      context.setTransform(this.#ratio, 0, 0, this.#ratio, 0, 0);
    }
  }

  /** A copy on whole device pixels is exact, and fast. @param {number} place CSS pixels */
  #snapped(place) {
    return Math.round(place * this.#ratio) / this.#ratio;
  }
}
