"""A session as a file: a room's title and its activities, without anybody's answers."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from uuid import UUID

from mapapp.domain.activity import PINNED_LIMIT, Pin
from mapapp.models import Marker, Room
from mapapp.storage.sql import reading

# The version of the file's form.
FORM = 1


def saved_session(room: UUID) -> dict[str, Any]:
    """The file's content; `POST /api/rooms` takes it. Blocks, and may raise `DatabaseError`."""
    title = Room.objects.filter(pk=room).values_list("title", flat=True).first()
    pinned = _pinned(room)
    plans = [
        one.plan() | ({"pinned": pins} if (pins := pinned[one.number]) else {})
        for one in reading.activities(room)
        if not one.discarded
    ]
    return {"livemap": FORM, "title": title or "", "activities": plans}


def _pinned(room: UUID) -> dict[int, list[dict[str, Any]]]:
    """The pinned markers of each activity, as on the wire."""
    found = Marker.objects.filter(room=room, pinned=True, removed=False).order_by("number")
    pinned: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for activity, lat, lng, label in found.values_list("activity__number", "lat", "lng", "label"):
        # Markers that were put back may be more than a plan has.
        if len(pinned[activity]) < PINNED_LIMIT:
            pinned[activity].append(Pin(lat, lng, label).data())
    return pinned
