/**
 * The finer base map, piece by piece: a part of its own, loaded where somebody first zooms in. The
 * file's format is described in tools/build_fine_basemap.py.
 */

/** @import { BasemapData } from "./basemapData.js" */

/** The world has so many pieces from side to side … */
const PIECES = 16;
/** … of so many units. */
const UNITS = 16384;
/** A 32-bit offset for each piece, and one for the end. */
const INDEX_BYTES = 4 * (PIECES * PIECES + 1);
/** The most pieces that are kept, some hundred kB each. */
const MOST_KEPT = 24;

export class FineBasemap {
  #url;
  #arrived;
  /** The pieces that are here (null: on their way), the one used last at the end.
   * @type {Map<number, BasemapData | null>} */
  #pieces = new Map();
  /** @type {Promise<Uint32Array> | null} */
  #index = null;

  /**
   * @param {string} url
   * @param {() => void} arrived a piece is here that was asked for
   */
  constructor(url, arrived) {
    this.#url = url;
    this.#arrived = arrived;
  }

  /**
   * @param {number} x world units
   * @param {number} y
   * @returns {BasemapData | null} what is there, if it is here; otherwise it is fetched
   */
  pieceAt(x, y) {
    const number = Math.floor(y * PIECES) * PIECES + Math.floor(x * PIECES);
    const found = this.#pieces.get(number);
    if (found === undefined) {
      this.#fetch(number);
      return null;
    }
    this.#pieces.delete(number);
    this.#pieces.set(number, found);
    return found;
  }

  /** @param {number} number */
  async #fetch(number) {
    this.#pieces.set(number, null);
    try {
      this.#index ??= this.#part(0, INDEX_BYTES).then(readIndex);
      const index = await this.#index;
      const start = /** @type {number} */ (index[number]);
      const end = /** @type {number} */ (index[number + 1]);
      const bytes = start < end ? await this.#part(start, end) : new Uint8Array();
      this.#pieces.set(number, readPiece(bytes, number % PIECES, Math.floor(number / PIECES)));
    } catch {
      // The coarser map stays; the next tile asks again.
      this.#index = null;
      this.#pieces.delete(number);
      return;
    }
    for (const old of this.#pieces.keys()) {
      if (this.#pieces.size <= MOST_KEPT) break;
      this.#pieces.delete(old);
    }
    this.#arrived();
  }

  /**
   * @param {number} start
   * @param {number} end
   * @returns {Promise<Uint8Array>}
   */
  async #part(start, end) {
    const answer = await fetch(this.#url, { headers: { Range: `bytes=${start}-${end - 1}` } });
    if (!answer.ok) throw new Error(`Base map: ${answer.status}`);
    const bytes = new Uint8Array(await answer.arrayBuffer());
    // Development servers know no ranges.
    return answer.status === 206 ? bytes : bytes.subarray(start, end);
  }
}

/** @param {Uint8Array} bytes */
function readIndex(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, INDEX_BYTES);
  return Uint32Array.from({ length: INDEX_BYTES / 4 }, (_, at) => view.getUint32(4 * at, true));
}

/**
 * @param {Uint8Array} bytes none for open sea
 * @param {number} column
 * @param {number} row
 * @returns {BasemapData}
 */
export function readPiece(bytes, column, row) {
  let at = 0;
  const [land, borders, lakes, rivers] = [readLines(), readLines(), readLines(), readLines()];
  return { land, borders, lakes, rivers };

  function readLines() {
    /** @type {Float32Array[]} */
    const lines = [];
    for (let left = readNumber(); left > 0; left -= 1) {
      const line = new Float32Array(2 * readNumber());
      let x = column * UNITS;
      let y = row * UNITS;
      for (let i = 0; i < line.length; i += 2) {
        x += readDifference();
        y += readDifference();
        line[i] = x / (PIECES * UNITS);
        line[i + 1] = y / (PIECES * UNITS);
      }
      lines.push(line);
    }
    return lines;
  }

  function readDifference() {
    const number = readNumber();
    return number & 1 ? -((number + 1) >> 1) : number >> 1;
  }

  function readNumber() {
    let number = 0;
    for (let shift = 0; at < bytes.length; shift += 7) {
      const byte = /** @type {number} */ (bytes[at]);
      at += 1;
      number |= (byte & 127) << shift;
      if (byte < 128) break;
    }
    return number;
  }
}
