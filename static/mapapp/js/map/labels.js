/**
 * Labels beside markers: each drawn once and then copied, and never one over
 * another. Which ones show is decided anew in every frame, most important first.
 */

const FONT_SIZE = 13;
/** As in base.css. */
const FONTS = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif';
const PADDING_X = 7;
const PADDING_Y = 4;
const LONGEST = 180;
/** Labels kept ready; beyond that the ones made first go. */
const KEPT = 1500;
/** The side of a cell of the grid, in CSS pixels. */
const CELL = 8;

/** @typedef {{image: HTMLCanvasElement, width: number, height: number}} LabelSprite CSS pixels */

export class LabelSprites {
  /** @type {Map<string, LabelSprite>} */
  #sprites = new Map();
  #ratio = 1;
  #scale;
  #colours = { paper: "", ink: "", accent: "", onAccent: "" };

  /** @param {number} scale of the type: 1 on a phone, more on a projector */
  constructor(scale) {
    this.#scale = scale;
  }

  /** @param {number} ratio device pixels per CSS pixel */
  restyle(ratio) {
    const style = getComputedStyle(document.documentElement);
    this.#ratio = ratio;
    this.#colours = {
      paper: style.getPropertyValue("--label-paper"),
      ink: style.getPropertyValue("--label-ink"),
      accent: style.getPropertyValue("--ink"),
      onAccent: style.getPropertyValue("--on-ink"),
    };
    this.#sprites.clear();
  }

  /**
   * @param {string} text
   * @param {boolean} strong for the name of whoever moves the marker
   * @returns {LabelSprite}
   */
  get(text, strong) {
    const key = strong ? `!${text}` : ` ${text}`;
    const ready = this.#sprites.get(key);
    if (ready) return ready;
    for (const oldest of this.#sprites.keys()) {
      if (this.#sprites.size < KEPT) break;
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
    const context = /** @type {CanvasRenderingContext2D} */ (image.getContext("2d"));
    const size = FONT_SIZE * this.#scale;
    const font = `600 ${size}px ${FONTS}`;
    context.font = font;
    const shown = shortened(context, text, LONGEST * this.#scale);
    const width = Math.ceil(context.measureText(shown).width + 2 * PADDING_X);
    const height = Math.ceil(size * 1.25 + 2 * PADDING_Y);
    image.width = width * this.#ratio;
    image.height = height * this.#ratio;
    context.scale(this.#ratio, this.#ratio);
    context.fillStyle = strong ? this.#colours.accent : this.#colours.paper;
    context.beginPath();
    context.arc(height / 2, height / 2, height / 2, Math.PI / 2, Math.PI * 1.5);
    context.arc(width - height / 2, height / 2, height / 2, -Math.PI / 2, Math.PI / 2);
    context.fill();
    context.font = font;
    context.textBaseline = "middle";
    context.textAlign = "center";
    context.fillStyle = strong ? this.#colours.onAccent : this.#colours.ink;
    context.fillText(shown, width / 2, height / 2 + 0.5);
    return { image, width, height };
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

/** Which parts of the canvas are taken by a label already. */
export class LabelGrid {
  #columns = 0;
  #rows = 0;
  #taken = new Uint8Array(0);

  /**
   * @param {number} width CSS pixels
   * @param {number} height
   */
  clear(width, height) {
    this.#columns = Math.ceil(width / CELL);
    this.#rows = Math.ceil(height / CELL);
    if (this.#taken.length === this.#columns * this.#rows) this.#taken.fill(0);
    else this.#taken = new Uint8Array(this.#columns * this.#rows);
  }

  /**
   * Takes a box if all of it is free and on the canvas.
   *
   * @param {number} x CSS pixels
   * @param {number} y
   * @param {number} width
   * @param {number} height
   * @returns {boolean}
   */
  take(x, y, width, height) {
    if (x < 0 || y < 0) return false;
    const left = Math.floor(x / CELL);
    const top = Math.floor(y / CELL);
    const right = Math.floor((x + width) / CELL);
    const bottom = Math.floor((y + height) / CELL);
    if (right >= this.#columns || bottom >= this.#rows) return false;
    for (let row = top; row <= bottom; row += 1) {
      for (let column = left; column <= right; column += 1) {
        if (this.#taken[row * this.#columns + column]) return false;
      }
    }
    this.block(x, y, width, height);
    return true;
  }

  /**
   * Takes as much of a box as is on the canvas, free or not.
   *
   * @param {number} x CSS pixels
   * @param {number} y
   * @param {number} width
   * @param {number} height
   */
  block(x, y, width, height) {
    const left = Math.max(0, Math.floor(x / CELL));
    const right = Math.min(this.#columns - 1, Math.floor((x + width) / CELL));
    const bottom = Math.min(this.#rows - 1, Math.floor((y + height) / CELL));
    for (let row = Math.max(0, Math.floor(y / CELL)); row <= bottom; row += 1) {
      if (left <= right)
        this.#taken.fill(1, row * this.#columns + left, row * this.#columns + right + 1);
    }
  }
}
