"""The stable codes of `map.v1`: errors, and reasons for closing a connection."""

from __future__ import annotations

from enum import Enum, IntEnum

from mapapp.domain.refusals import REFUSALS

ERRORS = {
    "not_json": "A frame must be one JSON object.",
    "unknown_type": "Unknown message type.",
    "bad_field": "A field is missing or wrong.",
    "too_large": "A frame holds at most 4096 bytes.",
    "binary": "Binary frames are not part of map.v1.",
    "hello_first": "The first frame must be hello.",
    "hello_twice": "A hello was already sent.",
    "read_only": "A screen can't make changes.",
    "too_many_unanswered": "Too many changes are still unanswered.",
    "slow_down": "Too many frames. Some moves are being skipped.",
}


class Advice(Enum):
    """What a client should do after a close."""

    RETRY = "retry"
    FRESH = "fresh"
    STOP = "stop"


class Close(IntEnum):
    """Close codes, each with its advice and a sentence for the `bye` frame.

    `final`: nothing more of this person's can be stored, so a page need not keep
    unsaved changes.
    """

    advice: Advice
    sentence: str
    final: bool

    def __new__(cls, code: int, advice: Advice, sentence: str, final: bool = False) -> Close:
        member = int.__new__(cls, code)
        member._value_ = code
        member.advice = advice
        member.sentence = sentence
        member.final = final
        return member

    NORMAL = 1000, Advice.STOP, "Goodbye."
    NOT_UTF8 = 1007, Advice.STOP, "That frame was not UTF-8."
    TOO_BIG = 1009, Advice.STOP, "That frame was far too large."
    INTERNAL = 1011, Advice.RETRY, "Something went wrong on the server."
    RESTART = (
        1012,
        Advice.RETRY,
        "The server is restarting. You'll be back in a moment.",
    )
    LAGGING = 1013, Advice.RETRY, "Your connection couldn't keep up. Please reconnect."
    BAD_HELLO = 4400, Advice.STOP, "The hello was invalid."
    BAD_TOKEN = 4401, Advice.FRESH, "This token isn't valid here."
    WRONG_KEY = 4403, Advice.STOP, "This host key doesn't open this room."
    NO_ROOM = 4404, Advice.STOP, "There's no room with this code.", True
    BAD_PAIRING = 4405, Advice.STOP, REFUSALS["bad_pairing"]
    SUBPROTOCOL = 4406, Advice.STOP, "The subprotocol map.v1 was not offered."
    HELLO_TIMEOUT = 4408, Advice.RETRY, "No hello arrived in time."
    TOO_MANY_TABS = (
        4409,
        Advice.STOP,
        "You have this map open too many times, so this one has stopped.",
    )
    CLOSED = 4410, Advice.STOP, REFUSALS["closed"], True
    REMOVED = 4411, Advice.STOP, REFUSALS["banned"], True
    KEY_REVOKED = 4412, Advice.STOP, REFUSALS["key_revoked"]
    ROOM_FULL = 4413, Advice.RETRY, "This room is full. You'll be let in as soon as someone leaves."
    SCREENS_FULL = 4414, Advice.RETRY, "This map is already shown on too many screens."
    CROWDED = (
        4415,
        Advice.RETRY,
        "Lots of people are joining from your network. You'll be let in shortly.",
    )
    TOO_MANY_ROOMS = 4416, Advice.RETRY, "Too many maps are in use from your network."
    NOBODY_NEW = (
        4417,
        Advice.RETRY,
        "The presenter isn't letting anyone new in right now. You'll be let in when that changes.",
    )
    ORIGIN = 4421, Advice.STOP, "This page isn't allowed to connect here."
    TOO_FAST = 4429, Advice.RETRY, "Too many requests in too short a time."
    NOT_READY = 4503, Advice.RETRY, "The server can't open rooms right now."


# After these codes a client does not come back by itself.
STOP = frozenset(int(close) for close in Close if close.advice is Advice.STOP)
