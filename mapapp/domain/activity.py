"""One activity of a room: a question, its surface, and the rules for answering it."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from mapapp.domain.kinds import Kind, Settings, compiled

NO_ID = UUID(int=0)

OPEN, LOCKED = "open", "locked"


@dataclass(slots=True, frozen=True)
class Surface:
    """The ground under the markers: the world, with its first view (WGS 84 degrees, zoom level)."""

    lat: float = 20.0
    lng: float = 10.0
    zoom: float = 2.0


@dataclass(slots=True)
class Activity:
    """A question with its markers. `answers` is OPEN, or LOCKED for all but hosts.

    `kind` has the activity's settings. `id` is the key of its row, which only a
    store uses.
    """

    id: UUID = NO_ID
    kind: Kind = field(default_factory=lambda: compiled("own", Settings()))
    question: str = ""
    surface: Surface = field(default_factory=Surface)
    answers: str = OPEN
