"""People of a room, as the tests of the store need them."""

from __future__ import annotations

import uuid

from mapapp.domain.actor import Actor
from mapapp.domain.changes import Operation
from mapapp.domain.storing import Answer, Submission
from mapapp.models import Room
from mapapp.storage.store import DatabaseStore


class Someone:
    """A person with one tab, who counts their changes."""

    def __init__(self, name: str, room: Room, *, host: bool = False) -> None:
        self.actor = Actor(uuid.uuid4(), name, host)
        self.client = uuid.uuid4()
        self.room = room
        self.op = 0

    def asks(self, operation: Operation) -> Submission:
        self.op += 1
        return Submission(self.room.pk, operation, self.actor, self.client, self.op)


class Clock:
    """Seconds since 1970, as the test says."""

    def __init__(self, now: float) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


def ask(store: DatabaseStore, *submissions: Submission) -> list[Answer]:
    return list(store.commit(submissions).answers)
