"""The countries of many positions, such as those of a room's markers."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache

from mapapp.places import globe
from mapapp.places.globe import FAR_EDGE_KM, NEAR_EDGE_KM
from mapapp.places.nearby import Vicinity
from mapapp.places.search import Records
from mapapp.places.tables import Tables

Country = tuple[str, str]
"""Its code (ISO 3166-1 alpha-2) and its name."""

# Where people live there is a place within this distance.
_FINE_EDGE_KM = 16.0
# Positions whose country is remembered: most of a room stays where it is.
_REMEMBERED = 20_000


class Countries:
    """Tells countries at some ten microseconds each, once it knows a region.

    For this it keeps the places around all positions that it was asked for. One thread
    only may use it.
    """

    def __init__(self, tables: Tables, records: Records, vicinity: Vicinity) -> None:
        self._columns = [tables[name] for name in ("x", "y", "z", "country")]
        self._records = records
        self._vicinity = vicinity
        # The places of each fine cube: x, y, z and the country's number.
        self._cubes: dict[int, list[tuple[float, float, float, int]]] = defaultdict(list)
        # The near cells whose surroundings are in `_cubes`, and those that are themselves.
        self._ready: set[int] = set()
        self._taken: set[int] = set()
        self.of = lru_cache(_REMEMBERED)(self._of)

    def _of(self, lat: float, lng: float) -> Country | None:
        """The country of the nearest place; None more than 300 km from any, or where none is.

        Raises `ValueError` for an invalid position.
        """
        at = globe.point(lat, lng)
        cell = globe.cell(at, NEAR_EDGE_KM)
        if cell not in self._ready:
            self._take_in(at)
            self._ready.add(cell)
        x, y, z = at
        least, nearest = _FINE_EDGE_KM * _FINE_EDGE_KM, -1
        for beside in globe.cells_around(at, _FINE_EDGE_KM):
            for east, north, up, country in self._cubes.get(beside, ()):
                east, north, up = east - x, north - y, up - z
                squared = east * east + north * north + up * up
                if squared < least:
                    least, nearest = squared, country
        if nearest < 0:
            nearest = self._far_away(at)
        return None if nearest < 0 else self._country(nearest)

    def _far_away(self, at: globe.Point) -> int:
        """The country of the nearest of the larger towns, -1 if none is within 300 km."""
        x, y, z = at
        xs, ys, zs, countries = self._columns
        least, nearest = FAR_EDGE_KM * FAR_EDGE_KM, -1
        for cell in globe.cells_around(at, FAR_EDGE_KM):
            for number in self._vicinity.in_cell("far", cell):
                east, north, up = xs[number] - x, ys[number] - y, zs[number] - z
                squared = east * east + north * north + up * up
                if squared < least:
                    least, nearest = squared, countries[number]
        return nearest

    def _country(self, number: int) -> Country | None:
        countries = self._records.countries
        if number >= len(countries):
            return None
        code, _, name = countries[number]
        return code, name

    def _take_in(self, at: globe.Point) -> None:
        """Keep the places in all near cells around a position, which reach farther than a cube."""
        xs, ys, zs, countries = self._columns
        for cell in globe.cells_around(at, NEAR_EDGE_KM):
            if cell in self._taken:
                continue
            self._taken.add(cell)
            for number in self._vicinity.in_cell("near", cell):
                point = xs[number], ys[number], zs[number]
                self._cubes[globe.cell(point, _FINE_EDGE_KM)].append((*point, countries[number]))
