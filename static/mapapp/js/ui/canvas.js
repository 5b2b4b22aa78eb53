/**
 * Canvases are a scarce resource on a phone: WebKit limits the memory of all
 * canvases of a page together, and counts removed ones too until it collects
 * its garbage.
 */

/** How long (ms) to wait after a refusal before asking for a canvas again. */
export const ASK_AGAIN = 1000;

/** The browser has no memory for this canvas now, but may have later. */
export class NoCanvas extends Error {}

/**
 * @param {HTMLCanvasElement} canvas
 * @returns {CanvasRenderingContext2D} the same one each time
 * @throws {NoCanvas}
 */
export function contextOf(canvas) {
  const context = canvas.getContext("2d");
  if (!context) throw new NoCanvas();
  return context;
}

/**
 * Frees the memory of a canvas that is no longer needed.
 *
 * @param {HTMLCanvasElement} canvas
 */
export function discard(canvas) {
  canvas.width = canvas.height = 0;
}
