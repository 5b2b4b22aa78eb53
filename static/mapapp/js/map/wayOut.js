/** @typedef {{left: number, top: number, right: number, bottom: number}} Box */
/** @typedef {{x: number, y: number}} Place */

/**
 * The place nearest to `from` that is within `frame` and in none of `boxes`;
 * where there is none, the nearest within `frame`.
 *
 * @param {Place} from
 * @param {Box} frame
 * @param {Box[]} boxes
 * @returns {Place}
 */
export function wayOut(from, frame, boxes) {
  const inFrame = {
    x: Math.max(frame.left, Math.min(frame.right, from.x)),
    y: Math.max(frame.top, Math.min(frame.bottom, from.y)),
  };
  // Whoever goes the shortest way out of a box ends at an edge of it, or where two edges meet.
  const columns = [inFrame.x, ...boxes.flatMap(({ left, right }) => [left, right])];
  const rows = [inFrame.y, ...boxes.flatMap(({ top, bottom }) => [top, bottom])];
  let best = inFrame;
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
