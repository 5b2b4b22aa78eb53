"""Our pages' sentences for codes whose sentence on the wire is meant for programs.

Codes and their sentences are declared in `mapapp.domain.refusals` and in
`mapapp.protocol.codes`; `python -m tools.page_codes` writes them for the pages. This
file has only the sentences that people on a page read instead: what they can do, or
that the page goes on by itself.
"""

from __future__ import annotations

from mapapp.domain.refusals import REFUSALS
from mapapp.protocol.codes import ERRORS, Close

ON_PAGES = {
    "stale_grab": "You let go of this marker. Please try again.",
    "moved_since": "Someone has moved this marker since. It stays where they put it.",
    "locked": "The presenter has locked the map. You can still look around.",
    "closed": "This map is closed. Thanks for taking part.",
    "too_many_markers": "You've placed all your markers. You can still move them.",
    "room_markers_full": "This map is full. You can still move your markers.",
    "not_held": "Nobody is moving this marker any more.",
    "no_person": "This person is no longer in the room.",
    "unavailable": "This can't be saved right now. We'll keep trying.",
    "not_json": "The server didn't understand this page. Please reload it.",
    "unknown_type": "The server doesn't know this action. Please reload the page.",
    "bad_field": "The server couldn't accept this. Please try something else.",
    "too_large": "This is too long to send.",
    "binary": "The server didn't understand this page. Please reload it.",
    "hello_first": "The server didn't understand this page. Please reload it.",
    "hello_twice": "The server didn't understand this page. Please reload it.",
    "read_only": "A screen shows the map but can't change it.",
    "too_many_unanswered": "Several changes are waiting to be saved. We'll keep trying.",
    "slow_down": "That was too fast. Some movements were skipped.",
    "normal": "The connection was closed.",
    "not_utf8": "The server didn't understand this page. Please reload it.",
    "too_big": "Something too large was sent. Please reload the page.",
    "internal": "The server had a problem. Reconnecting…",
    "lagging": "Your connection is slow. Reconnecting…",
    "bad_hello": "The server didn't understand this page. Please reload it.",
    "bad_token": "This browser isn't recognised any more. Please reload the page.",
    "wrong_key": "This link doesn't open the remote. Please check it.",
    "no_room": "There's no map with this code. It may have ended.",
    "subprotocol": "This page is out of date. Please reload it.",
    "hello_timeout": "Your connection is slow. Reconnecting…",
    "room_full": "The room is full. You'll be let in as soon as someone leaves.",
    "origin": "This page isn't allowed to connect to the map.",
    "too_fast": "Too many requests from your network. Reconnecting…",
    "not_ready": "The server isn't ready yet. Reconnecting…",
}


def page_sentences() -> dict[str, str]:
    """The sentence of each code for people on a page, in the order of the contract."""
    closes = {close.name.lower(): close.sentence for close in Close}
    return closes | ERRORS | REFUSALS | ON_PAGES
