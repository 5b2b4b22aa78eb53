/**
 * The codes of the protocol and their sentences. Written by `python -m tools.page_codes`
 * from mapapp/protocol/codes.py, mapapp/domain/refusals.py and page_words.py: change those.
 */

import { gettext } from "../platform/i18n.js";

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

/** @type {Readonly<Record<string, () => string>>} */
export const SERVER_SENTENCES = Object.freeze({
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
  bad_pairing: () =>
    gettext("This code has been used or is too old. Show a new one on the big screen."),
  subprotocol: () => gettext("This page is out of date. Please reload it."),
  hello_timeout: () => gettext("Your connection is slow. Reconnecting…"),
  too_many_tabs: () => gettext("You have this map open too many times, so this one has stopped."),
  closed: () => gettext("This map is closed. Thanks for taking part."),
  removed: () => gettext("The presenter has removed you from this map."),
  key_revoked: () => gettext("This remote has been disconnected."),
  room_full: () => gettext("The room is full. You'll be let in as soon as someone leaves."),
  screens_full: () => gettext("This map is already shown on too many screens."),
  crowded: () => gettext("Lots of people are joining from your network. You'll be let in shortly."),
  too_many_rooms: () => gettext("Too many maps are in use from your network."),
  nobody_new: () =>
    gettext("The presenter isn't letting anyone new in right now. You'll be let in when that changes."),
  origin: () => gettext("This page isn't allowed to connect to the map."),
  too_fast: () => gettext("Too many requests from your network. Reconnecting…"),
  not_ready: () => gettext("The server isn't ready yet. Reconnecting…"),
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
  not_yours: () => gettext("This marker belongs to someone else."),
  no_marker: () => gettext("This marker is no longer on the map."),
  held: () => gettext("Someone else is moving this marker right now."),
  stale_grab: () => gettext("You let go of this marker. Please try again."),
  moved_since: () => gettext("Someone has moved this marker since. It stays where they put it."),
  locked: () => gettext("The presenter has locked the map. You can still look around."),
  too_many_markers: () => gettext("You've placed all your markers. You can still move them."),
  room_markers_full: () => gettext("This map is full. You can still move your markers."),
  room_people_full: () =>
    gettext("This map is full: no more people can take part. You can still watch."),
  host_only: () => gettext("Only the presenter can do this."),
  no_key: () => gettext("This remote was disconnected before."),
  not_held: () => gettext("Nobody is moving this marker any more."),
  no_person: () => gettext("This person is no longer in the room."),
  bad_text: () => gettext("This text is empty or too long."),
  bad_position: () => gettext("This isn't a place on the map."),
  banned: () => gettext("The presenter has removed you from this map."),
  old_op: () => gettext("This change was dealt with long ago."),
  unavailable: () => gettext("This can't be saved right now. We'll keep trying."),
});
