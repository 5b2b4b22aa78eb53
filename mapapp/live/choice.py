"""What a tick tells first when there is not room for all that has moved (F4, F5)."""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable
from itertools import islice

from mapapp.live.areas import Area
from mapapp.live.mirror import Mirror
from mapapp.live.pace import BUDGET_SECONDS
from mapapp.protocol.positions import MovesForm, Position, positions_within

# However many changes there are, so much of the budget is left for moves.
_LEAST_SHARE = 0.25
# Farther than anything can move.
_UNTOLD = 1 << 60


class Choice:
    """What has moved and is still to be told to the clients of a tier.

    While all of it fits into `budget` (bytes a second for each client; None
    for as many as there are), all clients get all. Beyond that everybody gets
    what has waited longest, so that nothing waits for ever, in half of the
    bytes; in the other half those who look at the same area of the map get
    what has moved farthest there.
    """

    def __init__(self, mirror: Mirror, form: MovesForm, budget: int | None) -> None:
        self._mirror = mirror
        self._moved: dict[int, None] = {}  # oldest first
        self._form: MovesForm = form
        self._tick_bytes = budget * BUDGET_SECONDS if budget else math.inf
        self._free = self._tick_bytes
        # Whether some of what has moved did not find room in the last tick.
        self._some_waited = False
        # Where those who look at an area see what was told when there was not room for all.
        self._told: dict[Area | None, dict[int, tuple[int, int]]] = {}

    def __bool__(self) -> bool:
        return bool(self._moved)

    def add(self, number: int) -> None:
        """Note that a marker has a new position."""
        self._moved[number] = None

    def for_all(self, taken: int = 0) -> list[Position]:
        """Take what everybody is told now; so many bytes of the tick are taken by changes."""
        self._free = max(self._tick_bytes - taken, self._tick_bytes * _LEAST_SHARE)
        some_waited = self._some_waited
        self._some_waited = len(self._moved) > self._places(self._free)
        chosen = self._oldest() if self._some_waited else self._all()
        if some_waited or self._some_waited:
            # A client that misses this tick finds by its cursor what was told in it, and that
            # is not all that has moved since the tick before.
            for number, _, _ in chosen:
                self._mirror.positions[number].step = self._mirror.step
        return chosen

    def _all(self) -> list[Position]:
        chosen = positions_of(self._mirror, self._moved)
        self._moved.clear()
        self._told.clear()
        return chosen

    def _oldest(self) -> list[Position]:
        """Take what has waited longest."""
        for number in [n for n in self._moved if n not in self._mirror.positions]:
            del self._moved[number]
        places = int(self._places(self._free / 2))
        chosen = positions_of(self._mirror, list(islice(self._moved, places)))
        for number, lat, lng in chosen:
            del self._moved[number]
            for told in self._told.values():
                if number in told:
                    told[number] = lat, lng
        return chosen

    def for_areas(self, areas: Iterable[Area | None]) -> dict[Area | None, list[Position]]:
        """What is told besides, by the area that somebody looks at."""
        self._told = {area: self._told.get(area, {}) for area in areas}
        return {area: self._for_area(area, told) for area, told in self._told.items()}

    def _places(self, size: float, *, coarse: bool = False) -> float:
        """How many positions fit into a frame of this size in bytes; at least one."""
        last_marker = self._mirror.state.last_marker
        return max(1.0, positions_within(size, self._form, last_marker, coarse=coarse))

    def _for_area(self, area: Area | None, told: dict[int, tuple[int, int]]) -> list[Position]:
        positions, distances = self._mirror.positions, []
        for number in self._moved:
            position = positions.get(number)
            if position is None or not (area is None or area.contains(position.lat, position.lng)):
                continue
            if number in told:
                lat, lng = told[number]
                distance = (position.lat - lat) ** 2 + (position.lng - lng) ** 2
            else:
                distance = _UNTOLD
            if distance:
                distances.append((distance, number))
        places = int(self._places(self._free / 2, coarse=True))
        farthest = heapq.nlargest(places, distances)
        chosen = positions_of(self._mirror, (number for _, number in farthest))
        told.update((number, (lat, lng)) for number, lat, lng in chosen)
        return chosen


def positions_of(mirror: Mirror, numbers: Iterable[int]) -> list[Position]:
    """Where these markers are, without those that nobody holds any more."""
    positions = mirror.positions
    return [(n, p.lat, p.lng) for n in numbers if (p := positions.get(n)) is not None]
