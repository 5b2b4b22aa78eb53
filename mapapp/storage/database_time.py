"""The time that all processes of an installation share."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

# A clock that is off by more than this has been set; by less, it has drifted,
# or an answer was slow.
JUMP_SECONDS = 5.0


def even_seconds() -> float:
    """Seconds from a fixed point, by a clock that nobody sets.

    The one that goes on while the machine sleeps, where the system has one:
    after a night with its lid shut, a laptop's clock has not been set.
    """
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


@dataclass(frozen=True, slots=True)
class Jump:
    """A clock was set from `before` to `after`, in seconds since 1970."""

    before: float
    after: float


class DatabaseTime:
    """The database's clock as last read, carried forward by a clock that nobody sets.

    PostgreSQL's time comes with the rows that a commit, a renewal or an opening
    reads anyway, so that leases and times of change mean the same to processes
    whose machines disagree. SQLite has no clock of its own; then this machine's
    clock counts.

    When that clock jumps, this one goes on evenly until somebody has shifted
    the times that depend on it, and calls `accept`. All methods may be called
    from any thread.
    """

    def __init__(
        self,
        wall: Callable[[], float] = lambda: time.time(),  # tests set it
        even: Callable[[], float] = even_seconds,
    ) -> None:
        self._wall = wall
        self._even = even
        self._offset = wall() - even()
        self._set_to: float | None = None
        self._follows_database = False

    def hear(self, now: float | None) -> None:
        """Take the database's time, in seconds since 1970; None if it has no clock."""
        offset = (self._wall() if now is None else now) - self._even()
        if abs(offset - self._offset) < JUMP_SECONDS:
            self._offset, self._set_to = offset, None
        elif now is not None and not self._follows_database:
            # Not a jump: nothing depended on the machine's own clock until now.
            self._offset = offset
        else:
            self._set_to = offset
        self._follows_database = now is not None

    def now(self) -> float:
        """Seconds since 1970; right to within one round trip to the database."""
        return self._even() + self._offset

    @property
    def jump(self) -> Jump | None:
        """The jump that has been noticed and not yet accepted."""
        set_to = self._set_to
        if set_to is None:
            return None
        even = self._even()
        return Jump(even + self._offset, even + set_to)

    def accept(self, jump: Jump) -> None:
        """Follow the clock, now that all times that depend on it have been shifted."""
        self._offset += jump.after - jump.before
        self._set_to = None
