/**
 * Binary frames of a room's whole state (docs/PROTOCOL.md, "Packed snapshots").
 *
 * @import { MarkerRow, Snapshot } from "./messages.js"
 */

/** Millionths of a degree in a degree. */
const MICRO = 1e6;
/** Bytes before the text. */
const HEADER = 12;
/** The first byte of such a frame. */
export const PACKED_SNAPSHOT = 4;

/**
 * @param {ArrayBuffer} buffer
 * @returns {Snapshot | null} null for anything but a complete frame of this kind
 */
export function readPackedSnapshot(buffer) {
  const view = new DataView(buffer);
  if (buffer.byteLength < HEADER || view.getUint8(0) !== PACKED_SNAPSHOT) return null;
  const width = view.getUint8(1);
  const columns = HEADER + view.getUint32(4, true);
  const count = view.getUint32(8, true);
  const isWhole = buffer.byteLength === columns + count * (9 + 2 * width);
  if ((width !== 2 && width !== 4) || !isWhole) return null;
  const message = parse(new Uint8Array(buffer, HEADER, columns - HEADER));
  if (!message) return null;
  const { held, labels, ...snapshot } = message;
  return { ...snapshot, markers: readMarkers(view, columns, count, width, { held, labels }) };
}

/**
 * @typedef {object} Rare what only few markers have, by their numbers
 * @property {[marker: number, holder: number, grab: number][]} held
 * @property {[marker: number, label: string][]} labels
 */

/** @param {Uint8Array} text @returns {(Omit<Snapshot, "markers"> & Rare) | null} */
function parse(text) {
  try {
    const message = JSON.parse(new TextDecoder().decode(text));
    return message?.t === "snapshot" ? message : null;
  } catch {
    return null;
  }
}

/**
 * @param {DataView} view
 * @param {number} lats where the columns begin
 * @param {number} count of markers
 * @param {number} width of a number, in bytes
 * @param {Rare} rare
 */
function readMarkers(view, lats, count, width, { held, labels }) {
  const lngs = lats + 4 * count;
  const numbers = lngs + 4 * count;
  const owners = numbers + width * count;
  const looks = owners + width * count;
  /** @param {number} at */
  const whole = (at) => (width === 2 ? view.getUint16(at, true) : view.getUint32(at, true));
  const holds = new Map(held.map(([number, holder, grab]) => [number, { holder, grab }]));
  const labelOf = new Map(labels);
  /** @type {MarkerRow[]} */
  const rows = new Array(count);
  for (let i = 0; i < count; i += 1) {
    const number = whole(numbers + width * i);
    const hold = holds.get(number);
    const look = view.getUint8(looks + i);
    rows[i] = [
      number,
      view.getInt32(lats + 4 * i, true) / MICRO,
      view.getInt32(lngs + 4 * i, true) / MICRO,
      whole(owners + width * i),
      hold?.holder ?? 0,
      hold?.grab ?? 0,
      look & 15,
      look >> 4,
      labelOf.get(number) ?? "",
    ];
  }
  return rows;
}
