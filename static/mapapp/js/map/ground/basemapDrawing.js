/** Draws a part of the base map on a canvas. */

/** @typedef {import("./basemapData.js").BasemapData} BasemapData */

/** @typedef {{sea: string, land: string, coast: string, border: string, river: string}} BasemapColours */

/**
 * The part of the world that a canvas shows.
 *
 * @typedef {object} Window
 * @property {number} x left edge in world units
 * @property {number} y upper edge in world units
 * @property {number} scale pixels per world unit
 * @property {number} width pixels
 * @property {number} height pixels
 */

const LEFT = 1;
const RIGHT = 2;
const ABOVE = 4;
const BELOW = 8;

/** @returns {BasemapColours} from the present style sheets */
export function basemapColours() {
  const style = getComputedStyle(document.documentElement);
  /** @param {string} name */
  const colour = (name) => style.getPropertyValue(name).trim();
  return {
    sea: colour("--sea"),
    land: colour("--land"),
    coast: colour("--coast"),
    border: colour("--border"),
    river: colour("--river"),
  };
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {BasemapData} data
 * @param {Window} window
 * @param {BasemapColours} colours
 */
export function drawBasemap(context, data, window, colours) {
  context.fillStyle = colours.sea;
  context.fillRect(0, 0, window.width, window.height);
  context.lineJoin = "round";
  context.lineWidth = 1;

  trace(data.land, { closed: true });
  context.fillStyle = colours.land;
  context.fill("evenodd");

  trace(data.rivers, { closed: false });
  stroke(colours.river);

  trace(data.lakes, { closed: true });
  context.fillStyle = colours.sea;
  context.fill("evenodd");
  stroke(colours.coast);

  trace(data.borders, { closed: false });
  stroke(colours.border);

  trace(data.land, { closed: true, skipCuts: true });
  stroke(colours.coast);

  /**
   * @param {Float32Array[]} lines
   * @param {{closed: boolean, skipCuts?: boolean}} how
   */
  function trace(lines, how) {
    context.beginPath();
    for (const line of lines) traceNear(context, line, window, how);
  }

  /** @param {string} colour */
  function stroke(colour) {
    context.strokeStyle = colour;
    context.stroke();
  }
}

/**
 * Adds a line to the path, as far as the window can show it.
 *
 * A run of points beyond the same edge cannot change the inside, so only the ends
 * of each run are kept (the outcodes of Cohen and Sutherland). A continent then
 * costs one pass of comparisons.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {Float32Array} line
 * @param {Window} window
 * @param {{closed: boolean, skipCuts?: boolean}} how `skipCuts`: do not draw the
 *     edges along which the file cuts land at the antimeridian and the pole
 */
function traceNear(context, line, window, { closed, skipCuts = false }) {
  const { scale } = window;
  const margin = 4 / scale;
  const left = window.x - margin;
  const top = window.y - margin;
  const right = window.x + window.width / scale + margin;
  const bottom = window.y + window.height / scale + margin;

  const count = line.length / 2;
  const last = closed ? count : count - 1;
  let common = 0; // the edges that all points since the last kept one lie beyond
  let started = false;
  let x = 0;
  let y = 0;
  for (let i = 0; i <= last; i += 1) {
    const previousX = x;
    const previousY = y;
    const at = (i % count) * 2;
    x = /** @type {number} */ (line[at]);
    y = /** @type {number} */ (line[at + 1]);
    const beyond =
      (x < left ? LEFT : x > right ? RIGHT : 0) | (y < top ? ABOVE : y > bottom ? BELOW : 0);
    if (started && common & beyond) {
      common &= beyond;
      if (i < last) continue;
    } else if (started && common) {
      context.lineTo((previousX - window.x) * scale, (previousY - window.y) * scale);
    }
    const px = (x - window.x) * scale;
    const py = (y - window.y) * scale;
    if (!started || (skipCuts && isCut(previousX, previousY, x, y))) context.moveTo(px, py);
    else context.lineTo(px, py);
    started = true;
    common = beyond;
  }
}

/**
 * @param {number} x1
 * @param {number} y1
 * @param {number} x2
 * @param {number} y2
 */
function isCut(x1, y1, x2, y2) {
  const alongMeridian = x1 === x2 && (x1 === 0 || x1 === 1);
  const alongPole = y1 > 0.999 && y2 > 0.999;
  return alongMeridian || alongPole;
}
