"""What has moved and is still to be told, within a budget of bytes (F4, F5)."""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import islice

from mapapp.live.fanout.pace import BUDGET_SECONDS
from mapapp.live.replica import Replica
from mapapp.protocol.positions import MovesForm, Position, positions_within

# Moves always keep at least this share of the budget, however many changes there are.
_LEAST_SHARE = 0.25


class PendingMoves:
    """The `numbers` of the markers that have moved and are still to be told, oldest first.

    While all of it fits into `budget` (bytes a second for each client; None
    for as many as there are), everybody gets all of it. Beyond that everybody
    gets what has waited longest in half of the bytes, so that nothing waits
    for ever; `share` is the other half, in bytes, for those who look at the
    same part of the map (`interest`).
    """

    def __init__(self, replica: Replica, form: MovesForm, budget: int | None) -> None:
        # Written by `Broadcast.moved`, without a call between: that is per move.
        self.numbers: dict[int, None] = {}
        self.share = 0.0
        self._replica = replica
        self._form: MovesForm = form
        self._tick_bytes = budget * BUDGET_SECONDS if budget else math.inf
        # Whether some of what has moved did not find room in the last tick.
        self._some_waited = False

    def __bool__(self) -> bool:
        return bool(self.numbers)

    def take(self, taken: int = 0) -> list[Position]:
        """Take what everybody is told now; `taken` bytes of the tick are taken by changes."""
        free = max(self._tick_bytes - taken, self._tick_bytes * _LEAST_SHARE)
        self.share = free / 2
        some_waited = self._some_waited
        self._some_waited = len(self.numbers) > self.places(free)
        chosen = self._oldest() if self._some_waited else self._all()
        if some_waited or self._some_waited:
            # A client that misses this tick finds by its cursor what was told in it, and that
            # is not all that has moved since the tick before.
            for number, _, _ in chosen:
                self._replica.positions[number].tick = self._replica.tick
        return chosen

    def places(self, size: float, *, coarse: bool = False) -> float:
        """How many positions fit into a frame of this size in bytes; at least one."""
        last_marker = self._replica.state.last_marker
        return max(1.0, positions_within(size, self._form, last_marker, coarse=coarse))

    def _all(self) -> list[Position]:
        chosen = positions_of(self._replica, self.numbers)
        self.numbers.clear()
        return chosen

    def _oldest(self) -> list[Position]:
        """Take what has waited longest."""
        for number in [n for n in self.numbers if n not in self._replica.positions]:
            del self.numbers[number]
        places = int(self.places(self.share))
        chosen = positions_of(self._replica, list(islice(self.numbers, places)))
        for number, _, _ in chosen:
            del self.numbers[number]
        return chosen


def positions_of(replica: Replica, numbers: Iterable[int]) -> list[Position]:
    """Where these markers are, without those that nobody holds any more."""
    positions = replica.positions
    return [(n, p.lat, p.lng) for n in numbers if (p := positions.get(n)) is not None]
