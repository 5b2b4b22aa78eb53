"""When Python looks for garbage: not in the middle of a drag.

What a move or a tick leaves behind is freed at once, by its count of
references, and so is a connection or a request that has ended. Cycles are left
by what goes wrong (an exception holds its frames), and by libraries. To find
them Python walks over everything there is, which stops a process with 3,000
connections for a quarter of a second (docs/decisions/0009).
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
# ... or once so many connections have ended: somebody may drag for ever while
# others come and go.
ENDED_CONNECTIONS, SOONEST_SECONDS = 10_000, 30.0
_LOOK_SECONDS = 5.0


class GarbageCollection:
    """Takes over from Python's own schedule, on the running loop.

    `calm()` says whether a pause disturbs nobody now, and `ended()` how many
    connections have ended so far.
    """

    def __init__(self, calm: Callable[[], bool], ended: Callable[[], int]) -> None:
        self._calm = calm
        self._ended = ended
        self._ended_before = 0
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
        if self.is_time(since):
            gc.collect()
            self._last = self._loop.time()
            self._ended_before = self._ended()
        self._loop.call_later(_LOOK_SECONDS, self._look)

    def is_time(self, since: float) -> bool:
        """Whether to look through everything, so many seconds after the last time."""
        return (
            since > LATEST_SECONDS
            or (since > CALM_SECONDS and self._calm())
            or (since > SOONEST_SECONDS and self._ended() - self._ended_before >= ENDED_CONNECTIONS)
        )
