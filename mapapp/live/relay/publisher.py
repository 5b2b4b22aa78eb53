"""A room's news for other processes, gathered and sent at a pace of its own."""

from __future__ import annotations

import time
from collections.abc import Callable

from mapapp.live.fanout.pace import TickPace
from mapapp.live.fanout.ticker import Ticker
from mapapp.live.relay.line import Delta, RoomLine
from mapapp.live.replica import LivePosition


class Publisher:
    """Gathers news in `delta`; a tick hands it to the line.

    `standing()` gives the room's revision and the counts of people and screens here;
    `people()` gives the number of people and screens in the room anywhere.
    """

    def __init__(
        self,
        line: RoomLine,
        standing: Callable[[], tuple[int, tuple[int, int]]],
        people: Callable[[], int],
    ) -> None:
        self.delta = Delta()
        self._line = line
        self._standing = standing
        self._people = people
        self._pace = TickPace()
        self._ticker = Ticker(self._publish, self._pace.interval)

    def poke(self, delay: float = 0.0) -> None:
        """Publish within `delay` seconds if there is news."""
        if self.delta:
            self._ticker.poke(delay)

    def moved(self, number: int, position: LivePosition) -> None:
        """Publish the position of a marker that was moved here."""
        self.delta.moves[number] = position
        self._ticker.poke()

    def stop(self) -> None:
        """Publish nothing more."""
        self._ticker.stop()

    def _publish(self, late: float) -> None:
        started = time.thread_time()
        if self.delta:
            delta, self.delta = self.delta, Delta()
            self._line.publish(*self._standing(), delta)
        work = time.thread_time() - started
        self._pace.measured(people=self._people(), work=work, late=late, size=0)
