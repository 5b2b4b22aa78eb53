"""A bound on how many tasks of one sort run at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class NoSlot(Exception):
    """Too many wait already: another would wait too long."""


class Slots:
    """At most `count` at a time; the others wait in order, at most `most_waiting` of them."""

    def __init__(self, count: int, *, most_waiting: int) -> None:
        self._semaphore = asyncio.Semaphore(count)
        self._waiting = 0
        self._most_waiting = most_waiting

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        """Hold a slot within the `async with`. Raises `NoSlot`."""
        if self._semaphore.locked() and self._waiting >= self._most_waiting:
            raise NoSlot
        self._waiting += 1
        try:
            await self._semaphore.acquire()
        finally:
            self._waiting -= 1
        try:
            yield
        finally:
            self._semaphore.release()
