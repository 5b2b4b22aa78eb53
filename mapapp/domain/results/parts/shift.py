"""What a second round has changed."""

from __future__ import annotations

from collections.abc import Mapping

from mapapp.domain.results.answers import Answers
from mapapp.domain.results.parts.declaration import Fields, part, personal
from mapapp.domain.results.shifts import STILL_M, SecondRound, second_round
from mapapp.domain.results.units import km

_WORDS = {
    "n": "north",
    "ne": "north-east",
    "e": "east",
    "se": "south-east",
    "s": "south",
    "sw": "south-west",
    "w": "west",
    "nw": "north-west",
}


@part
def shift(answers: Answers) -> Fields:
    """The mean shift, and how many of those in both rounds moved and came closer together.

    `toward` is empty if the room as a whole stayed where it was.
    """
    found = answers.once(_compared)
    if found is None:
        return {}
    direction = found.mean.direction
    return {
        "shift": {
            "km": km(found.mean.distance_m),
            "toward": _WORDS[direction] if direction else "",
            "people": found.people,
            "moved": found.moved,
            "closer": found.closer,
        }
    }


@personal
def own_shift(answers: Answers) -> Mapping[int, Fields]:
    """How far one's marker has moved; the farthest of several."""
    found = answers.once(_compared)
    if found is None:
        return {}
    moved: dict[int, float] = {}
    for one in answers.answers:
        way = found.shifts.get(one.marker)
        if way is not None:
            metres = way.distance_m if way.distance_m >= STILL_M else 0.0
            moved[one.person] = max(moved.get(one.person, 0.0), metres)
    return {person: {"moved_km": km(metres)} for person, metres in moved.items()}


def _compared(answers: Answers) -> SecondRound | None:
    if answers.context.round < 2:
        return None
    before = {one.marker: one.before for one in answers.answers if one.before is not None}
    return second_round(before, {one.marker: (one.lat, one.lng) for one in answers.answers})
