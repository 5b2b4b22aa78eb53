"""`own`: everybody places markers of their own, and moves nobody else's."""

from __future__ import annotations

from mapapp.domain.caps import RoomCaps
from mapapp.domain.kinds.declaration import Kind, activity_kind
from mapapp.domain.marker import Marker


@activity_kind("own")
class Own(Kind):
    def adds(self) -> bool:
        return True

    def each(self, caps: RoomCaps) -> int:
        return self.settings.markers_each

    def moves(self, by: int, marker: Marker) -> bool:
        return marker.owner == by

    def changes(self, by: int, marker: Marker) -> bool:
        return marker.owner == by

    def looks_like(self, by: int, number: int) -> int:
        # A person's markers look alike.
        return by
