"""Who asks for a change."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(slots=True, frozen=True)
class Actor:
    """Who asks. `name` and `came_from` are used if this becomes the person's first change.

    `came_from` is the keyed hash of their network address, "" if it is not known.
    `key` is the number of the host key that makes them a host.
    """

    id: UUID
    name: str
    host: bool = False
    came_from: str = ""
    key: int = 0
