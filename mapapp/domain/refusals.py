"""The reasons to refuse a change, each with a stable code and a sentence."""

from __future__ import annotations

REFUSALS = {
    "not_yours": "This marker belongs to someone else.",
    "no_marker": "This marker is no longer on the map.",
    "held": "Someone else is moving this marker right now.",
    "stale_grab": "You no longer hold this marker.",
    "moved_since": "Someone has moved this marker since.",
    "locked": "The presenter has locked the map.",
    "closed": "This map is closed.",
    "too_many_markers": "You've placed all your markers. Move one of them instead.",
    "room_markers_full": "This map is full: no more markers can be added.",
    "room_people_full": "This map is full: no more people can take part. You can still watch.",
    "host_only": "Only the presenter can do this.",
    "key_revoked": "This remote has been disconnected.",
    "no_key": "This remote was disconnected before.",
    "bad_pairing": "This code has been used or is too old. Show a new one on the big screen.",
    "not_held": "Nobody is moving this marker.",
    "no_person": "There's no such person in this room.",
    "no_activity": "This question is no longer there.",
    "current_activity": "This question is being shown. Go to another one first.",
    "has_markers": "People have answered this question: it can't become one of another kind.",
    "too_many_activities": "A session has at most 50 questions.",
    "other_activities": "The questions have changed meanwhile. Try again.",
    "bad_plan": "This question can't be asked like this.",
    "stale_stage": "The presenter has already gone on.",
    "no_such_step": "That isn't possible now.",
    "no_late_answer": "This answer has been counted, or is no longer there.",
    "bad_text": "This text is empty or too long.",
    "bad_position": "This isn't a place on the map.",
    "banned": "The presenter has removed you from this map.",
    "old_op": "This change was dealt with long ago.",
    "unavailable": "This can't be saved right now. Send it again in a moment.",
}


class Refused(Exception):
    """A change that was refused.

    `code` is one of `REFUSALS`; `by` and `name` say who holds the marker
    where that is the reason.
    """

    def __init__(self, code: str, message: str = "", *, by: int = 0, name: str = "") -> None:
        self.code = code
        self.message = message or REFUSALS[code]
        self.by = by
        self.name = name
        super().__init__(code)


class StoreUnavailable(Exception):
    """The database cannot be reached or does not answer; nothing was stored."""
