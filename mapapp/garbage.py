"""When Python looks for garbage: not in the middle of a drag.

What a move or a tick leaves behind is freed at once, by its count of
references. Cycles are left only by what ends: connections, and requests for
pages. To find them Python walks over everything there is, which stops a
process with 3,000 connections for a quarter of a second (docs/decisions/0009).
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable

# Objects more than there were, until the young ones are looked through; one
# tick of a large room makes some thousands and frees them again. The old ones
# are never looked through by themselves.
_YOUNG, _MIDDLE, _OLD = 20_000, 20, 1_000_000
# Everything is looked through this often while nobody drags, or at last anyway.
CALM_SECONDS, LATEST_SECONDS = 60.0, 600.0
_LOOK_SECONDS = 5.0


class GarbageCollection:
    """Takes over from Python's own schedule, on the running loop.

    `calm()` says whether a pause disturbs nobody now.
    """

    def __init__(self, calm: Callable[[], bool]) -> None:
        self._calm = calm
        self._loop = asyncio.get_running_loop()
        self._last = self._loop.time()

    def start(self) -> None:
        """Leave alone what is there now, which stays till the end, and look from time to time."""
        gc.collect()
        gc.freeze()
        gc.set_threshold(_YOUNG, _MIDDLE, _OLD)
        self._loop.call_later(_LOOK_SECONDS, self._look)

    def _look(self) -> None:
        since = self._loop.time() - self._last
        if since > LATEST_SECONDS or (since > CALM_SECONDS and self._calm()):
            gc.collect()
            self._last = self._loop.time()
        self._loop.call_later(_LOOK_SECONDS, self._look)
