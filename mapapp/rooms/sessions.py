"""A session as a file: a room's title and its activities, without anybody's answers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from mapapp.models import Room
from mapapp.storage.sql import reading

# The version of the file's form.
FORM = 1


def saved_session(room: UUID) -> dict[str, Any]:
    """The file's content; `POST /api/rooms` takes it. Blocks, and may raise `DatabaseError`."""
    title = Room.objects.filter(pk=room).values_list("title", flat=True).first()
    plans = [one.plan() for one in reading.activities(room) if not one.discarded]
    return {"livemap": FORM, "title": title or "", "activities": plans}
