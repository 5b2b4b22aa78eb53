"""Moves that are still to be told, within a budget of bytes (F4, F5)."""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import islice

from mapapp.live.fanout.pace import BUDGET_SECONDS
from mapapp.live.replica import Replica
from mapapp.protocol.positions import MovesForm, Position, positions_within

# Moves always keep at least this share of the budget.
_LEAST_SHARE = 0.25


class PendingMoves:
    """The `numbers` of the markers that have moved and are still to be told, oldest first.

    While all of them fit into `budget` (bytes a second for each client; None for no
    limit), everybody gets all of them. Beyond that half of the bytes go to the
    markers that have waited longest, so that none waits without end; `share` is the
    other half, in bytes, for markers in each client's view (`interest`).
    """

    def __init__(self, replica: Replica, form: MovesForm, budget: int | None) -> None:
        # Written by `Broadcast.moved` directly, to save a call per move.
        self.numbers: dict[int, None] = {}
        self.share = 0.0
        self._replica = replica
        self._form: MovesForm = form
        self._tick_bytes = budget * BUDGET_SECONDS if budget else math.inf
        # Whether some moves did not fit into the last tick.
        self._some_waited = False

    def __bool__(self) -> bool:
        return bool(self.numbers)

    def take(self, taken: int = 0) -> list[Position]:
        """Take the moves for everybody now; changes take `taken` bytes of the tick."""
        free = max(self._tick_bytes - taken, self._tick_bytes * _LEAST_SHARE)
        self.share = free / 2
        some_waited = self._some_waited
        self._some_waited = len(self.numbers) > self.places(free)
        chosen = self._oldest() if self._some_waited else self._all()
        if some_waited or self._some_waited:
            # A client that misses this tick finds its moves by its cursor; these are not all
            # moves since the tick before.
            for number, _, _ in chosen:
                self._replica.holds.by_marker[number].tick = self._replica.tick
        return chosen

    def places(self, size: float, *, coarse: bool = False) -> float:
        """The number of positions that fit into a frame of `size` bytes; at least one."""
        last_marker = self._replica.state.last_marker
        return max(1.0, positions_within(size, self._form, last_marker, coarse=coarse))

    def _all(self) -> list[Position]:
        chosen = positions_of(self._replica, self.numbers)
        self.numbers.clear()
        return chosen

    def _oldest(self) -> list[Position]:
        """Take the markers that have waited longest."""
        for number in [n for n in self.numbers if not _is_moved(self._replica, n)]:
            del self.numbers[number]
        places = int(self.places(self.share))
        chosen = positions_of(self._replica, list(islice(self.numbers, places)))
        for number, _, _ in chosen:
            del self.numbers[number]
        return chosen


def positions_of(replica: Replica, numbers: Iterable[int]) -> list[Position]:
    """The positions of these markers, without those that are no longer held."""
    holds = replica.holds.by_marker
    return [(n, h.lat, h.lng) for n in numbers if (h := holds.get(n)) is not None and h.tick]


def _is_moved(replica: Replica, number: int) -> bool:
    hold = replica.holds.by_marker.get(number)
    return hold is not None and hold.tick > 0
