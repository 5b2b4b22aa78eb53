"""`shared`: everybody moves all markers, one person at a time (H1)."""

from __future__ import annotations

from mapapp.domain.caps import RoomCaps
from mapapp.domain.fields import Flag
from mapapp.domain.kinds.declaration import SECONDS, Kind, activity_kind
from mapapp.domain.marker import Marker


@activity_kind("shared")
class Shared(Kind):
    # Never hidden: nobody could move what they do not see.
    fields = {"anyone_adds": Flag(False), **SECONDS}

    def adds(self) -> bool:
        return bool(self.settings["anyone_adds"])

    def each(self, caps: RoomCaps) -> int:
        return caps.shared_each

    def moves(self, by: int, marker: Marker) -> bool:
        return True

    def changes(self, by: int, marker: Marker) -> bool:
        return marker.owner == by

    def looks_like(self, by: int, number: int) -> int:
        # Nobody owns them, so each looks different.
        return number
