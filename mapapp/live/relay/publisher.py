"""A room's news for other processes, gathered and sent at a pace of its own."""

from __future__ import annotations

import time
from collections.abc import Callable

from mapapp.live.fanout.pace import TickPace
from mapapp.live.fanout.ticker import Ticker
from mapapp.live.holds import Hold
from mapapp.live.load import Load
from mapapp.live.relay.line import Delta, RoomLine

# A message costs the channel layer and every process more than a tick costs a phone:
# a room's news is relayed up to 100 times a second for up to 20 people in it, and
# from 200 people on ten times.
_FASTEST, _PER_PERSON, _UNHURRIED = 0.010, 0.0005, 0.100


class Publisher:
    """Gathers news in `delta`; a tick hands it to the line.

    `standing()` gives the room's revision and the counts of people and screens here;
    `people()` gives the number of people and screens in the room anywhere; `load` is
    the process's.
    """

    def __init__(
        self,
        line: RoomLine,
        standing: Callable[[], tuple[int, tuple[int, int]]],
        people: Callable[[], int],
        load: Load,
    ) -> None:
        self.delta = Delta()
        self._line = line
        self._standing = standing
        self._people = people
        self._load = load
        self._pace = TickPace(self._least_interval)
        self._ticker = Ticker(self._publish, self._pace.interval)

    def poke(self, delay: float = 0.0) -> None:
        """Publish within `delay` seconds if there is news."""
        if self.delta:
            self._ticker.poke(delay)

    def moved(self, hold: Hold) -> None:
        """Publish the position of a marker that was moved here, if anybody listens.

        A process that comes later is told everything (`Listener.repeat`).
        """
        if self._line.is_elsewhere:
            self.delta.moves[hold.marker] = hold
            self._ticker.poke()

    def stop(self) -> None:
        """Publish nothing more."""
        self._ticker.stop()

    def _least_interval(self) -> float:
        enough = min(max(_PER_PERSON * self._people(), _FASTEST), _UNHURRIED)
        return max(enough, self._load.interval)

    def _publish(self) -> None:
        started = time.thread_time()
        if self.delta:
            delta, self.delta = self.delta, Delta()
            self._line.publish(*self._standing(), delta)
        self._pace.measured(work=time.thread_time() - started, size=0)
