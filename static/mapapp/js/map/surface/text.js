/** Text on a surface: in the page's type, in as many lines as it takes. */

/** As in base.css. */
export const FONTS = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif';

const LINE = 1.2;
const MOST_LINES = 3;

/**
 * @param {CanvasRenderingContext2D} context with its font set
 * @param {string} text
 * @param {number} width
 * @param {number} [most] lines
 * @returns {string[]} lines that are no wider, but for single words; the last may be cut
 */
export function wrapped(context, text, width, most = MOST_LINES) {
  /** @type {string[]} */
  const lines = [];
  for (const word of text.split(" ")) {
    const last = lines[lines.length - 1];
    const longer = last === undefined ? word : `${last} ${word}`;
    if (last !== undefined && context.measureText(longer).width <= width) {
      lines[lines.length - 1] = longer;
    } else {
      lines.push(word);
    }
  }
  if (lines.length <= most) return lines.map((line) => cut(context, line, width));
  const rest = lines.slice(most - 1).join(" ");
  return [...lines.slice(0, most - 1), rest].map((line) => cut(context, line, width));
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {string} line
 * @param {number} width
 * @returns {string} with an ellipsis if it is wider
 */
function cut(context, line, width) {
  if (context.measureText(line).width <= width) return line;
  const letters = [...line];
  while (letters.length > 1 && context.measureText(`${letters.join("")}…`).width > width) letters.pop();
  return `${letters.join("").trimEnd()}…`;
}

/**
 * Draws lines with a halo, which keeps them readable on whatever lies below.
 *
 * @param {CanvasRenderingContext2D} context with its font and `textAlign` set
 * @param {string[]} lines
 * @param {object} where
 * @param {number} where.x
 * @param {number} where.y the upper edge of the first line
 * @param {number} where.size of the type, in CSS pixels
 * @param {string} where.ink
 * @param {string} where.halo
 */
export function drawLines(context, lines, { x, y, size, ink, halo }) {
  context.textBaseline = "alphabetic";
  context.lineJoin = "round";
  context.lineWidth = Math.max(3, size / 4);
  lines.forEach((line, index) => {
    const at = y + size * (0.95 + LINE * index);
    context.strokeStyle = halo;
    context.strokeText(line, x, at);
    context.fillStyle = ink;
    context.fillText(line, x, at);
  });
}

/** @param {string[]} lines @param {number} size @returns {number} their height in CSS pixels */
export function heightOf(lines, size) {
  return lines.length * size * LINE;
}

/** @param {string} name of a custom property @returns {string} */
export function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
