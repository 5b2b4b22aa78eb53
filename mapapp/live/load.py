"""How busy this process is, and the one pace that follows for all its rooms (F4)."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

# Seconds between two looks at the load.
LOOK_SECONDS = 0.2
# Nobody sees more than a hundred ticks a second.
FASTEST = 0.010
# Frames a second that a process sends before ticks become rarer than that, and the
# interval beyond which they do not for that reason: ten ticks a second look alive. A
# room's people are mostly behind one radio, which has time for some ten thousand
# small packets a second.
SENDS_PER_SECOND, _UNHURRIED = 12_000.0, 0.100
# Above the first share of busy time the process is short of time, until it is below
# the second.
_SHORT, _AT_EASE = 0.95, 0.85
# Then ticks become rarer step by step while they take more than the first share of the
# time, and closer again below the second: rarer ones would hardly leave more time for
# what comes in, and everybody would see it later.
_TICKS_MOST, _TICKS_LEAST = 0.5, 0.4
_GROW, _SHRINK = 1.15, 0.9
_SLOWEST = 1.0
# The weight of the newest look in an average. Between two looks there may be one
# long tick, or none.
_NEWEST, _NEWEST_TICKS = 0.4, 0.2

# Moves that a process handles in a second on a core of 2026; a larger crowd of
# draggers is asked to send less often from the start.
_MOVES_TAKEN = 40_000
# If it was busy for more than the first share of the last second it asks for fewer
# moves; below the second it lets people send more again, step by step.
_MOVES_SHORT, _MOVES_AT_EASE = 0.9, 0.7
_CROWD, _STEP = 100, 2
MOST_MOVES, FEWEST_MOVES = 10, 2

_WAITED = Path("/proc/thread-self/schedstat")


def demanded_seconds() -> float:
    """The processor time that this thread has used, and waited for, in seconds.

    Time in which other programs had the processor counts as long as the thread
    wanted it: what is left is the time in which it had nothing to do. Where the
    system does not tell the waiting (it is Linux that does), only its use counts.
    """
    waited = 0.0
    with suppress(OSError, ValueError, IndexError):
        # Nanoseconds on the processor, nanoseconds waiting for it, turns.
        waited = int(_WAITED.read_bytes().split()[1]) / 1e9
    return time.thread_time() + waited


class Busy:
    """The share of busy time since the last look. `demanded` is as `demanded_seconds`."""

    def __init__(self, demanded: Callable[[], float], now: float) -> None:
        self._demanded = demanded
        self._at, self._before = now, demanded()

    def share(self, now: float) -> float:
        """From 0 to 1, since the last call; `now` is in seconds."""
        demanded = self._demanded()
        passed, used = now - self._at, demanded - self._before
        self._at, self._before = now, demanded
        return min(1.0, used / passed) if passed > 0 else 0.0


class Load:
    """What a process has to do, measured, and what it asks for.

    `interval` is the least number of seconds between two ticks of any broadcast, so
    that the ticks of many rooms share the processor. `moves_per_second` are the moves
    asked of everybody who drags. While it `is_short` of time, only the newest move of
    each client is looked at, once a tick, however many it sends.
    """

    def __init__(self, now: float, demanded: Callable[[], float]) -> None:
        self.interval = FASTEST
        self.moves_per_second = MOST_MOVES
        self.is_short = False
        # Since the last look: the frames sent in ticks, and their processor time.
        self._sends = 0
        self._ticks_seconds = 0.0
        self._busy = Busy(demanded, now)
        self._busy_second = Busy(demanded, now)
        self._at = now
        self._recipients = 0.0
        # The share of the time that ticks take.
        self._ticks = 0.0

    def least_interval(self) -> float:
        """`interval`, as a broadcast's pace asks for it."""
        return self.interval

    def ticked(self, sends: int, seconds: float) -> None:
        """Note a tick: the clients that it went to, and its processor time."""
        self._sends += sends
        self._ticks_seconds += seconds

    def look(self, now: float) -> None:
        """Measure, and follow: `LOOK_SECONDS` after the last time."""
        passed, self._at = now - self._at, now
        if passed <= 0:
            return
        # Those who get a frame within an interval.
        recipients = self._sends / passed * self.interval
        self._ticks += (self._ticks_seconds / passed - self._ticks) * _NEWEST_TICKS
        self._sends, self._ticks_seconds = 0, 0.0
        self._recipients += (recipients - self._recipients) * _NEWEST
        floor = min(max(self._recipients / SENDS_PER_SECOND, FASTEST), _UNHURRIED)
        busy = self._busy.share(now)
        self.is_short = busy > _SHORT or (self.is_short and busy > _AT_EASE)
        if busy > _SHORT and self._ticks > _TICKS_MOST:
            self.interval = min(self.interval * _GROW, _SLOWEST)
        elif busy < _AT_EASE or self._ticks < _TICKS_LEAST:
            self.interval *= _SHRINK
        self.interval = max(self.interval, floor)

    def ask(self, draggers: int, now: float) -> None:
        """Follow the number of people who drag in all rooms: a second after the last time."""
        busy = self._busy_second.share(now)
        self.moves_per_second = moves_per_second(draggers, self.moves_per_second, busy)


def moves_per_second(draggers: int, asked: int, busy: float) -> int:
    """The moves a second to ask of each person, when `draggers` people drag.

    `asked` is the current number; the result differs from it only if that is worth
    telling everybody. `busy` is the share of the last second, from 0 to 1, in which
    the process was busy.
    """
    most = max(FEWEST_MOVES, min(MOST_MOVES, _MOVES_TAKEN // max(draggers, 1)))
    if most < asked:
        return most
    if draggers >= _CROWD and busy > _MOVES_AT_EASE:
        return max(FEWEST_MOVES, asked * 2 // 3) if busy > _MOVES_SHORT else asked
    more = min(most, asked + _STEP)
    return more if more == asked + _STEP or more == MOST_MOVES else asked
