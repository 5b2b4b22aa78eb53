"""How often a room ticks, and how often its people send (F4): both follow the load."""

from __future__ import annotations

# A room of up to 20 people ticks up to 100 times a second, and feels immediate; from
# 200 people on ten times, because nobody sees more and everybody pays for it.
_FASTEST, _PER_PERSON, _UNHURRIED = 0.010, 0.0005, 0.100
# Ticks may take this share of the time; then the next one waits longer.
_WORK_SHARE = 0.4
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
# Moves of one room that a process handles in a second on a core of 2026; a larger
# crowd of draggers is asked to send less often from the start.
_MOVES_TAKEN = 40_000
# A process that was busy for more than the first share of the last second asks its
# crowds for less; below the second it lets them send more again, step by step.
_BUSY, _AT_EASE = 0.9, 0.7
_CROWD, _STEP = 100, 2
MOST_MOVES, FEWEST_MOVES = 10, 2


class TickPace:
    """The seconds between two ticks of one broadcast.

    `budget` is the most bytes a second for each of its clients; None for no limit.
    """

    def __init__(self, budget: int | None = None) -> None:
        self.budget = budget
        self._interval = _FASTEST
        self._work = 0.0
        self._late = 0.0

    def interval(self) -> float:
        """The least seconds from one tick to the next."""
        return self._interval

    def measured(self, *, people: int, work: float, late: float, size: int) -> None:
        """Take one tick into account.

        `work` is the CPU time it took, and `late` its delay, both in seconds; `size`
        is the number of bytes that a client got.
        """
        self._work += (work - self._work) * _NEWEST
        self._late += (late - self._late) * _NEWEST
        wanted = max(_FASTEST, min(_PER_PERSON * people, _UNHURRIED), self._work / _WORK_SHARE)
        if self._late > self._interval / 2:
            # The process has no time left for ticks: leave it some.
            wanted = max(wanted, self._interval * 1.25)
        if self.budget is not None:
            wanted = max(wanted, min(size / self.budget, BUDGET_SECONDS))
        wanted = min(wanted, _SLOWEST)
        if wanted > self._interval:
            self._interval = wanted
        elif wanted < self._interval * _WORTH_SHRINKING:
            self._interval = max(wanted, self._interval * _SHRINK)
        else:
            self._interval += (wanted - self._interval) * _DRIFT


def moves_per_second(draggers: int, asked: int, busy: float) -> int:
    """The moves a second to ask of each person, when `draggers` people drag.

    `asked` is the current number; the result differs from it only if that is worth
    telling everybody. `busy` is the share of the last second, from 0 to 1, in which
    the process was busy.
    """
    most = max(FEWEST_MOVES, min(MOST_MOVES, _MOVES_TAKEN // max(draggers, 1)))
    if most < asked:
        return most
    if draggers >= _CROWD and busy > _AT_EASE:
        return max(FEWEST_MOVES, asked * 2 // 3) if busy > _BUSY else asked
    more = min(most, asked + _STEP)
    return more if more == asked + _STEP or more == MOST_MOVES else asked


class MoveRate:
    """The moves a second that the people of a room are asked to send: `per_second`."""

    def __init__(self) -> None:
        self.per_second = MOST_MOVES

    def follow(self, draggers: int, busy: float) -> bool:
        """Follow the load (see `moves_per_second`); return whether to tell everybody."""
        before = self.per_second
        self.per_second = moves_per_second(draggers, before, busy)
        return self.per_second != before
