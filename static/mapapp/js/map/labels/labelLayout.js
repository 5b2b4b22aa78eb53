/**
 * Chooses the labels to show and the sides of their markers: no label over
 * another, the most important first.
 *
 * A layout looks at every marker in view, so it is done a few times a second.
 * In between, the labels move along with their markers.
 */

import { LabelGrid } from "./labelGrid.js";

/** Milliseconds between two layouts. */
const EVERY = 200;
/** Half the side of a marker's core (CSS pixels), which no label covers. */
const CORE = 5;
/** The space between the map's edge and a label below or above its marker (CSS pixels). */
const EDGE = 4;
/** With more markers held than this, names over the markers of others would hide the map. */
const FEW_HELD = 40;

/** The sides of a marker that its label may be on. */
const AFTER = 1;
const BEFORE = -1;
const BELOW = 2;
const ABOVE = -2;
const BESIDE = /** @type {const} */ ([AFTER, BEFORE]);
/** A phone is narrower than two long labels: the labels that always show may go here too. */
const ALL_SIDES = /** @type {const} */ ([...BESIDE, BELOW, ABOVE]);

/** @typedef {import("../markers/markerScene.js").MarkerView} MarkerView */
/** @typedef {import("../view/nearestFree.js").Box} Box */

export class LabelLayout {
  /** The markers whose labels show, most important first.
   * @type {MarkerView[]} */
  shown = [];
  #grid = new LabelGrid();
  #radius;
  #height;
  #widthOf;
  #covered;
  #canvas = { width: 0, height: 0 };
  #laidOutAt = -Infinity;

  /**
   * @param {object} sizes in CSS pixels
   * @param {number} sizes.radius of a marker
   * @param {number} sizes.height of a label
   * @param {(text: string) => number} sizes.widthOf a label with this text
   * @param {() => Box[]} [sizes.covered] the boxes over the canvas, which would hide a label
   */
  constructor({ radius, height, widthOf, covered = () => [] }) {
    this.#radius = radius;
    this.#height = height;
    this.#widthOf = widthOf;
    this.#covered = covered;
  }

  /**
   * Sets new sizes, in CSS pixels, and starts over.
   *
   * @param {number} radius of a marker
   * @param {number} height of a label
   */
  resize(radius, height) {
    this.#radius = radius;
    this.#height = height;
    this.expire();
  }

  /** Starts over, with the next layout at once: the content is different now. */
  expire() {
    for (const drawn of this.shown) drawn.labelSide = 0;
    this.shown = [];
    this.#laidOutAt = -Infinity;
  }

  /**
   * Lays out the labels, unless that was done just now.
   *
   * @param {MarkerView[]} inView
   * @param {{width: number, height: number}} canvas CSS pixels
   * @param {number} now milliseconds
   * @returns {number} milliseconds until the next layout is due; 0 if it was done now
   */
  update(inView, { width, height }, now) {
    const wait = this.#laidOutAt + EVERY - now;
    if (wait > 0) return wait;
    this.#laidOutAt = now;
    const showed = this.shown;
    for (const drawn of showed) drawn.labelSide = 0;
    this.shown = [];
    this.#canvas = { width, height };
    this.#grid.clear(width, height);
    for (const { left, top, right, bottom } of this.#covered()) {
      this.#grid.block(left, top, right - left, bottom - top);
    }
    const held = inView.filter((drawn) => drawn.holder);
    for (const drawn of inView) if (drawn.own || drawn.chosen) this.#lay(drawn);
    // A few names of people who move markers come next, even over other markers.
    if (held.length <= FEW_HELD) for (const drawn of held) this.#lay(drawn);
    for (const { px, py } of inView) this.#grid.block(px - CORE, py - CORE, 2 * CORE, 2 * CORE);
    // Those whose labels showed before come first, or labels would flicker as markers pass.
    for (const drawn of showed) if (drawn.visible) this.#lay(drawn);
    for (const drawn of held) this.#lay(drawn);
    for (const drawn of inView) this.#lay(drawn);
    return 0;
  }

  /**
   * @param {MarkerView} drawn with a visible label
   * @param {number} width of its label
   * @returns {{x: number, y: number}} the label's upper left corner
   */
  corner(drawn, width) {
    return this.#corner(drawn, drawn.labelSide, width);
  }

  /**
   * @param {MarkerView} drawn
   * @param {MarkerView["labelSide"]} side
   * @param {number} width of its label
   */
  #corner(drawn, side, width) {
    const { px, py } = drawn;
    const gap = this.#gap(drawn);
    const isBeside = side === AFTER || side === BEFORE;
    if (isBeside) {
      return { x: side === AFTER ? px + gap : px - gap - width, y: py - this.#height / 2 };
    }
    const y = side === BELOW ? py + gap : py - gap - this.#height;
    const most = this.#canvas.width - width - EDGE;
    return { x: Math.max(EDGE, Math.min(most, px - width / 2)), y };
  }

  /** @param {MarkerView} drawn */
  #lay(drawn) {
    if (!drawn.text || drawn.labelSide) return;
    drawn.labelSide = this.#freeSide(drawn);
    if (drawn.labelSide) this.shown.push(drawn);
  }

  /**
   * @param {MarkerView} drawn
   * @returns {MarkerView["labelSide"]}
   */
  #freeSide(drawn) {
    const always = drawn.own || drawn.chosen;
    const gap = this.#gap(drawn);
    const after = drawn.px + gap;
    const before = drawn.px - gap;
    if (!always && !this.#grid.isFree(after, drawn.py) && !this.#grid.isFree(before, drawn.py)) {
      return 0; // True of most in a dense crowd, and no text had to be measured.
    }
    const width = this.#widthOf(drawn.text);
    for (const side of always ? ALL_SIDES : BESIDE) {
      const { x, y } = this.#corner(drawn, side, width);
      if (this.#grid.take(x, y, width, this.#height)) return side;
    }
    if (!always) return 0;
    // No free side: over something else, but on the map.
    const side = drawn.py < this.#canvas.height / 2 ? BELOW : ABOVE;
    const { x, y } = this.#corner(drawn, side, width);
    this.#grid.block(x, y, width, this.#height);
    return side;
  }

  /** From the marker's place to its label, past its ring if any. @param {MarkerView} drawn */
  #gap({ own, chosen }) {
    return this.#radius + (own || chosen ? 12 : 5);
  }
}
