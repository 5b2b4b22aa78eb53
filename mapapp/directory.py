"""Which codes belong to rooms, asked for by a whole audience at once."""

from __future__ import annotations

from collections import OrderedDict

from mapapp.domain.limits import Clock
from mapapp.models import Room
from mapapp.rooms import RoomCard
from mapapp.rows.values import datetime_of


class Directory:
    """Finds rooms by code, and remembers each for `seconds`, so that a storm is one query.

    `now` gives seconds since 1970, by which rooms expire.

    A code that belongs to no room is asked for in the database every time:
    `GuessLimiter` bounds how often that is.
    """

    def __init__(
        self, *, clock: Clock, now: Clock, seconds: float = 2.0, capacity: int = 1_000
    ) -> None:
        self._clock = clock
        self._now = now
        self._seconds = seconds
        self._capacity = capacity
        self._known: OrderedDict[str, tuple[float, RoomCard]] = OrderedDict()

    async def find(self, code: str) -> RoomCard | None:
        """The room with this code, open or closed; None if there is none or it has expired."""
        known = self._known.get(code)
        if known is not None and known[0] > self._clock():
            return known[1]
        row = (
            await Room.objects.filter(code=code, expires__gt=datetime_of(self._now()))
            .values_list("code", "title", "phase")
            .afirst()
        )
        if row is None:
            self._known.pop(code, None)
            return None
        card = RoomCard(*row)
        self._known[code] = (self._clock() + self._seconds, card)
        self._known.move_to_end(code)
        if len(self._known) > self._capacity:
            self._known.popitem(last=False)
        return card
