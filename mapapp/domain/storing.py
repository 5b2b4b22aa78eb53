"""What goes into the store and what comes back: submissions, their answers, stored rooms."""

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

    Accepted when `code` is empty: then `revision` is that of its change, and
    `marker` and `person` are the numbers it was about and of who made it.
    """

    revision: int = 0
    marker: int = 0
    person: int = 0
    code: str = ""
    message: str = ""
    by: int = 0
    name: str = ""


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
    """What one commit stored.

    `answers` are in the order of the submissions. `changes` are, by room, the
    new ones in revision order; `revisions` is where each room stands now,
    which is further if an earlier attempt had committed unnoticed. `gone` are
    the rooms that the database has no more.
    """

    answers: Sequence[Answer]
    changes: Mapping[UUID, Sequence[Change]]
    revisions: Mapping[UUID, int]
    gone: Collection[UUID] = ()
