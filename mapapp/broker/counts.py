"""The broker's counts, for limits that hold over all workers of one machine."""

from __future__ import annotations

import msgspec
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from mapapp.broker.counting import Hit
from mapapp.broker.frames import BadFrame, Frame, Verb

_decoder = msgspec.msgpack.Decoder(Hit)


class Counts:
    """What has been counted in the last minutes, and no longer."""

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
