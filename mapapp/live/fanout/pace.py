"""How often a broadcast ticks (F4): as often as its work and its clients' lines allow."""

from __future__ import annotations

from collections.abc import Callable

# One broadcast's ticks may take this share of the time; then the next one waits longer.
_WORK_SHARE = 0.5
# An interval grows at once and shrinks step by step, or it would swing with the
# load; but fast enough that a room is quick again some seconds after a rush. The
# last part shrinks slowly, but it does, or one hiccup would cost freshness for good.
_SHRINK, _WORTH_SHRINKING, _DRIFT = 0.6, 0.8, 0.1
_SLOWEST = 1.0
# The weight of the newest tick in the average: one hiccup is not a load.
_NEWEST = 0.3
# The longest that a tick waits just to stay within a budget, because people wait for
# the changes in it. Beyond this a tick carries only some of the moves.
BUDGET_SECONDS = 0.5
# The bytes on a phone's line around one tick: the headers of IP and TCP, and its answer.
_TICK_OVERHEAD = 80


class TickPace:
    """The seconds between two ticks of one broadcast.

    `least()` is what all broadcasts of the process keep to (`live.load`). `budget` is
    the most bytes a second for each client; None for no limit.
    """

    def __init__(self, least: Callable[[], float], budget: int | None = None) -> None:
        self.budget = budget
        self._least = least
        self._own = 0.0
        self._work = 0.0

    def interval(self) -> float:
        """The least seconds from one tick to the next."""
        return max(self._own, self._least())

    def measured(self, *, work: float, size: int) -> None:
        """Take one tick into account.

        `work` is the CPU time it took, in seconds; `size` is the number of bytes that a
        client got.
        """
        self._work += (work - self._work) * _NEWEST
        wanted = self._work / _WORK_SHARE
        if self.budget is not None and size:
            wanted = max(wanted, min((size + _TICK_OVERHEAD) / self.budget, BUDGET_SECONDS))
        wanted = min(wanted, _SLOWEST)
        if wanted > self._own:
            self._own = wanted
        elif wanted < self._own * _WORTH_SHRINKING:
            self._own = max(wanted, self._own * _SHRINK)
        else:
            self._own += (wanted - self._own) * _DRIFT
