"""Stands in for a kind that only a newer version knows, while processes are replaced."""

from __future__ import annotations

from mapapp.domain.caps import RoomCaps
from mapapp.domain.kinds.declaration import Kind
from mapapp.domain.marker import Marker


class Unknown(Kind):
    """Allows nothing that the real kind may forbid: only hosts change its markers here."""

    def adds(self) -> bool:
        return False

    def each(self, caps: RoomCaps) -> int:
        return 0

    def moves(self, by: int, marker: Marker) -> bool:
        return False

    def changes(self, by: int, marker: Marker) -> bool:
        return False

    def looks_like(self, by: int, number: int) -> int:
        return by


def unknown(name: str) -> type[Kind]:
    """Return a kind that keeps the name it was stored with, and is not registered."""

    class Stored(Unknown):
        pass

    Stored.name = name
    return Stored
