/** A sentence for people for every code of the protocol, and of this page. */

import { gettext, interpolate } from "../platform/i18n.js";
import { SERVER_SENTENCES } from "./serverCodes.js";

/** For codes of this page itself. @type {Readonly<Record<string, () => string>>} */
const OWN_SENTENCES = Object.freeze({
  lost: () => gettext("Connection lost. Reconnecting…"),
  offline: () => gettext("You're offline. We'll reconnect as soon as you have a signal."),
  taken: () => gettext("The presenter has taken this marker from you. You can pick it up again."),
  other_room: () => gettext("This code now belongs to another map, so your change wasn't saved."),
  not_kept: () =>
    gettext("This browser doesn't let the page store anything, so don't reload until everything is saved."),
});

const SENTENCES = Object.freeze({ ...SERVER_SENTENCES, ...OWN_SENTENCES });

/** The codes that have a sentence. */
export const KNOWN_CODES = Object.freeze(Object.keys(SENTENCES));

/**
 * @param {string} code
 * @param {{ message?: string, name?: string }} [said] the server's own details
 * @returns {string} plain text: a name in it comes from other people
 */
export function sentenceFor(code, said = {}) {
  if (code === "held" && said.name) {
    return interpolate(gettext("%(name)s is moving this marker right now."), { name: said.name });
  }
  return SENTENCES[code]?.() ?? said.message ?? code;
}

/**
 * The answer to a refused change.
 *
 * @param {string} code
 * @param {{ message?: string, by?: number, name?: string }} [said] the server's own details
 * @returns {{ ok: false, code: string, message: string, by?: number, name?: string }}
 */
export function refusal(code, said = {}) {
  const { by, name } = said;
  return { ok: false, code, message: sentenceFor(code, said), by, name };
}
