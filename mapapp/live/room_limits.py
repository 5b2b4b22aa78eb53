"""The limits on rooms in one process, and the choice of a room that makes way for another."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from mapapp.live.lifetime import Stage
from mapapp.live.room import LiveRoom
from mapapp.protocol.codes import Close

# The delay after which people may come back whose room has made way for another.
_WAY_MS = (5_000, 30_000)


class TooManyRooms(Exception):
    """This process holds as many rooms as it may, and people are at work in all of them."""


class TooManyRoomsThere(TooManyRooms):
    """This process holds as many rooms as it may for one address."""


@dataclass(frozen=True, slots=True)
class RoomLimits:
    """At most `total` rooms at a time, and `each` of them for one address."""

    total: int
    each: int

    def make_way(self, rooms: Collection[LiveRoom], opener: str) -> LiveRoom | None:
        """Empty a room, if need be, so that `opener` may open another; return it, to be unloaded.

        Of the rooms in which nothing would be lost, it is the one with the fewest
        people, and of those the least recently used. Its people may come back. Raises
        `TooManyRooms`.
        """
        theirs = [room for room in rooms if opener and room.opener == opener]
        if len(theirs) >= self.each:
            among: Iterable[LiveRoom] = theirs
            error: TooManyRooms = TooManyRoomsThere()
        elif len(rooms) >= self.total:
            among, error = rooms, TooManyRooms()
        else:
            return None
        candidates = [room for room in among if _may_make_way(room)]
        if not candidates:
            raise error
        room = min(candidates, key=lambda r: (len(r.connections), r.life.last_used))
        for connection in list(room.connections):
            connection.say_goodbye(Close.NOT_READY, retry_ms=random.randrange(*_WAY_MS))
        return room


def _may_make_way(room: LiveRoom) -> bool:
    """Whether nothing is lost if this room is closed here to make way for another.

    That is so if nobody is in it; or if nobody has changed anything since it was
    opened here, and no host and nobody who has ever made a change is in it.
    """
    if room.life.stage is Stage.OPENING or room.has_work:
        return False
    if room.life.changed and room.connections:
        return False
    return room.members.can_be_spared
