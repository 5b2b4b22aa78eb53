"""Schedules ticks: as soon as there is news, and no more often than the pace allows."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

logger = logging.getLogger(__name__)


class Ticker:
    """Calls `tick()` after `poke`, leaving at least `interval()` seconds between two calls.

    After a quiet time a tick follows a poke at once; under load everything that
    arrives within an interval goes into one tick (F2, F5).
    """

    def __init__(self, tick: Callable[[], None], interval: Callable[[], float]) -> None:
        self._tick = tick
        self._interval = interval
        self._loop = asyncio.get_running_loop()
        self._last = float("-inf")
        self._next: asyncio.TimerHandle | None = None
        self._hurried = False
        self._failing = False

    def poke(self, delay: float = 0.0) -> None:
        """Ask for a tick within `delay` seconds, or later if the pace demands it."""
        if self._next is not None:
            if self._hurried:
                return  # the next tick comes as soon as the pace allows
            if delay:
                return  # the next tick comes soon enough
            self._next.cancel()
        now = self._loop.time()
        self._hurried = not delay
        self._next = self._loop.call_at(max(self._last + self._interval(), now + delay), self._run)

    def stop(self) -> None:
        """Cancel the next tick."""
        if self._next is not None:
            self._next.cancel()
            self._next = None

    def _run(self) -> None:
        self._next = None
        self._last = self._loop.time()
        try:
            self._tick()
        except Exception:
            # The next tick makes up for this one. Only the first failure in a row is logged.
            if not self._failing:
                logger.exception("A tick failed")
            self._failing = True
        else:
            self._failing = False
