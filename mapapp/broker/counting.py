"""Counts of all workers of one machine together, for limits that hold over them."""

from __future__ import annotations

import asyncio
from typing import Annotated

import msgspec
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from msgspec import Meta

from mapapp.broker.frames import BadFrame, Frame, Verb
from mapapp.broker.line import Line

_Number = Annotated[int, Meta(ge=1, le=2**31)]


class _Hit(msgspec.Struct, array_like=True):
    per_minute: _Number
    cost: _Number


_encode = msgspec.msgpack.Encoder().encode
_decoder = msgspec.msgpack.Decoder(_Hit)


class Counts:
    """The broker's end: what has been counted in the last minutes, and no longer."""

    def __init__(self) -> None:
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    def answer(self, frame: Frame) -> Frame:
        """Count what a frame says; the answer's message is empty if it was too much.

        Raises `BadFrame`.
        """
        try:
            hit = _decoder.decode(frame.message)
        except msgspec.MsgspecError as error:
            raise BadFrame(str(error)) from None
        item = RateLimitItemPerMinute(hit.per_minute)
        within = self._limiter.hit(item, frame.name, cost=hit.cost)
        return Frame(Verb.COUNT, frame.name, message=b"within" if within else b"")


class Counter:
    """A worker's end. `path` is where the broker listens."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._line: Line | None = None
        self._connecting = asyncio.Lock()

    async def hit(self, name: str, per_minute: int, cost: int) -> bool:
        """Count, and return whether all workers together stay within `per_minute`.

        Raises `OSError` while the broker is away.
        """
        line = await self._connected()
        question = Frame(Verb.COUNT, name, message=_encode(_Hit(per_minute, cost)))
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
