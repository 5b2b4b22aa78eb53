/**
 * The density of markers on a coarse grid: each counts as one, spread over a disc
 * with a soft edge. The cost depends on the grid and hardly on the number of
 * markers.
 */

/** Passes of a box blur; three are close to a Gaussian. */
const PASSES = 3;

export class HeatGrid {
  columns = 0;
  rows = 0;
  /** Markers per cell, row by row. */
  density = new Float32Array(0);
  #blurred = new Float32Array(0);
  #reach;

  /** @param {number} reach of the blur, in cells; its standard deviation is a little more */
  constructor(reach) {
    this.#reach = reach;
  }

  /**
   * Empties it.
   *
   * @param {number} columns
   * @param {number} rows
   */
  clear(columns, rows) {
    if (columns === this.columns && rows === this.rows) {
      this.density.fill(0);
      return;
    }
    this.columns = columns;
    this.rows = rows;
    this.density = new Float32Array(columns * rows);
    this.#blurred = new Float32Array(columns * rows);
  }

  /**
   * Spreads a marker over the four nearest cells, so that a moving one does not jump
   * from cell to cell. Shares off the grid do not count.
   *
   * @param {number} x in cells; the middle of the first cell is at 0.5
   * @param {number} y
   */
  add(x, y) {
    const column = Math.floor(x - 0.5);
    const row = Math.floor(y - 0.5);
    const right = x - 0.5 - column;
    const down = y - 0.5 - row;
    this.#put(column, row, (1 - right) * (1 - down));
    this.#put(column + 1, row, right * (1 - down));
    this.#put(column, row + 1, (1 - right) * down);
    this.#put(column + 1, row + 1, right * down);
  }

  /** @returns {number} the greatest density afterwards */
  blur() {
    const { columns, rows } = this;
    for (let pass = 0; pass < PASSES; pass += 1) {
      // Along the rows, and with the result along the columns.
      for (let row = 0; row < rows; row += 1) {
        this.#blurLine(this.density, this.#blurred, row * columns, 1, columns);
      }
      for (let column = 0; column < columns; column += 1) {
        this.#blurLine(this.#blurred, this.density, column, columns, rows);
      }
    }
    let peak = 0;
    for (const density of this.density) if (density > peak) peak = density;
    return peak;
  }

  /**
   * @param {number} column
   * @param {number} row
   * @param {number} share
   */
  #put(column, row, share) {
    if (column < 0 || row < 0 || column >= this.columns || row >= this.rows) return;
    const cell = row * this.columns + column;
    this.density[cell] = /** @type {number} */ (this.density[cell]) + share;
  }

  /**
   * One line's moving average; beyond its ends the density is 0.
   *
   * @param {Float32Array} from
   * @param {Float32Array} to
   * @param {number} start the first cell
   * @param {number} step from each cell to the next
   * @param {number} length cells
   */
  #blurLine(from, to, start, step, length) {
    const reach = this.#reach;
    const width = 2 * reach + 1;
    /** @param {number} i */
    const at = (i) => (i < length ? /** @type {number} */ (from[start + i * step]) : 0);
    let sum = 0;
    for (let i = 0; i < reach; i += 1) sum += at(i);
    for (let i = 0; i < length; i += 1) {
      sum += at(i + reach);
      to[start + i * step] = sum / width;
      if (i >= reach) sum -= at(i - reach);
    }
  }
}
