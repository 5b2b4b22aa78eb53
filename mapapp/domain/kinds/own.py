"""`own`: everybody places markers of their own, and moves nobody else's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from mapapp.domain.caps import RoomCaps
from mapapp.domain.fields import Field, Whole
from mapapp.domain.kinds.declaration import COMMON, Kind, activity_kind
from mapapp.domain.marker import Marker

MARKERS_EACH_LIMIT = 100


@activity_kind("own")
class Own(Kind):
    fields: ClassVar[Mapping[str, Field]] = {
        "markers_each": Whole(1, 1, MARKERS_EACH_LIMIT),
        **COMMON,
    }

    def adds(self) -> bool:
        return True

    def each(self, caps: RoomCaps) -> int:
        return int(self.settings["markers_each"])

    def moves(self, by: int, marker: Marker) -> bool:
        return marker.owner == by

    def changes(self, by: int, marker: Marker) -> bool:
        return marker.owner == by

    def looks_like(self, by: int, number: int) -> int:
        # A person's markers look alike.
        return by
