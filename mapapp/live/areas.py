"""Parts of the map that phones show, few enough for frames of their own."""

from __future__ import annotations

import heapq
import random
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

# The sides of squares, in millionths of a degree: the smallest (7 m) is below
# anything people look at, and from the largest (67 degrees) on it is about the
# whole map. As powers of two each square is a quarter of a larger one.
_SIDES = [1 << power for power in range(6, 27)]
# Each area has frames of its own, which cost as much as those for everybody.
MOST_AREAS = 16
# Of a very large crowd so many tell where most look.
_SAMPLE = 500


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
    """The area for this view and for all that are about as large and about there.

    The map is cut into squares, whose side is at least as long as the view's.
    The area is the square with the view's middle and half a side more in each
    direction, so that the whole view is inside. It is None, the whole map, if
    it would not be much less, or if the view crosses the antimeridian (its
    west is greater than its east).
    """
    if view.south > view.north or view.west > view.east:
        return None
    longest = max(view.north - view.south, view.east - view.west)
    side = next((side for side in _SIDES if side >= longest), 0)
    return _area(side, (view.south + view.north) // 2, (view.west + view.east) // 2)


def larger(area: Area) -> Area | None:
    """The area of twice the side that contains this one; None is the whole map."""
    side = _side(area)
    return _area(2 * side, area.south + side // 2, area.west + side // 2)


def _area(side: int, lat: int, lng: int) -> Area | None:
    """The area of the square with this place."""
    if not _SIDES[0] <= side <= _SIDES[-1]:
        return None
    south, west = lat // side * side - side // 2, lng // side * side - side // 2
    return Area(south, west, south + 2 * side, west + 2 * side)


def _side(area: Area) -> int:
    """The side of an area's square."""
    return (area.north - area.south) // 2


class Areas:
    """The areas that have frames of their own, from small to large; the last is None, all."""

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
        """Take those into use that serve the most of the people who want these, one each.

        Again and again, whoever wants one of the smallest areas that few others
        want is counted to the next larger one.
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
