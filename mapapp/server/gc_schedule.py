"""Schedules garbage collection: not in the middle of a drag.

The objects of a move or a tick are freed at once, by their reference counts, and so
are those of a connection or a request that has ended. Cycles come from failures (an
exception holds its frames) and from libraries. To find them Python walks over all
objects, which stops a process with 3,000 connections for a quarter of a second
(docs/decisions/0009).
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable

# gc thresholds. The first is the net number of allocations before a collection of
# young objects; one tick of a large room makes some thousands and frees them again.
# The last is so high that Python never starts a full collection by itself.
_YOUNG, _MIDDLE, _OLD = 20_000, 20, 1_000_000
# A full collection is due after the first while nobody drags, after the second anyway ...
CALM_SECONDS, LATEST_SECONDS = 60.0, 600.0
# ... or once this many connections have ended, because somebody may always be
# dragging while others come and go.
ENDED_CONNECTIONS, SOONEST_SECONDS = 10_000, 30.0
_LOOK_SECONDS = 5.0


class GarbageCollection:
    """Replaces Python's own schedule, on the running loop.

    `calm()` says whether a pause disturbs nobody now; `ended()` is the number of
    connections that have ended so far.
    """

    def __init__(self, calm: Callable[[], bool], ended: Callable[[], int]) -> None:
        self._calm = calm
        self._ended = ended
        self._ended_before = 0
        self._loop = asyncio.get_running_loop()
        self._last = self._loop.time()

    def start(self) -> None:
        """Exempt the objects that exist now, which stay to the end, and check periodically."""
        gc.collect()
        gc.freeze()
        gc.set_threshold(_YOUNG, _MIDDLE, _OLD)
        self._loop.call_later(_LOOK_SECONDS, self._look)

    def _look(self) -> None:
        since = self._loop.time() - self._last
        if self.is_time(since):
            gc.collect()
            self._last = self._loop.time()
            self._ended_before = self._ended()
        self._loop.call_later(_LOOK_SECONDS, self._look)

    def is_time(self, since: float) -> bool:
        """Whether a full collection is due, `since` seconds after the last one."""
        return (
            since > LATEST_SECONDS
            or (since > CALM_SECONDS and self._calm())
            or (since > SOONEST_SECONDS and self._ended() - self._ended_before >= ENDED_CONNECTIONS)
        )
