"""Periodic work: looking after rooms, and finding out what nobody tells this process."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from uuid import UUID

from mapapp.domain.refusals import StoreUnavailable
from mapapp.live.isolated import isolated
from mapapp.live.load import LOOK_SECONDS, Load
from mapapp.live.reader import StoreReader
from mapapp.live.room import LiveRoom
from mapapp.live.tasks import Tasks

logger = logging.getLogger(__name__)

SWEEP_SECONDS = 1.0
# A room that nobody has been in for this long is dropped from memory.
UNLOAD_SECONDS = 30.0
# Seconds between two questions to the store whether the rooms open here still exist:
# a script or another process may have deleted one without telling anybody.
EXISTENCE_SECONDS = 2.0
# Seconds between two checks whether the clock was set.
CLOCK_SECONDS = 5.0


class Upkeep:
    """Looks after the `rooms` that are open here, and the `load`, until cancelled.

    `unload(room)` drops one from memory. `hears_all()` says that the relay brings
    everything, so that the store need not be asked so often. `clock` gives seconds
    since 1970.
    """

    def __init__(
        self,
        rooms: Mapping[UUID, LiveRoom],
        reader: StoreReader,
        tasks: Tasks,
        *,
        unload: Callable[[LiveRoom], Awaitable[None]],
        hears_all: Callable[[], bool],
        clock: Callable[[], float],
        load: Load,
    ) -> None:
        self._rooms = rooms
        self._reader = reader
        self._tasks = tasks
        self._unload = unload
        self._hears_all = hears_all
        self._clock = clock
        self._load = load
        self._loop = asyncio.get_running_loop()
        self._asking: asyncio.Task[None] | None = None
        self._asked_at = float("-inf")

    async def sweep(self) -> None:
        """End holds, renew leases, forget the silent, drop empty rooms, poll without a relay."""
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            try:
                await self._sweep()
            except StoreUnavailable as error:
                logger.warning("The database is unavailable: %s", error)
            except Exception:
                logger.exception("Could not finish the sweep")

    async def follow_load(self) -> None:
        """Keep the pace of all rooms to what the process can do."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            self._load.look(self._loop.time())

    async def follow_clock(self) -> None:
        """When somebody sets the clock, shift the rooms' expiry."""
        while True:
            try:
                expires = await self._reader.follow_clock(list(self._rooms))
                for room_id, at in expires.items():
                    if room_id in self._rooms:
                        self._rooms[room_id].life.expires_at(at)
            except StoreUnavailable:
                logger.debug("Nobody tells the time")
            except Exception:
                logger.exception("Could not follow the clock")
            await asyncio.sleep(CLOCK_SECONDS)

    async def _sweep(self) -> None:
        now = self._loop.time()
        draggers = sum(len(room.replica.holds) for room in self._rooms.values())
        self._load.ask(draggers, now)
        for room in list(self._rooms.values()):
            with isolated("look after", room.state.code):
                room.sweep(self._clock())
                if room.is_lost or room.idle_for(now) > UNLOAD_SECONDS:
                    await self._unload(room)
        waited = now - self._asked_at
        if self._rooms and (not self._hears_all() or waited >= EXISTENCE_SECONDS):
            self._ask_store(now)

    def _ask_store(self, now: float) -> None:
        """Ask for the rooms' revisions, unless a hanging database still owes the last answer."""
        if self._asking is None or self._asking.done():
            self._asked_at = now
            self._asking = self._tasks.spawn(self._compare_with_store())

    async def _compare_with_store(self) -> None:
        """Find changes committed elsewhere, and end the rooms that the store no longer has."""
        asked = list(self._rooms)
        revisions = await self._reader.revisions(asked)
        for room_id in asked:
            room = self._rooms.get(room_id)
            if room is None:
                continue
            if room_id in revisions:
                room.heard_of(revisions[room_id])
            else:
                room.lost_by_store()
