"""This process's hub, made when a loop is running and the first socket needs it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from mapapp.live.hub import Hub

T = TypeVar("T")


class LazyHub:
    """Makes the hub with the first socket (Daphne has no lifespan events that could do it).

    Until then nothing waits to be stored, nobody holds a marker, and there is
    nobody to say goodbye to.
    """

    def __init__(self, start: Callable[[], Awaitable[Hub]]) -> None:
        self._start = start
        self._starting: asyncio.Task[Hub] | None = None
        self._hub: Hub | None = None

    async def get(self) -> Hub:
        """Return the hub. Raises `NoHub` if a second server would split the rooms."""
        if self._starting is None or (self._starting.done() and self._starting.exception()):
            self._starting = asyncio.create_task(self._make())
        return await asyncio.shield(self._starting)

    async def _make(self) -> Hub:
        self._hub = await self._start()
        return self._hub

    @property
    def calm(self) -> bool:
        """Whether nobody here holds a marker now."""
        return self._hub is None or self._hub.calm()

    async def relay_ready(self) -> bool:
        """Whether news reaches the other processes."""
        return self._hub is None or await self._hub.relay_ready()

    async def stores_in_time(self) -> bool:
        """Whether no change has waited long to be stored."""
        return self._hub is None or await self._hub.stores_in_time()

    async def drain(self, seconds: float) -> None:
        """Commit the held markers and say goodbye, within `seconds`."""
        if self._hub is not None:
            await self._hub.drain(seconds)

    async def end_room(self, code: str) -> None:
        """Close a room for good and tell everybody in it, here and elsewhere."""
        await (await self.get()).end_room(code)
