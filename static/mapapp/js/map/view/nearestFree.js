/** @typedef {{left: number, top: number, right: number, bottom: number}} Box */
/** @typedef {{x: number, y: number}} Place */

/**
 * The place nearest to `from` that is clear of the map's edges and of all boxes
 * over it; if there is none, the nearest one that is clear of the edges.
 *
 * @param {Place} from CSS pixels of the map, like everything here
 * @param {Place} size of the map
 * @param {Box[]} boxes over it
 * @param {number[]} clearances distances to keep, the best first: the first that
 *   leaves any place counts
 * @returns {Place}
 */
export function clearPlace(from, { x: width, y: height }, boxes, clearances) {
  for (const clear of clearances) {
    const place = nearestFree(from, frameOf(clear), boxes.map((box) => grown(box, clear)));
    if (place) return place;
  }
  return into(frameOf(clearances[0] ?? 0), from);

  /** @param {number} clear */
  function frameOf(clear) {
    return grown({ left: 0, top: 0, right: width, bottom: height }, -clear);
  }
}

/**
 * The place nearest to `from` that is within `frame` and in none of `boxes`.
 *
 * @param {Place} from
 * @param {Box} frame
 * @param {Box[]} boxes
 * @returns {Place | null}
 */
export function nearestFree(from, frame, boxes) {
  const inFrame = into(frame, from);
  // The shortest way out of a box ends on one of its edges, or where two edges cross.
  const columns = [inFrame.x, ...boxes.flatMap(({ left, right }) => [left, right])];
  const rows = [inFrame.y, ...boxes.flatMap(({ top, bottom }) => [top, bottom])];
  /** @type {Place | null} */
  let best = null;
  let shortest = Infinity;
  for (const x of columns) {
    for (const y of rows) {
      const way = Math.hypot(x - from.x, y - from.y);
      const isInFrame =
        x >= frame.left && x <= frame.right && y >= frame.top && y <= frame.bottom;
      if (way >= shortest || !isInFrame || boxes.some((box) => isIn(box, x, y))) continue;
      shortest = way;
      best = { x, y };
    }
  }
  return best;
}

/**
 * @param {Box} frame
 * @param {Place} from
 */
function into({ left, top, right, bottom }, { x, y }) {
  return { x: Math.max(left, Math.min(right, x)), y: Math.max(top, Math.min(bottom, y)) };
}

/**
 * @param {Box} box
 * @param {number} by
 * @returns {Box} larger by that on each side
 */
function grown({ left, top, right, bottom }, by) {
  return { left: left - by, top: top - by, right: right + by, bottom: bottom + by };
}

/**
 * @param {HTMLElement} container
 * @param {Box[]} boxes CSS pixels of the page
 * @returns {Box[]} the same in pixels of the container
 */
export function within(container, boxes) {
  const { left: x, top: y } = container.getBoundingClientRect();
  return boxes.map(({ left, top, right, bottom }) => ({
    left: left - x,
    top: top - y,
    right: right - x,
    bottom: bottom - y,
  }));
}

/**
 * @param {Box} box
 * @param {number} x
 * @param {number} y
 */
function isIn({ left, top, right, bottom }, x, y) {
  return x > left && x < right && y > top && y < bottom;
}
