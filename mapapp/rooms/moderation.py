"""A preview of removals in bulk: the number of people and markers concerned."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone

from mapapp.domain.changes.people import Expel, chosen
from mapapp.domain.refusals import Refused
from mapapp.domain.room import RoomState
from mapapp.models import Marker, Room
from mapapp.storage.sql import reading
from mapapp.storage.sql.values import slices


@dataclass(frozen=True, slots=True)
class Counts:
    """A number of people, and the number of their markers."""

    people: int
    markers: int


def count_concerned(room: UUID, expel: Expel) -> Counts:
    """Count the people `expel` would remove now, by the same rule that removes them."""
    state = RoomState(id=room, code="", epoch="")
    for person in reading.people(room):
        state.know(person)
    try:
        people = chosen(state, expel, timezone.now().timestamp(), limit=len(state.people))
    except Refused:
        return Counts(0, 0)
    activity = Room.objects.filter(pk=room).values("activity")
    on_map = Marker.objects.filter(room=room, activity__in=activity, removed=False)
    markers = sum(on_map.filter(owner__in=some).count() for some in slices(people))
    return Counts(len(people), markers)
