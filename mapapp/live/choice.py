"""What a tick tells first when there is not room for all that has moved (F4, F5)."""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable
from itertools import islice

from mapapp.live.areas import Area, Areas
from mapapp.live.mirror import Mirror
from mapapp.live.pace import BUDGET_SECONDS
from mapapp.protocol.incoming import MovesForm
from mapapp.protocol.positions import Position

# What the two frames of a tick take besides their positions, in bytes, bitmaps for 64 markers
# included.
_FRAMES_BYTES = 64
# What a position takes, in bytes, in a frame for all and in one for an area.
_POSITION_BYTES: dict[MovesForm, tuple[float, float]] = {
    "json": (30, 30),
    "binary": (10, 10),
    "packed": (6.2, 4.2),
}
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
        tick_bytes = budget * BUDGET_SECONDS - _FRAMES_BYTES if budget else math.inf
        exact, coarse = _POSITION_BYTES[form]
        # How many fit, when all are told to all; when half of the bytes are
        # for what has waited longest; and in the other half.
        self._places = tick_bytes / exact
        self._places_for_all = max(1, tick_bytes / 2 // exact)
        self._places_for_area = max(1, tick_bytes / 2 // coarse)
        # Where those who look at an area see what was told when there was not room for all.
        self._told: dict[Area | None, dict[int, tuple[int, int]]] = {}

    def __bool__(self) -> bool:
        return bool(self._moved)

    def add(self, number: int) -> None:
        """Note that a marker has a new position."""
        self._moved[number] = None

    def for_all(self) -> list[Position]:
        """Take what everybody is told now."""
        if len(self._moved) <= self._places:
            chosen = positions_of(self._mirror, self._moved)
            self._moved.clear()
            self._told.clear()
            return chosen
        for number in [n for n in self._moved if n not in self._mirror.positions]:
            del self._moved[number]
        chosen = positions_of(self._mirror, list(islice(self._moved, int(self._places_for_all))))
        for number, lat, lng in chosen:
            del self._moved[number]
            for told in self._told.values():
                told[number] = lat, lng
        return chosen

    def for_areas(self, areas: Areas) -> dict[Area | None, list[Position]]:
        """What is told besides, by the area that somebody looks at; empty when all is told."""
        if not self._moved:
            return {}
        self._told = {area: self._told.get(area, {}) for area in areas}
        return {area: self._for_area(area, told) for area, told in self._told.items()}

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
        farthest = heapq.nlargest(int(self._places_for_area), distances)
        chosen = positions_of(self._mirror, (number for _, number in farthest))
        told.update((number, (lat, lng)) for number, lat, lng in chosen)
        return chosen


def positions_of(mirror: Mirror, numbers: Iterable[int]) -> list[Position]:
    """Where these markers are, without those that nobody holds any more."""
    positions = mirror.positions
    return [(n, p.lat, p.lng) for n in numbers if (p := positions.get(n)) is not None]
