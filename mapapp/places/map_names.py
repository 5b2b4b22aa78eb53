"""The names that a map shows: for each tile of it, the largest places there.

Tiles are those of web maps (x from the west, y from the north, 2^z of them across the
world in Mercator's projection). Only some zooms have names of their own; a map that is
shown between two of them takes those of the farther one.
"""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from mapapp.places.search import Place, Records
from mapapp.places.tables import Tables

if TYPE_CHECKING:
    from mapapp.places.building import Source

ZOOMS = (4, 6, 8)
# The most places of a tile. A phone has room for the names of some forty.
MOST = 64
# The projection ends there, in degrees.
_MOST_LAT = 85.0511


def columns(places: list[Source]) -> dict[str, array[Any] | bytes]:
    """The tiles with names, sorted; where the places of each begin; and their numbers."""
    tiles: dict[int, array[int]] = defaultdict(lambda: array("I"))
    for number in sorted(range(len(places)), key=lambda n: (-places[n].population, n)):
        place = places[number]
        if abs(place.latitude) >= _MOST_LAT:
            continue
        x, y = _mercator(place.latitude, place.longitude)
        for zoom in ZOOMS:
            tile = tiles[_key(zoom, int(x * 2**zoom) % 2**zoom, int(y * 2**zoom))]
            if len(tile) < MOST:
                tile.append(number)
    keys, starts, numbers = array("I"), array("I", [0]), array("I")
    for key in sorted(tiles):
        keys.append(key)
        numbers.extend(tiles[key])
        starts.append(len(numbers))
    return {"tiles": keys, "tile_starts": starts, "tile_places": numbers}


class MapNames:
    """Reads only; several threads may use one."""

    def __init__(self, tables: Tables, records: Records) -> None:
        self._records = records
        self._tiles = tables["tiles"]
        self._starts = tables["tile_starts"]
        self._places = tables["tile_places"]

    def on_tile(self, zoom: int, x: int, y: int) -> Iterator[Place]:
        """The largest places on a tile, at most `MOST`, the largest first.

        Raises `ValueError` for a tile that does not exist, or has no names of its own.
        """
        if zoom not in ZOOMS or not (0 <= x < 2**zoom and 0 <= y < 2**zoom):
            raise ValueError("no such tile")
        key = _key(zoom, x, y)
        index = bisect_left(self._tiles, key)
        if index < len(self._tiles) and self._tiles[index] == key:
            for number in self._places[self._starts[index] : self._starts[index + 1]]:
                yield self._records.place(number)


def _key(zoom: int, x: int, y: int) -> int:
    return zoom << 20 | x << 10 | y


def _mercator(lat: float, lng: float) -> tuple[float, float]:
    """From 0 to 1 each: from the west, and from the north."""
    sine = math.sin(math.radians(lat))
    return lng / 360 + 0.5, 0.5 - math.log((1 + sine) / (1 - sine)) / (4 * math.pi)
