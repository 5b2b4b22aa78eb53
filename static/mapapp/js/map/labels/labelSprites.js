/** Labels as pictures: each is drawn once and then copied. */

import { contextOf, discard } from "../../ui/canvas.js";
import { directionOf } from "./direction.js";

const FONT_SIZE = 13;
/** As in base.css. */
const FONTS = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif';
const PADDING_X = 7;
const PADDING_Y = 4;
/** The longest text (CSS pixels at scale 1); longer ones are cut. */
const LONGEST = 180;
/** The number of labels kept ready; beyond it, the ones made first go. */
const KEPT = 1500;
/** Drawing text is slow: at most this many new labels in a frame, and the rest in the next. */
const MADE_PER_FRAME = 4;
/** The number of widths remembered. */
const MEASURED = 20_000;

/** Separates a marker's label from the name of its mover: neither takes the other's room. */
export const BETWEEN = "\n";
/** The space between the two (CSS pixels at scale 1). */
const SPACE = 8;

/** @typedef {{image: HTMLCanvasElement, width: number}} LabelSprite `width` in CSS pixels */

export class LabelSprites {
  /** The height of every label, in CSS pixels. */
  height = 0;
  /** @type {Map<string, number>} by text */
  #widths = new Map();
  /** @type {Map<string, LabelSprite>} */
  #sprites = new Map();
  #madeNow = 0;
  #ratio = 1;
  #scale = 0;
  #font = "";
  /** @type {CanvasRenderingContext2D | undefined} */
  #ruler;
  #colours = { paper: "", ink: "", accent: "", onAccent: "" };

  constructor() {
    this.#resize(1);
  }

  /** @param {number} scale of the type */
  #resize(scale) {
    if (scale === this.#scale) return;
    this.#scale = scale;
    const size = FONT_SIZE * scale;
    this.#font = `600 ${size}px ${FONTS}`;
    this.height = Math.ceil(size * 1.25 + 2 * PADDING_Y);
    this.#widths.clear();
  }

  /**
   * @param {number} ratio device pixels per CSS pixel
   * @param {number} scale of the type: 1 on a phone, more on a projector
   */
  restyle(ratio, scale) {
    this.#resize(scale);
    const style = getComputedStyle(document.documentElement);
    this.#ratio = ratio;
    this.#colours = {
      paper: style.getPropertyValue("--label-paper"),
      ink: style.getPropertyValue("--label-ink"),
      accent: style.getPropertyValue("--ink"),
      onAccent: style.getPropertyValue("--on-ink"),
    };
    for (const { image } of this.#sprites.values()) discard(image);
    this.#sprites.clear();
  }

  /**
   * @param {string} text
   * @returns {number} the width of its label in CSS pixels, known before the label is drawn
   */
  widthOf(text) {
    const known = this.#widths.get(text);
    if (known) return known;
    if (this.#widths.size >= MEASURED) this.#widths.clear();
    const parts = text.split(BETWEEN).map((part) => this.#widthOfPart(part));
    const spaces = (parts.length - 1) * SPACE * this.#scale;
    const width = Math.ceil(parts.reduce((sum, part) => sum + part, spaces) + 2 * PADDING_X);
    this.#widths.set(text, width);
    return width;
  }

  /** @param {string} part */
  #widthOfPart(part) {
    this.#ruler ??= contextOf(document.createElement("canvas"));
    this.#ruler.font = this.#font;
    return Math.min(this.#ruler.measureText(part).width, LONGEST * this.#scale);
  }

  beginFrame() {
    this.#madeNow = 0;
  }

  /**
   * @param {string} text
   * @param {boolean} strong for a label with the name of the marker's mover
   * @returns {LabelSprite | null} null if enough new ones have been made in this frame
   */
  get(text, strong) {
    const key = strong ? `!${text}` : ` ${text}`;
    const ready = this.#sprites.get(key);
    if (ready) return ready;
    if (this.#madeNow >= MADE_PER_FRAME) return null;
    this.#madeNow += 1;
    for (const [oldest, { image }] of this.#sprites) {
      if (this.#sprites.size < KEPT) break;
      discard(image);
      this.#sprites.delete(oldest);
    }
    const made = this.#make(text, strong);
    this.#sprites.set(key, made);
    return made;
  }

  /**
   * @param {string} text
   * @param {boolean} strong
   */
  #make(text, strong) {
    const image = document.createElement("canvas");
    const context = contextOf(image);
    const { height } = this;
    const width = this.widthOf(text);
    image.width = width * this.#ratio;
    image.height = height * this.#ratio;
    context.scale(this.#ratio, this.#ratio);
    context.fillStyle = strong ? this.#colours.accent : this.#colours.paper;
    context.beginPath();
    context.arc(height / 2, height / 2, height / 2, Math.PI / 2, Math.PI * 1.5);
    context.arc(width - height / 2, height / 2, height / 2, -Math.PI / 2, Math.PI / 2);
    context.fill();
    context.font = this.#font;
    context.textBaseline = "middle";
    context.textAlign = "center";
    context.fillStyle = strong ? this.#colours.onAccent : this.#colours.ink;
    let x = PADDING_X;
    const parts = text.split(BETWEEN);
    for (const part of parts) {
      // A canvas does not look at the text: the ellipsis would be at the wrong end.
      context.direction = directionOf(part);
      const room = parts.length > 1 ? this.#widthOfPart(part) : width - 2 * PADDING_X;
      // The marker's label comes first, then its mover's name, a little fainter.
      context.globalAlpha = parts.length > 1 && part !== parts[0] ? 0.8 : 1;
      context.fillText(
        shortened(context, part, LONGEST * this.#scale),
        x + room / 2,
        height / 2 + 0.5,
      );
      x += room + SPACE * this.#scale;
    }
    return { image, width };
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {string} text
 * @param {number} room pixels
 */
function shortened(context, text, room) {
  if (context.measureText(text).width <= room) return text;
  const characters = Array.from(text);
  while (characters.length > 1 && context.measureText(`${characters.join("")}…`).width > room) {
    characters.pop();
  }
  return `${characters.join("").trimEnd()}…`;
}
