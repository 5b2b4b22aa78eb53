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

/** @typedef {{ name: string, action: "retry" | "fresh" | "stop", final?: true }} CloseCode */

/** @type {Readonly<Record<number, CloseCode>>} */
export const CLOSE_CODES = Object.freeze({
  1000: { name: "normal", action: "stop" },
  1007: { name: "not_utf8", action: "stop" },
  1009: { name: "too_big", action: "stop" },
  1011: { name: "internal", action: "retry" },
  1012: { name: "restart", action: "retry" },
  1013: { name: "lagging", action: "retry" },
  4400: { name: "bad_hello", action: "stop" },
  4401: { name: "bad_token", action: "fresh" },
  4403: { name: "wrong_key", action: "stop" },
  4404: { name: "no_room", action: "stop", final: true },
  4405: { name: "bad_pairing", action: "stop" },
  4406: { name: "subprotocol", action: "stop" },
  4408: { name: "hello_timeout", action: "retry" },
  4409: { name: "too_many_tabs", action: "stop" },
  4410: { name: "closed", action: "stop", final: true },
  4411: { name: "removed", action: "stop", final: true },
  4412: { name: "key_revoked", action: "stop" },
  4413: { name: "room_full", action: "retry" },
  4414: { name: "screens_full", action: "retry" },
  4415: { name: "crowded", action: "retry" },
  4416: { name: "too_many_rooms", action: "retry" },
  4417: { name: "nobody_new", action: "retry" },
  4421: { name: "origin", action: "stop" },
  4429: { name: "too_fast", action: "retry" },
  4503: { name: "not_ready", action: "retry" },
});

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
