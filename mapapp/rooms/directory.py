"""A cache of rooms by their codes, for a whole audience that asks at once."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass

from django.db import DatabaseError

from mapapp.limits.buckets import Clock
from mapapp.models import Participant, Room
from mapapp.rooms.keys import address_hash
from mapapp.storage.request_work import RequestWork
from mapapp.storage.sql.values import datetime_of


@dataclass(frozen=True, slots=True)
class RoomCard:
    """The public part of a room, for anybody with its code."""

    code: str
    title: str
    phase: str


@dataclass(slots=True)
class _Known:
    card: RoomCard
    until: float


class Directory:
    """Finds rooms by code, and remembers each for `seconds`, so that a storm takes one query.

    `now` gives seconds since 1970, by which rooms expire.

    Requests for a code that is being looked up share one query. A code that
    belongs to no room is not remembered: `GuessLimiter` bounds how often that
    happens.
    """

    def __init__(
        self,
        work: RequestWork,
        *,
        clock: Clock,
        now: Clock,
        seconds: float = 2.0,
        capacity: int = 1_000,
    ) -> None:
        self._work = work
        self._clock = clock
        self._now = now
        self._seconds = seconds
        self._capacity = capacity
        self._known: OrderedDict[str, _Known] = OrderedDict()
        self._asking: dict[str, asyncio.Task[RoomCard | None]] = {}

    async def find(self, code: str) -> RoomCard | None:
        """The room with this code, open or closed; None if there is none or it has expired.

        Raises `DatabaseError`.
        """
        known = self._known.get(code)
        if known is not None and known.until > self._clock():
            return known.card
        asking = self._asking.get(code)
        if asking is None:
            asking = self._asking[code] = asyncio.create_task(self._look_up(code))
            asking.add_done_callback(lambda _: self._asking.pop(code, None))
        # Shielded: a request that is cancelled does not cancel the query for others.
        return await asyncio.shield(asking)

    async def is_familiar(self, code: str, address: str) -> bool:
        """Whether a room with this code was created from this address, or has people from there.

        False if the database does not answer.
        """
        try:
            return await self._work.run(_is_familiar, code, address)
        except DatabaseError:
            return False

    async def _look_up(self, code: str) -> RoomCard | None:
        card = await self._work.run(_read, code, self._now())
        if card is None:
            self._known.pop(code, None)
            return None
        self._known[code] = _Known(card, self._clock() + self._seconds)
        self._known.move_to_end(code)
        if len(self._known) > self._capacity:
            self._known.popitem(last=False)
        return card


def _read(code: str, now: float) -> RoomCard | None:
    row = (
        Room.objects.filter(code=code, expires__gt=datetime_of(now))
        .values_list("code", "title", "phase")
        .first()
    )
    return None if row is None else RoomCard(*row)


def _is_familiar(code: str, address: str) -> bool:
    row = Room.objects.filter(code=code).values_list("pk", "opened_from").first()
    if row is None:
        return False
    room, opened_from = row
    came_from = address_hash(room, address)
    return (
        opened_from == came_from
        or Participant.objects.filter(room=room, came_from=came_from, banned=False).exists()
    )
