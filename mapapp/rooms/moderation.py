"""Whom a removal in bulk would concern: told before it is asked for."""

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
    """So many people, and so many markers that are theirs."""

    people: int
    markers: int


def count_concerned(room: UUID, expel: Expel) -> Counts:
    """Count those whom `expel` would remove now, by the very rule that removes them."""
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
