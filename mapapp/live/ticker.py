"""When a room's next tick is: as soon as there is something new, no more often than its pace."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class Ticker:
    """Calls `tick` after `poke`, leaving at least `interval()` seconds between two calls.

    After a quiet time a tick follows a poke at once; under load everything
    that arrives within an interval goes into one tick (F2, F5).
    """

    def __init__(self, tick: Callable[[], None], interval: Callable[[], float]) -> None:
        self._tick = tick
        self._interval = interval
        self._loop = asyncio.get_running_loop()
        self._last = float("-inf")
        self._next: asyncio.TimerHandle | None = None

    def poke(self, delay: float = 0.0) -> None:
        """Ask for a tick within `delay` seconds, or later if the pace demands it."""
        when = self._last + self._interval()
        if delay:
            when = max(when, self._loop.time() + delay)
        if self._next is not None:
            if self._next.when() <= when:
                return
            self._next.cancel()
        self._next = self._loop.call_at(when, self._run)

    def stop(self) -> None:
        """Cancel the next tick."""
        if self._next is not None:
            self._next.cancel()
            self._next = None

    def _run(self) -> None:
        self._next = None
        self._last = self._loop.time()
        self._tick()


def fixed_pace(people: int) -> float:
    """Return the seconds between two ticks (F4): 20 a second up to 100 people, else 10."""
    return 0.05 if people <= 100 else 0.1
