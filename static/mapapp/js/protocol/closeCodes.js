/**
 * What to do when the server has closed the connection (docs/PROTOCOL.md, section 6).
 *
 * - `retry`: connect again with backoff, and resume.
 * - `fresh`: connect once more without the token.
 * - `stop`: tell the person; do not reconnect by itself.
 *
 * `final` marks the ends after which none of this person's changes can be stored,
 * so that unsaved ones need not be kept.
 */

import { CLOSE_CODES } from "./serverCodes.js";

/** @typedef {import("./serverCodes.js").CloseCode} CloseCode */

/** The line broke without a close code of the server's: 1006, or a proxy's own code. */
const LOST = Object.freeze(/** @type {CloseCode} */ ({ name: "lost", action: "retry" }));

/**
 * @param {number} code of the websocket's close event
 * @param {string} [announced] the code of the `bye` before it: on a bad line
 *   the `bye` may arrive without the close
 * @returns {CloseCode}
 */
export function closeCode(code, announced) {
  return (
    CLOSE_CODES[code] ??
    Object.values(CLOSE_CODES).find(({ name }) => name === announced) ??
    LOST
  );
}
