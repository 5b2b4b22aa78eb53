/**
 * A QR code drawn in this browser, for links with a secret: no address that goes
 * to a server may contain it.
 */

/** The light margin that the standard asks for (ISO/IEC 18004), in modules. */
const QUIET_ZONE = 4;
/** Level M survives a glare spot on the projection. */
const CORRECTION = "M";

/**
 * @param {HTMLElement} place gets the picture
 * @param {string} text
 * @param {string} library its address; empty where the server has no copy
 * @returns {Promise<boolean>} whether it could be drawn
 */
export async function drawQrCode(place, text, library) {
  if (!library) return false;
  try {
    const { default: qrcode } = await import(library);
    const code = qrcode(0, CORRECTION);
    code.addData(text);
    code.make();
    place.replaceChildren(picture(code.getModuleCount(), code.isDark));
    return true;
  } catch {
    return false;
  }
}

/**
 * @param {number} size in modules
 * @param {(row: number, column: number) => boolean} isDark
 */
function picture(size, isDark) {
  const canvas = document.createElement("canvas");
  // One pixel per module; the style sheet enlarges it without smoothing.
  canvas.width = canvas.height = size + 2 * QUIET_ZONE;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = "#000";
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      if (isDark(row, column)) context.fillRect(column + QUIET_ZONE, row + QUIET_ZONE, 1, 1);
    }
  }
  return canvas;
}
