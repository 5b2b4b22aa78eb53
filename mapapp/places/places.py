"""The entry point for places: searching for names, and positions in words."""

from __future__ import annotations

import threading
from pathlib import Path

from mapapp.places import files, nearby
from mapapp.places.countries import Countries
from mapapp.places.map_names import MapNames
from mapapp.places.nearby import Nearby, Vicinity
from mapapp.places.search import Place, Records, Search
from mapapp.places.tables import BadFile, Tables

_Parts = tuple[Search, Vicinity, Countries, MapNames]


class NoPlaces(Exception):
    """The file of places does not exist (yet)."""


class Places:
    """The places in `folder`, opened when somebody first asks.

        places.search("koeln")[0].name            # "Köln"
        places.words(51.31, 9.49)                 # "near Kassel, Germany"

    All answers come within a millisecond, and so may be computed in the event loop.
    Only the parts in use are read into memory.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._opened: _Parts | None = None
        self._opening = threading.Lock()

    def search(self, query: str) -> list[Place]:
        """At most ten, the best first. Raises `NoPlaces`."""
        return self._parts()[0].find(query)

    def nearby(self, lat: float, lng: float) -> Nearby | None:
        """The place that people would name for a position, if there is any within 300 km.

        Raises `NoPlaces`, and `ValueError` for an invalid position.
        """
        return self._parts()[1].nearby(lat, lng)

    def words(self, lat: float, lng: float) -> str:
        """A position in words: "near Kassel, Germany", or degrees far from any town.

        Degrees, too, while there is no file of places. Raises `ValueError` for an
        invalid position.
        """
        return self.near(lat, lng) or nearby.words(lat, lng, None)

    def near(self, lat: float, lng: float) -> str:
        """A position by a town: "near Kassel, Germany"; "" without one, or without a file.

        Raises `ValueError` for an invalid position.
        """
        try:
            found = self.nearby(lat, lng)
        except NoPlaces:
            found = None
        return "" if found is None else nearby.words(lat, lng, found)

    def countries(self) -> Countries:
        """Tells the countries of many positions, in one thread. Raises `NoPlaces`."""
        return self._parts()[2]

    def on_tile(self, zoom: int, x: int, y: int) -> list[Place]:
        """The places that a map names on one of its tiles (`map_names`), the largest first.

        Raises `NoPlaces`, and `ValueError` for a tile that has no names of its own.
        """
        return list(self._parts()[3].on_tile(zoom, x, y))

    def _parts(self) -> _Parts:
        if self._opened is None:
            with self._opening:
                try:
                    tables = Tables(files.current(self._folder))
                    records = Records(tables)
                    vicinity = Vicinity(tables, records)
                    self._opened = (
                        Search(tables, records),
                        vicinity,
                        Countries(tables, records, vicinity),
                        MapNames(tables, records),
                    )
                except (OSError, BadFile) as error:
                    raise NoPlaces(str(error)) from error
        return self._opened
