/** Every code of the protocol, and those of this page, as a sentence for people. */

import { gettext, interpolate } from "../platform/i18n.js";

/** @type {Readonly<Record<string, () => string>>} */
const SENTENCES = Object.freeze({
  // A change was refused.
  not_yours: () => gettext("This marker belongs to someone else."),
  no_marker: () => gettext("This marker is no longer on the map."),
  held: () => gettext("Someone else is moving this marker right now."),
  stale_grab: () => gettext("You let go of this marker. Please try again."),
  moved_since: () => gettext("Someone has moved this marker since. It stays where they put it."),
  locked: () => gettext("The presenter has locked the map. You can still look around."),
  closed: () => gettext("This map is closed. Thanks for taking part."),
  too_many_markers: () =>
    gettext("You've placed all your markers. You can still move them."),
  room_markers_full: () => gettext("This map is full. You can still move your markers."),
  room_people_full: () =>
    gettext("This map is full: no more people can take part. You can still watch."),
  host_only: () => gettext("Only the presenter can do this."),
  key_revoked: () => gettext("This remote has been disconnected."),
  no_key: () => gettext("This remote was disconnected before."),
  bad_pairing: () =>
    gettext("This code has been used or is too old. Show a new one on the big screen."),
  not_held: () => gettext("Nobody is moving this marker any more."),
  no_person: () => gettext("This person is no longer in the room."),
  bad_text: () => gettext("This text is empty or too long."),
  banned: () => gettext("The presenter has removed you from this map."),
  bad_position: () => gettext("This isn't a place on the map."),
  old_op: () => gettext("This change was dealt with long ago."),
  unavailable: () => gettext("This can't be saved right now. We'll keep trying."),
  // A frame was not taken.
  not_json: () => gettext("The server didn't understand this page. Please reload it."),
  unknown_type: () => gettext("The server doesn't know this action. Please reload the page."),
  bad_field: () => gettext("The server couldn't accept this. Please try something else."),
  too_large: () => gettext("This is too long to send."),
  binary: () => gettext("The server didn't understand this page. Please reload it."),
  hello_first: () => gettext("The server didn't understand this page. Please reload it."),
  hello_twice: () => gettext("The server didn't understand this page. Please reload it."),
  read_only: () => gettext("A screen shows the map but can't change it."),
  too_many_unanswered: () => gettext("Several changes are waiting to be saved. We'll keep trying."),
  slow_down: () => gettext("That was too fast. Some movements were skipped."),
  // The connection ended.
  normal: () => gettext("The connection was closed."),
  not_utf8: () => gettext("The server didn't understand this page. Please reload it."),
  too_big: () => gettext("Something too large was sent. Please reload the page."),
  internal: () => gettext("The server had a problem. Reconnecting…"),
  restart: () => gettext("The server is restarting. You'll be back in a moment."),
  lagging: () => gettext("Your connection is slow. Reconnecting…"),
  bad_hello: () => gettext("The server didn't understand this page. Please reload it."),
  bad_token: () => gettext("This browser isn't recognised any more. Please reload the page."),
  wrong_key: () => gettext("This link doesn't open the remote. Please check it."),
  no_room: () => gettext("There's no map with this code. It may have ended."),
  subprotocol: () => gettext("This page is out of date. Please reload it."),
  hello_timeout: () => gettext("Your connection is slow. Reconnecting…"),
  removed: () => gettext("The presenter has removed you from this map."),
  nobody_new: () =>
    gettext("The presenter isn't letting anyone new in right now. You'll be let in when that changes."),
  room_full: () => gettext("The room is full. You'll be let in as soon as someone leaves."),
  too_many_tabs: () => gettext("You have this map open too many times, so this one has stopped."),
  screens_full: () => gettext("This map is already shown on too many screens."),
  crowded: () =>
    gettext("Lots of people are joining from your network. You'll be let in shortly."),
  too_many_rooms: () => gettext("Too many maps are in use from your network."),
  origin: () => gettext("This page isn't allowed to connect to the map."),
  too_fast: () => gettext("Too many requests from your network. Reconnecting…"),
  not_ready: () => gettext("The server isn't ready yet. Reconnecting…"),
  // Noticed by this page itself.
  lost: () => gettext("Connection lost. Reconnecting…"),
  offline: () => gettext("You're offline. We'll reconnect as soon as you have a signal."),
  taken: () => gettext("The presenter has taken this marker from you. You can pick it up again."),
  other_room: () => gettext("This code now belongs to another map, so your change wasn't saved."),
  not_kept: () =>
    gettext("This browser doesn't let the page store anything, so don't reload until everything is saved."),
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
