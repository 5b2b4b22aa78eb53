/** A countdown in whole seconds: the same second everywhere, because `now` is the server's (L2). */

/** From here on a countdown stands out (s). */
export const LAST_SECONDS = 10;

/**
 * @param {number} ends milliseconds since 1970
 * @param {number} now the server's, in the same unit
 * @returns {number} milliseconds until the seconds left, rounded up, are fewer; Infinity after the end
 */
export function untilNextSecond(ends, now) {
  const left = ends - now;
  if (left <= 0) return Infinity;
  return left % 1000 || 1000;
}

/**
 * @param {number} seconds
 * @returns {string} minutes and seconds, such as 1:05
 */
export function clockText(seconds) {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
