/**
 * Binary frames of moves (docs/PROTOCOL.md, "Binary moves" and "Packed moves").
 *
 * @import { Move, Moves } from "./messages.js"
 */

/** Millionths of a degree in a degree. */
const MICRO = 1e6;
/** Bytes before the columns. */
const HEADER = 4;
/** Bytes before the bitmap. */
const PACKED_HEADER = 20;
const PACKED = 3;

/**
 * Reads a binary frame.
 *
 * @param {ArrayBuffer} buffer
 * @returns {Moves | null} null for anything but a complete frame of a known kind
 */
export function readBinaryMoves(buffer) {
  const view = new DataView(buffer);
  if (buffer.byteLength >= PACKED_HEADER && view.getUint8(0) === PACKED) return readPacked(view);
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

/**
 * @param {DataView} view of at least a header
 * @returns {Moves | null}
 */
function readPacked(view) {
  const size = view.getUint8(1);
  const bitmapBytes = view.getUint16(2, true);
  const lats = PACKED_HEADER + bitmapBytes;
  const count = (view.byteLength - lats) / (2 * size);
  if ((size !== 2 && size !== 3) || !Number.isInteger(count) || count < 1) return null;
  const [latStep, lngStep] = [view.getUint16(4, true), view.getUint16(6, true)];
  const [south, west] = [view.getInt32(8, true), view.getInt32(12, true)];
  const first = view.getUint32(16, true);
  const lngs = lats + size * count;
  /** @param {number} at */
  const steps = (at) =>
    view.getUint16(at, true) + (size === 3 ? view.getUint8(at + 2) * 0x1_0000 : 0);
  /** @type {Move[]} */
  const moves = [];
  for (let bit = 0; bit < 8 * bitmapBytes; bit += 1) {
    if (!(view.getUint8(PACKED_HEADER + (bit >> 3)) & (1 << (bit & 7)))) continue;
    if (moves.length === count) return null;
    const at = size * moves.length;
    const lat = (south + latStep * steps(lats + at)) / MICRO;
    const lng = (west + lngStep * steps(lngs + at)) / MICRO;
    moves.push([first + bit, within(90, lat), within(180, lng)]);
  }
  return moves.length === count ? { t: "moves", moves } : null;
}

/**
 * Clamps a position: it is up to half a step off, and may be beyond the edge of the world.
 *
 * @param {number} most
 * @param {number} degrees
 */
function within(most, degrees) {
  return Math.max(-most, Math.min(most, degrees));
}
