/**
 * Binary moves (docs/PROTOCOL.md, "Binary moves").
 *
 * @import { Move, Moves } from "./messages.js"
 */

/** Millionths of a degree in a degree. */
const MICRO = 1e6;
/** Bytes before the columns. */
const HEADER = 4;

/**
 * Reads a binary frame.
 *
 * @param {ArrayBuffer} buffer
 * @returns {Moves | null} null for anything that is not a whole frame of a kind that we know
 */
export function readBinaryMoves(buffer) {
  const view = new DataView(buffer);
  const width = buffer.byteLength < HEADER ? 0 : [0, 2, 4][view.getUint8(0)];
  if (!width) return null;
  const count = (buffer.byteLength - HEADER) / (8 + width);
  if (!Number.isInteger(count)) return null;
  const lngs = HEADER + 4 * count;
  const numbers = lngs + 4 * count;
  /** @type {Move[]} */
  const moves = new Array(count);
  for (let i = 0; i < count; i += 1) {
    moves[i] = [
      width === 2 ? view.getUint16(numbers + 2 * i, true) : view.getUint32(numbers + 4 * i, true),
      view.getInt32(HEADER + 4 * i, true) / MICRO,
      view.getInt32(lngs + 4 * i, true) / MICRO,
    ];
  }
  return { t: "moves", moves };
}
