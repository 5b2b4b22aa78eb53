"""What the store hands out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from mapapp.domain.operations import Answer
from mapapp.domain.state import Change, RoomState


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
