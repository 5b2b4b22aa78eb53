/**
 * Which names of places are shown: the largest places first, and none over another. It is laid out
 * in world units for one zoom, so that panning changes nothing.
 */

import { worldPixels, worldX, worldY } from "../ground/mercator.js";

/** `[name, lat, lng, population]` @typedef {[string, number, number, number]} PlaceName */

/**
 * A name that is shown; `x` and `y` are where its place is, in world units.
 * @typedef {{ name: string, x: number, y: number, width: number }} ShownName
 */

/** From a place's dot to its name. */
export const DOT_GAP = 6;
/** Around a name, at the least (CSS pixels at scale 1): a map is no list. */
const ROOM_X = 8;
const ROOM_Y = 4;

/**
 * @param {PlaceName[]} names
 * @param {object} how
 * @param {number} how.zoom
 * @param {number} how.height of a name, in CSS pixels
 * @param {number} how.textScale
 * @param {(name: string) => number} how.widthOf in CSS pixels
 * @returns {ShownName[]}
 */
export function layOutNames(names, { zoom, height, textScale, widthOf }) {
  const scale = worldPixels(zoom);
  const roomX = ROOM_X * textScale;
  const roomY = ROOM_Y * textScale;
  const cell = height + 2 * roomY;
  /** The taken boxes, by the rows that they reach into.
   * @type {Map<number, { left: number, right: number, top: number, bottom: number }[]>} */
  const rows = new Map();
  /** @type {ShownName[]} */
  const shown = [];
  for (const [name, lat, lng] of [...names].sort((one, other) => other[3] - one[3])) {
    const x = worldX(lng);
    const y = worldY(lat);
    const width = widthOf(name);
    const box = {
      left: x * scale - roomX,
      right: x * scale + DOT_GAP + width + roomX,
      top: y * scale - height / 2 - roomY,
      bottom: y * scale + height / 2 + roomY,
    };
    const from = Math.floor(box.top / cell);
    const to = Math.floor(box.bottom / cell);
    let isFree = true;
    for (let row = from; isFree && row <= to; row += 1) {
      isFree = !rows.get(row)?.some((other) => overlap(box, other));
    }
    if (!isFree) continue;
    for (let row = from; row <= to; row += 1) {
      const taken = rows.get(row);
      if (taken) taken.push(box);
      else rows.set(row, [box]);
    }
    shown.push({ name, x, y, width });
  }
  return shown;
}

/**
 * @param {{ left: number, right: number, top: number, bottom: number }} a
 * @param {{ left: number, right: number, top: number, bottom: number }} b
 */
function overlap(a, b) {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
