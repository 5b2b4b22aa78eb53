/**
 * Canvases as what they are on a phone: a thing that runs out. WebKit limits
 * what all canvases of a page take together, and counts removed ones too, until
 * it collects its garbage.
 */

/** How long (ms) to wait after a refusal until a canvas is asked for again. */
export const ASK_AGAIN = 1000;

/** The browser has no memory for this canvas now. Later it may have. */
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
 * Gives back the memory of a canvas that is not needed any more.
 *
 * @param {HTMLCanvasElement} canvas
 */
export function discard(canvas) {
  canvas.width = canvas.height = 0;
}
