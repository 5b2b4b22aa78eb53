/** A sentence for people for every code of the protocol, and of this page. */

import { gettext, interpolate } from "../platform/i18n.js";
import { SERVER_SENTENCES } from "./serverCodes.js";

/** For codes of this page itself. @type {Readonly<Record<string, () => string>>} */
const OWN_SENTENCES = Object.freeze({
  lost: () => gettext("Connection lost. Reconnecting…"),
  offline: () => gettext("You're offline. We'll reconnect as soon as you have a signal."),
  taken: () => gettext("The presenter has taken this marker from you. You can pick it up again."),
  other_room: () => gettext("This code now belongs to another map, so your change wasn't saved."),
  came_late: () => gettext("Your answer came after the end. The presenter can still count it."),
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

/** The path of a field of an activity and what is wrong with it, as the server says it. */
const FIELD_AND_SENTENCE = /^(?:(?:activity|value)\.)?([a-z_]+(?:\.[a-z_]+|\[\d+\])*): (\S.*)$/s;

/**
 * The answer to a refused change. `field` is the path of the value at fault in the activity that
 * was sent, such as "settings.seconds"; `message` is then the server's own.
 *
 * @param {string} code
 * @param {{ message?: string, by?: number, name?: string, field?: string }} [said] the server's
 *   own details
 * @returns {{ ok: false, code: string, message: string, by?: number, name?: string, field?: string }}
 */
export function refusal(code, said = {}) {
  const { by, name } = said;
  const [, field, sentence] = FIELD_AND_SENTENCE.exec(said.message ?? "") ?? [];
  if ((code === "bad_field" || code === "bad_plan") && field) {
    return { ok: false, code, message: sentence ?? "", field: said.field ?? field };
  }
  if (said.field) return { ok: false, code, message: said.message ?? code, field: said.field };
  return { ok: false, code, message: sentenceFor(code, said), by, name };
}
