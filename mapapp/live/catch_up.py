"""Reads the changes that this process has missed from the store (O2)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from uuid import UUID

from mapapp.domain.refusals import StoreUnavailable
from mapapp.live import reader as reading
from mapapp.live.reader import StoreReader
from mapapp.live.room import LiveRoom
from mapapp.live.tasks import Tasks

_RETRY_SECONDS = 1.0


class CatchUp:
    """Brings rooms forward, one read at a time for each. `rooms` are the ones open here."""

    def __init__(self, reader: StoreReader, rooms: Mapping[UUID, LiveRoom], tasks: Tasks) -> None:
        self._reader = reader
        self._rooms = rooms
        self._tasks = tasks
        self._busy: set[UUID] = set()

    def fetch(self, room: LiveRoom) -> None:
        """Read the changes missing in a room, unless that is under way."""
        if room.state.id not in self._busy:
            self._busy.add(room.state.id)
            self._tasks.spawn(self._catch_up(room))

    async def _catch_up(self, room: LiveRoom) -> None:
        try:
            while room.missing and self._rooms.get(room.state.id) is room:
                try:
                    if room.missing > reading.FETCH_LIMIT:
                        await self._reload(room)
                    else:
                        await self._take_changes(room)
                except StoreUnavailable:
                    await asyncio.sleep(_RETRY_SECONDS)
        finally:
            self._busy.discard(room.state.id)

    async def _take_changes(self, room: LiveRoom) -> None:
        changes = await self._reader.changes_since(room.state.id, room.state.revision)
        if changes:
            room.receive(changes)
        else:
            # Somebody announced a revision that does not exist; the store is right.
            room.nothing_is_missing()

    async def _reload(self, room: LiveRoom) -> None:
        stored = await self._reader.load(room.state.code)
        if stored is None:
            room.lost_by_store()
            return
        room.reload(stored)
        # Moves were ignored while their grabs were unknown here.
        room.line.ask()
