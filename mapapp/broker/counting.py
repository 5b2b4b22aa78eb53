"""A worker's way to count at the broker, for limits that hold over all workers."""

from __future__ import annotations

import asyncio
from typing import Annotated

import msgspec
from msgspec import Meta

from mapapp.broker.frames import Frame, Verb
from mapapp.broker.line import Line

_Number = Annotated[int, Meta(ge=1, le=2**31)]


class Hit(msgspec.Struct, array_like=True):
    """What is counted, and how much there may be in a minute."""

    per_minute: _Number
    cost: _Number


_encode = msgspec.msgpack.Encoder().encode


class Counter:
    """A line of its own to the broker, which listens at `path`."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._line: Line | None = None
        self._connecting = asyncio.Lock()

    async def hit(self, name: str, per_minute: int, cost: int) -> bool:
        """Count, and return whether all workers together stay within `per_minute`.

        Raises `OSError` while the broker is away.
        """
        line = await self._connected()
        question = Frame(Verb.COUNT, name, message=_encode(Hit(per_minute, cost)))
        return bool((await line.ask(question)).message)

    async def _connected(self) -> Line:
        async with self._connecting:
            if self._line is None or self._line.closed:
                self._line = await Line.open(self._path, take=lambda _: None, lost=lambda _: None)
            return self._line

    async def close(self) -> None:
        """Leave the broker."""
        if self._line is not None:
            self._line.end()
            self._line = None
