/** The side of a cell, in CSS pixels. */
const CELL = 8;

/** Keeps track of the parts of the canvas that labels have taken. */
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
   * @param {number} x CSS pixels
   * @param {number} y
   * @returns {boolean} whether this point is on the canvas and not taken
   */
  isFree(x, y) {
    const column = Math.floor(x / CELL);
    const row = Math.floor(y / CELL);
    const isInside = column >= 0 && column < this.#columns && row >= 0 && row < this.#rows;
    return isInside && !this.#taken[row * this.#columns + column];
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
   * Takes the part of a box that is on the canvas, free or not.
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
      const start = row * this.#columns;
      for (let column = left; column <= right; column += 1) this.#taken[start + column] = 1;
    }
  }
}
