"""The person who asks for a change."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(slots=True, frozen=True)
class Actor:
    """The person who asks. `name` and `came_from` count if this is their first change.

    If somebody has come with that name before, they get another one (decision 0037).

    `came_from` is the keyed hash of their network address, "" if it is not known.
    `key` is the number of the host key that makes them a host.
    """

    id: UUID
    name: str
    host: bool = False
    came_from: str = ""
    key: int = 0
