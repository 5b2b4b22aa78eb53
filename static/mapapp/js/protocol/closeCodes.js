/**
 * What to do when the server has closed the connection (docs/PROTOCOL.md, section 6).
 *
 * - `retry`: connect again with backoff, and resume.
 * - `fresh`: once more without the token.
 * - `stop`: tell the person; do not come back by oneself.
 *
 * `final` marks the ends after which nothing of this person's can be stored any more,
 * so that what is still unsaved need not be kept.
 */

import { CLOSE_CODES } from "./serverCodes.js";

/** @typedef {import("./serverCodes.js").CloseCode} CloseCode */

/** The line broke without a word from the server: 1006, and whatever a proxy makes of it. */
const LOST = Object.freeze(/** @type {CloseCode} */ ({ name: "lost", action: "retry" }));

/**
 * @param {number} code of the websocket's close event
 * @param {string} [announced] the code of the `bye` before it: on a bad line
 *   the goodbye may arrive and the close itself not
 * @returns {CloseCode}
 */
export function closeCode(code, announced) {
  return (
    CLOSE_CODES[code] ??
    Object.values(CLOSE_CODES).find(({ name }) => name === announced) ??
    LOST
  );
}
