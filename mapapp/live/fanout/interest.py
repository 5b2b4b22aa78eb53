"""Area of interest, for very large rooms: moves in a phone's view come first (F4, F5).

It matters only when not all can be told to all. The door is `Interest`; nothing else
knows of areas.
"""

from __future__ import annotations

import heapq
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from mapapp.live.change_log import ChangeLog
from mapapp.live.fanout.connection import Connection
from mapapp.live.fanout.frames import Frames
from mapapp.live.fanout.pending_moves import PendingMoves, positions_of
from mapapp.live.replica import Replica
from mapapp.protocol.positions import MICRO, MovesForm, Position

# The sides of squares, in millionths of a degree: the smallest (7 m) is below
# anything people look at, and beyond the largest (67 degrees) a view is about the
# whole map. They are powers of two, so that each square is a quarter of a larger one.
_SIDES = [1 << power for power in range(6, 27)]
# Each area has frames of its own, which cost as much as those for everybody.
MOST_AREAS = 16
# Sample size: this many views are enough to find the popular areas.
_SAMPLE = 500
# People change their views all the time; areas follow them this often, in seconds.
SHARE_OUT_SECONDS = 2.0
# Farther than anything can move.
_UNTOLD = 1 << 60


class Area(NamedTuple):
    """Bounds in millionths of a degree, inclusive. It does not cross the antimeridian."""

    south: int
    west: int
    north: int
    east: int

    def contains(self, lat: int, lng: int) -> bool:
        """Whether this place, in millionths of a degree, is inside."""
        return self.south <= lat <= self.north and self.west <= lng <= self.east


def area_around(view: Area) -> Area | None:
    """The area for this view, shared by all views of about this size and place.

    The map is cut into squares whose side is at least as long as the view's. The
    area is the square with the view's centre, extended by half a side in each
    direction, so that the whole view is inside. It is None, the whole map, if it
    would not be much smaller, or if the view crosses the antimeridian (its west is
    greater than its east).
    """
    if view.south > view.north or view.west > view.east:
        return None
    longest = max(view.north - view.south, view.east - view.west)
    side = next((side for side in _SIDES if side >= longest), 0)
    return _area(side, (view.south + view.north) // 2, (view.west + view.east) // 2)


def larger(area: Area) -> Area | None:
    """The area with twice the side that contains this one; None is the whole map."""
    side = _side(area)
    return _area(2 * side, area.south + side // 2, area.west + side // 2)


def _area(side: int, lat: int, lng: int) -> Area | None:
    """The area of the square that contains this place."""
    if not _SIDES[0] <= side <= _SIDES[-1]:
        return None
    south, west = lat // side * side - side // 2, lng // side * side - side // 2
    return Area(south, west, south + 2 * side, west + 2 * side)


def _side(area: Area) -> int:
    """The side of an area's square."""
    return (area.north - area.south) // 2


class Areas:
    """The areas with frames of their own, from small to large; the last is None, the whole map."""

    def __init__(self) -> None:
        self.in_use: list[Area | None] = [None]

    def serving(self, wanted: Area | None) -> Area | None:
        """The smallest area in use that contains this one."""
        if wanted is None:
            return None
        south, west, north, east = wanted
        for area in self.in_use:
            if area is None or (
                area.south <= south
                and area.west <= west
                and north <= area.north
                and east <= area.east
            ):
                return area
        raise AssertionError("the whole map contains everything")

    def share_out(self, wanted: Sequence[Area | None]) -> None:
        """Choose the areas that serve most of the people; each of them wants one area.

        Repeatedly, the smallest of the less popular areas are replaced by the next
        larger ones, along with the people who want them.
        """
        if len(wanted) > _SAMPLE:
            wanted = random.sample(wanted, _SAMPLE)
        counts = Counter(area for area in wanted if area is not None)
        while len(counts) > MOST_AREAS:
            popular = set(heapq.nlargest(MOST_AREAS, counts, key=counts.__getitem__))
            others = [area for area in counts if area not in popular]
            smallest = min(map(_side, others))
            for area in others:
                if _side(area) == smallest:
                    people = counts.pop(area)
                    if (next_one := larger(area)) is not None:
                        counts[next_one] += people
        self.in_use = [*sorted(counts, key=_side), None]


class Interest:
    """The views of a broadcast's connections, and the markers that have moved farthest there.

    If a tick cannot tell all to all, half of its bytes (`PendingMoves.share`) are for
    these. A connection without a view gets the markers that have moved farthest
    anywhere.
    """

    def __init__(
        self, replica: Replica, log: ChangeLog, form: MovesForm, pending: PendingMoves
    ) -> None:
        self._replica = replica
        self._log = log
        self._form = form
        self._pending = pending
        self._areas = Areas()
        self._shared_out_at = float("-inf")
        # The area that each wants, and the area whose frames it gets; None is the whole map.
        self._wanted: dict[Connection, Area | None] = {}
        self._served: dict[Connection, Area | None] = {}
        # The extra frames for each area in this tick.
        self._frames: dict[Area | None, Frames] = {}
        # The positions last told for each area, since there has not been room for all.
        self._told: dict[Area | None, dict[int, tuple[int, int]]] = {}

    def add(self, connection: Connection) -> None:
        """Take in a connection that has not told its view yet."""
        self._wanted[connection] = self._served[connection] = None

    def look(
        self, connection: Connection, south: float, west: float, north: float, east: float
    ) -> None:
        """Note which part of the map a connection shows; the bounds are in degrees."""
        view = Area(*(round(bound * MICRO) for bound in (south, west, north, east)))
        wanted = self._wanted[connection] = area_around(view)
        self._served[connection] = self._areas.serving(wanted)

    def forget(self, connection: Connection) -> None:
        """Forget a connection that has left."""
        del self._wanted[connection], self._served[connection]

    def take(self, told: list[Position], revision: int, now: float) -> Mapping[Connection, Frames]:
        """The frames for connections besides `told`, which everybody is told now.

        There are none unless some moves have to wait. `now` is in the loop's seconds.
        """
        self._frames = {}
        if not self._pending:
            self._told.clear()
            return {}
        for known in self._told.values():
            known.update((number, (lat, lng)) for number, lat, lng in told if number in known)
        if now - self._shared_out_at >= SHARE_OUT_SECONDS:
            self._shared_out_at = now
            self._share_out()
        self._told = {area: self._told.get(area, {}) for area in self._areas.in_use}
        for area, known in self._told.items():
            if moves := self._farthest(area, known):
                self._frames[area] = Frames(
                    self._log, self._form, revision, revision, moves, coarse=True
                )
        frames = self._frames
        return {c: frames[area] for c, area in self._served.items() if area in frames}

    @property
    def sent_size(self) -> int:
        """The most bytes that a client got of these frames in this tick."""
        return max((frames.size for frames in self._frames.values()), default=0)

    def _share_out(self) -> None:
        self._areas.share_out(list(self._wanted.values()))
        for connection, wanted in self._wanted.items():
            self._served[connection] = self._areas.serving(wanted)

    def _farthest(self, area: Area | None, told: dict[int, tuple[int, int]]) -> list[Position]:
        """The markers that have moved farthest in an area since last told, as many as fit."""
        distances = []
        for number, lat, lng in positions_of(self._replica, self._pending.numbers):
            if not (area is None or area.contains(lat, lng)):
                continue
            if number in told:
                told_lat, told_lng = told[number]
                distance = (lat - told_lat) ** 2 + (lng - told_lng) ** 2
            else:
                distance = _UNTOLD
            if distance:
                distances.append((distance, number))
        places = int(self._pending.places(self._pending.share, coarse=True))
        farthest = heapq.nlargest(places, distances)
        chosen = positions_of(self._replica, (number for _, number in farthest))
        told.update((number, (lat, lng)) for number, lat, lng in chosen)
        return chosen
