/** Every code of the protocol, and those of this page, as a sentence for people. */

import { gettext, interpolate } from "../i18n.js";

/** @type {Readonly<Record<string, () => string>>} */
const SENTENCES = Object.freeze({
  // A change was refused.
  not_yours: () => gettext("This marker belongs to somebody else."),
  no_marker: () => gettext("This marker is no longer on the map."),
  held: () => gettext("Somebody else is moving this marker right now."),
  stale_grab: () => gettext("You had let go of this marker. Please try again."),
  locked: () => gettext("The presenter has locked the map. You can look around."),
  closed: () => gettext("This map has been closed. Thank you for taking part."),
  too_many_markers: () =>
    gettext("You have placed all your markers. You can move the ones you have."),
  room_markers_full: () => gettext("This map is full. You can still move your markers."),
  host_only: () => gettext("Only the presenter can do this."),
  no_person: () => gettext("This person is not in the room."),
  bad_text: () => gettext("This text is empty or too long."),
  banned: () => gettext("The presenter has removed you from this map."),
  bad_position: () => gettext("This is not a place on the map."),
  old_op: () => gettext("This was answered long ago."),
  unavailable: () => gettext("This cannot be saved just now. We keep trying."),
  // A frame was not taken.
  not_json: () => gettext("The server did not understand this page. Please reload it."),
  unknown_type: () => gettext("The server does not know this action. Please reload the page."),
  bad_field: () => gettext("The server could not accept this. Please try something else."),
  too_large: () => gettext("This is too long to be sent."),
  binary: () => gettext("The server did not understand this page. Please reload it."),
  hello_first: () => gettext("The server did not understand this page. Please reload it."),
  hello_twice: () => gettext("The server did not understand this page. Please reload it."),
  read_only: () => gettext("A screen shows the map and changes nothing."),
  too_many_unanswered: () => gettext("Many changes are waiting to be saved. We keep trying."),
  slow_down: () => gettext("That was very fast. Some movements are left out."),
  // The connection ended.
  normal: () => gettext("The connection has been ended."),
  not_utf8: () => gettext("The server did not understand this page. Please reload it."),
  too_big: () => gettext("Something too large was sent. Please reload the page."),
  internal: () => gettext("The server had a problem. You will be back in a moment."),
  restart: () => gettext("The server is restarting. You will be back in a moment."),
  lagging: () => gettext("Your connection is slow. You will be back in a moment."),
  bad_hello: () => gettext("The server did not understand this page. Please reload it."),
  bad_token: () => gettext("This browser is not known here any more. Please reload the page."),
  wrong_key: () => gettext("This link does not open the remote. Please check it."),
  no_room: () => gettext("There is no map with this code. It may have ended."),
  subprotocol: () => gettext("This page is out of date. Please reload it."),
  hello_timeout: () => gettext("Your connection is slow. You will be back in a moment."),
  removed: () => gettext("The presenter has removed you from this map."),
  room_full: () => gettext("The room is full. You come in as soon as there is a place."),
  origin: () => gettext("This page may not connect to the map."),
  too_fast: () => gettext("Too much came from here at once. You will be back in a moment."),
  not_ready: () => gettext("The server is not ready yet. You will be back in a moment."),
  // Noticed by this page itself.
  lost: () => gettext("The connection is lost. You will be back in a moment."),
  offline: () => gettext("You are offline. You will be back as soon as there is a network."),
  other_room: () => gettext("This code now belongs to another map, so this was not saved."),
  not_kept: () =>
    gettext("This browser does not let the page keep anything: do not reload before all is saved."),
});

/** The codes that have a sentence. */
export const KNOWN_CODES = Object.freeze(Object.keys(SENTENCES));

/**
 * @param {string} code
 * @param {{ message?: string, name?: string }} [said] what the server said with it
 * @returns {string} plain text: a name in it comes from other people
 */
export function sentenceFor(code, said = {}) {
  if (code === "held" && said.name) {
    return interpolate(gettext("%(name)s is moving this marker right now."), { name: said.name });
  }
  return SENTENCES[code]?.() ?? said.message ?? code;
}

/**
 * The answer to a change that is refused.
 *
 * @param {string} code
 * @param {{ message?: string, by?: number, name?: string }} [said] what the server said with it
 * @returns {{ ok: false, code: string, message: string, by?: number, name?: string }}
 */
export function refusal(code, said = {}) {
  const { by, name } = said;
  return { ok: false, code, message: sentenceFor(code, said), by, name };
}
