"""The answers of a room as they are at this moment."""

from __future__ import annotations

from mapapp.domain.results.answers import Answer
from mapapp.live.replica import Replica


def answers_of(replica: Replica) -> list[Answer]:
    """A copy of the audience's markers in the current activity, where they are now.

    Those of hosts do not count, nor those that hosts have pinned.
    """
    state, moved = replica.state, {hold.marker for hold in replica.holds.in_motion()}
    number, second = state.activity.number, state.activity.round > 1
    others = {person.number for person in state.people.values() if person.steers or person.banned}
    others.add(0)
    answers = [
        Answer(m.number, m.owner, m.lat, m.lng, m.before if second else None)
        for m in state.markers.values()
        if m.activity == number and not m.pinned and m.owner not in others
    ]
    if moved:
        for index, one in enumerate(answers):
            if one.marker in moved:
                lat, lng = replica.position(one.marker)
                answers[index] = one._replace(lat=lat, lng=lng)
    return answers
