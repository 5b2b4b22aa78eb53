/**
 * Which labels show, and on which side of their markers: never one over
 * another, most important first.
 *
 * Deciding that looks at every marker in view, so it is done a few times a
 * second. In between the labels that show go along with their markers.
 */

import { LabelGrid } from "./labelGrid.js";

/** Milliseconds between two layouts. */
const EVERY = 200;
/** Half the side of the middle of a marker (CSS pixels), which no label covers. */
const CORE = 5;
/** With more moving than this, names over the markers of others would hide the map. */
const FEW_HELD = 40;

/** @typedef {import("./markerScene.js").Drawn} Drawn */

export class LabelLayout {
  /** The markers whose labels show, most important first.
   * @type {Drawn[]} */
  shown = [];
  #grid = new LabelGrid();
  #radius;
  #height;
  #widthOf;
  #laidOutAt = -Infinity;

  /**
   * @param {object} sizes in CSS pixels
   * @param {number} sizes.radius of a marker
   * @param {number} sizes.height of a label
   * @param {(text: string) => number} sizes.widthOf a label with this text
   */
  constructor({ radius, height, widthOf }) {
    this.#radius = radius;
    this.#height = height;
    this.#widthOf = widthOf;
  }

  /** Begins anew, and the next layout is not put off: what is shown is different now. */
  expire() {
    for (const drawn of this.shown) drawn.labelSide = 0;
    this.shown = [];
    this.#laidOutAt = -Infinity;
  }

  /**
   * Lays out the labels if that was not done just now.
   *
   * @param {Drawn[]} inView
   * @param {{width: number, height: number}} canvas CSS pixels
   * @param {number} now milliseconds
   * @returns {number} in how many milliseconds it is to be done; 0 if it has been
   */
  update(inView, { width, height }, now) {
    const wait = this.#laidOutAt + EVERY - now;
    if (wait > 0) return wait;
    this.#laidOutAt = now;
    const showed = this.shown;
    for (const drawn of showed) drawn.labelSide = 0;
    this.shown = [];
    this.#grid.clear(width, height);
    const held = inView.filter((drawn) => drawn.holder);
    for (const drawn of inView) if (drawn.own || drawn.chosen) this.#lay(drawn);
    // A few names of who is moving something come next, wherever markers are.
    if (held.length <= FEW_HELD) for (const drawn of held) this.#lay(drawn);
    for (const { px, py } of inView) this.#grid.block(px - CORE, py - CORE, 2 * CORE, 2 * CORE);
    // Those whose labels showed before come first, or labels would flicker as markers pass.
    for (const drawn of showed) if (drawn.visible) this.#lay(drawn);
    for (const drawn of held) this.#lay(drawn);
    for (const drawn of inView) this.#lay(drawn);
    return 0;
  }

  /**
   * @param {Drawn} drawn whose label shows
   * @param {number} width of its label
   * @returns {number} the label's left edge
   */
  leftEdge(drawn, width) {
    const gap = this.#gap(drawn);
    return drawn.labelSide > 0 ? drawn.px + gap : drawn.px - gap - width;
  }

  /** @param {Drawn} drawn */
  #lay(drawn) {
    if (!drawn.text || drawn.labelSide) return;
    drawn.labelSide = this.#freeSide(drawn);
    if (drawn.labelSide) this.shown.push(drawn);
  }

  /**
   * @param {Drawn} drawn
   * @returns {-1 | 0 | 1} before the marker, nowhere, or after it
   */
  #freeSide(drawn) {
    const always = drawn.own || drawn.chosen;
    const gap = this.#gap(drawn);
    const after = drawn.px + gap;
    const before = drawn.px - gap;
    if (!always && !this.#grid.isFree(after, drawn.py) && !this.#grid.isFree(before, drawn.py)) {
      return 0; // Most of a dense crowd, and nothing had to be measured for it.
    }
    const y = drawn.py - this.#height / 2;
    const width = this.#widthOf(drawn.text);
    if (this.#grid.take(after, y, width, this.#height)) return 1;
    if (this.#grid.take(before - width, y, width, this.#height)) return -1;
    if (!always) return 0;
    this.#grid.block(after, y, width, this.#height);
    return 1;
  }

  /** Between the marker's place and its label; there may be a ring. @param {Drawn} drawn */
  #gap({ own, chosen }) {
    return this.#radius + (own || chosen ? 12 : 5);
  }
}
