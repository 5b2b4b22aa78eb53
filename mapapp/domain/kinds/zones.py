"""`zones`: everybody picks a zone of the surface, by putting their one marker into it."""

from __future__ import annotations

from mapapp.domain.caps import RoomCaps
from mapapp.domain.kinds.declaration import COMMON, activity_kind
from mapapp.domain.kinds.own import Own


@activity_kind("zones")
class Zones(Own):
    fields = COMMON

    def each(self, caps: RoomCaps) -> int:
        return 1
