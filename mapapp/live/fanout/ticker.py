"""When a room's next tick is: as soon as there is something new, no more often than its pace."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

logger = logging.getLogger(__name__)


class Ticker:
    """Calls `tick(late)` after `poke`, leaving at least `interval()` seconds between two calls.

    After a quiet time a tick follows a poke at once; under load everything
    that arrives within an interval goes into one tick (F2, F5). `late` is by
    how many seconds the loop has missed the planned time.
    """

    def __init__(self, tick: Callable[[float], None], interval: Callable[[], float]) -> None:
        self._tick = tick
        self._interval = interval
        self._loop = asyncio.get_running_loop()
        self._last = float("-inf")
        self._next: asyncio.TimerHandle | None = None
        # Not asked of the handle: uvloop gives one without a time for what is due now.
        self._planned = 0.0
        self._hurried = False
        self._failing = False

    def poke(self, delay: float = 0.0) -> None:
        """Ask for a tick within `delay` seconds, or later if the pace demands it."""
        if self._next is not None:
            if self._hurried:
                return  # it comes as soon as it may
            if delay:
                return  # it comes soon enough
            self._next.cancel()
        now = self._loop.time()
        self._planned = max(self._last + self._interval(), now + delay)
        self._hurried = not delay
        self._next = self._loop.call_at(self._planned, self._run)

    def stop(self) -> None:
        """Cancel the next tick."""
        if self._next is not None:
            self._next.cancel()
            self._next = None

    def _run(self) -> None:
        self._next = None
        self._last = self._loop.time()
        try:
            self._tick(self._last - self._planned)
        except Exception:
            # The next one brings what this one left; it is said once, not each time.
            if not self._failing:
                logger.exception("A tick failed")
            self._failing = True
        else:
            self._failing = False
