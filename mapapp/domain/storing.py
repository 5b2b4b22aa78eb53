"""The store's input and output: submissions, their answers, stored rooms."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from mapapp.domain.actor import Actor
from mapapp.domain.change import Change
from mapapp.domain.changes.declaration import Operation
from mapapp.domain.room import RoomState


@dataclass(slots=True, frozen=True)
class Submission:
    """An operation on its way to the store.

    `client` and `op` make it safe to send twice (D2). The server's own
    operations have no actor and no client.
    """

    room: UUID
    operation: Operation
    actor: Actor | None = None
    client: UUID | None = None
    op: int = 0


@dataclass(slots=True, frozen=True)
class Answer:
    """The outcome of a submission.

    It is accepted if `code` is empty: then `revision` is its change's, `marker` is
    the number of the marker concerned, `person` the number of its author, and
    `activity` that of the activity that was prepared.
    """

    revision: int = 0
    marker: int = 0
    person: int = 0
    code: str = ""
    message: str = ""
    by: int = 0
    name: str = ""
    activity: int = 0


@dataclass(slots=True, frozen=True)
class StoredRoom:
    """A room as it stands in the database. `expires` is in seconds since 1970.

    `recent` are the last changes up to the state's revision, without a gap.
    """

    state: RoomState
    expires: float
    recent: Sequence[Change] = ()


@dataclass(slots=True, frozen=True)
class Committed:
    """The outcome of one commit.

    `answers` are in the order of the submissions. `changes` are the new changes of
    each room, in revision order. `revisions` are the rooms' current revisions,
    which are higher if an earlier attempt had committed unnoticed. `gone` are the
    rooms that no longer exist in the database.
    """

    answers: Sequence[Answer]
    changes: Mapping[UUID, Sequence[Change]]
    revisions: Mapping[UUID, int]
    gone: Collection[UUID] = ()
