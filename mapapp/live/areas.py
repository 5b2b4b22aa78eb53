"""Parts of the map that phones show, few enough for frames of their own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

# The side of the largest area, in millionths of a degree: around the world.
_WORLD = 360_000_000
# Halved so often an area is smaller (5 m) than anything people look at.
_DEEPEST = 22
# Each area has frames of its own, which cost as much as those for everybody.
_MOST_AREAS = 16


class Area(NamedTuple):
    """Bounds in millionths of a degree, inclusive. It does not cross the antimeridian."""

    south: int
    west: int
    north: int
    east: int

    def contains(self, lat: int, lng: int) -> bool:
        """Whether this place, in millionths of a degree, is inside."""
        return self.south <= lat <= self.north and self.west <= lng <= self.east


def area_around(view: Area, doublings: int = 0) -> Area | None:
    """The area for this view and for all that are about as large and about there.

    The map is cut into squares; their side is the smallest that is at least as
    long as the view's, of the world's halved again and again. The area is the
    square with the view's middle and half a side more in each direction, so
    that the whole view is inside. It is None if that is about the whole map,
    or if the view crosses the antimeridian (its west is greater than its
    east). Each of `doublings` doubles the side.
    """
    if view.south > view.north or view.west > view.east:
        return None
    longest = max(view.north - view.south, view.east - view.west, 1)
    halvings = min((_WORLD // longest).bit_length() - 1, _DEEPEST) - doublings
    if halvings < 2:
        return None
    side = _WORLD >> halvings
    row = (view.south + view.north) // 2 // side
    column = (view.west + view.east) // 2 // side
    south, west = row * side - side // 2, column * side - side // 2
    return Area(south, west, south + 2 * side, west + 2 * side)


class Areas:
    """The areas that somebody looks at, at most so many at a time; None is the whole map."""

    def __init__(self) -> None:
        self._onlookers: Counter[Area | None] = Counter()

    def __iter__(self) -> Iterator[Area | None]:
        return iter(self._onlookers)

    def enter(self, view: Area | None) -> Area | None:
        """Count in one who looks at this view. Return the area to leave it by."""
        area = self._area_for(view) if view else None
        self._onlookers[area] += 1
        return area

    def leave(self, area: Area | None) -> None:
        """Count out one who was counted in to this area."""
        self._onlookers[area] -= 1
        if not self._onlookers[area]:
            del self._onlookers[area]

    def _area_for(self, view: Area) -> Area | None:
        doublings = 0
        while (area := area_around(view, doublings)) is not None:
            if area in self._onlookers or len(self._onlookers) < _MOST_AREAS:
                return area
            doublings += 1
        return None
