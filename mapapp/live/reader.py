"""The live side's reads from the store: each in a thread, and within bounded time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TypeVar
from uuid import UUID

from mapapp.domain.change import Change
from mapapp.domain.storing import StoredRoom
from mapapp.live.ports import Store
from mapapp.live.workers import Workers

T = TypeVar("T")

# Beyond this many missed changes the whole room is read again instead.
FETCH_LIMIT = 5_000


class StoreReader:
    """The reading half of a store, for the loop. Everything here raises `StoreUnavailable`."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._workers = Workers(2, "reader", forget=store.disconnect)

    async def load(self, code: str) -> StoredRoom | None:
        """The room with this code."""
        return await self.read(self._store.open, code)

    async def changes_since(self, room: UUID, revision: int) -> list[Change]:
        """The changes after a revision, up to FETCH_LIMIT."""
        return await self.read(self._store.changes_since, room, revision, FETCH_LIMIT)

    async def revisions(self, rooms: Iterable[UUID]) -> dict[UUID, int]:
        """The revisions of these rooms; those that are gone are left out."""
        return await self.read(self._store.revisions, list(rooms))

    async def follow_clock(self, rooms: Collection[UUID]) -> Mapping[UUID, float]:
        """After the clock was set: when these rooms now expire, in seconds since 1970."""
        return await self.read(self._store.follow_clock, rooms)

    async def note_use(self, room: UUID, key: int) -> None:
        """Note that somebody has come in with a host key."""
        await self.read(self._store.note_use, room, key)

    async def read(self, call: Callable[..., T], *args: object) -> T:
        """Call a method of the store in a thread."""
        return await self._workers.call(call, *args)

    def close(self) -> None:
        """Let the threads end."""
        self._workers.close()
