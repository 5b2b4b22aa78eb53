"""Describes a position in words, by a town near it."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from mapapp.places import globe
from mapapp.places.globe import FAR_EDGE_KM, NEAR_EDGE_KM
from mapapp.places.search import Place, Records
from mapapp.places.tables import Tables

# Up to this distance a position is "near" a town; up to the edge of a far cell it is a
# distance and a direction from one; beyond, only degrees.
NEAR_KM = 25.0
# Added to each population, so that small villages count at all.
_VILLAGE = 1_000


@dataclass(frozen=True, slots=True)
class Nearby:
    """A place, and how far away and in which direction from it a position is."""

    place: Place
    km: float
    bearing: float  # degrees clockwise from north


class Vicinity:
    """Reads only; several threads may use one."""

    def __init__(self, tables: Tables, records: Records) -> None:
        self._tables = tables
        self._records = records
        self._axes = tables["x"], tables["y"], tables["z"]
        self._population = tables["population"]

    def nearby(self, lat: float, lng: float) -> Nearby | None:
        """The place that people would name for a position; None if none is within 300 km.

        `lat` from -90 to 90, `lng` any finite number of degrees; raises `ValueError`
        for others. A town outweighs a village that is a little nearer: places are
        compared by the distance divided by the square root of the population, which
        grows like a town's radius.
        """
        if not (-90.0 <= lat <= 90.0 and math.isfinite(lng)):
            raise ValueError("no position on the Earth")
        at = globe.point(lat, lng)
        found = self._best("near", at, NEAR_EDGE_KM, NEAR_KM)
        if found is None:
            found = self._best("far", at, FAR_EDGE_KM, FAR_EDGE_KM)
        if found is None:
            return None
        number, chord = found
        place = self._records.place(number)
        return Nearby(
            place, globe.along_the_ground(chord), globe.bearing(place.lat, place.lng, lat, lng)
        )

    def _best(
        self, kind: str, at: globe.Point, edge: float, most_km: float
    ) -> tuple[int, float] | None:
        """The number of the place and its distance, straight through the Earth."""
        x, y, z = at
        xs, ys, zs = self._axes
        population = self._population
        limit, least = most_km * most_km, math.inf
        best: tuple[int, float] | None = None
        for number in self._around(kind, at, edge):
            east, north, up = xs[number] - x, ys[number] - y, zs[number] - z
            squared = east * east + north * north + up * up
            if squared <= limit:
                distance = squared / (population[number] + _VILLAGE)
                if distance < least:
                    least, best = distance, (number, math.sqrt(squared))
        return best

    def _around(self, kind: str, at: globe.Point, edge: float) -> Iterator[int]:
        for cell in globe.cells_around(at, edge):
            yield from self.in_cell(kind, cell)

    def in_cell(self, kind: str, cell: int) -> Sequence[int]:
        """The numbers of the places in a cell; `kind` is "near" or "far"."""
        cells, starts = self._tables[f"{kind}_cells"], self._tables[f"{kind}_starts"]
        index = bisect_left(cells, cell)
        if index < len(cells) and cells[index] == cell:
            return self._tables[f"{kind}_places"][starts[index] : starts[index + 1]]
        return ()


def words(lat: float, lng: float, nearby: Nearby | None) -> str:
    """A position in words, such as "near Kassel, Germany"."""
    if nearby is None:
        return _degrees(lat, lng)
    place = nearby.place
    name = f"{place.name}, {place.country_name}" if place.country_name else place.name
    if nearby.km <= NEAR_KM:
        return _("near %(place)s") % {"place": name}
    # Rounded to tens from 100 km on, because the town itself is wider than one.
    return _directions()[round(nearby.bearing / 45) % 8] % {
        "km": round(nearby.km, -1) if nearby.km >= 100 else round(nearby.km),
        "place": name,
    }


def _directions() -> list[str]:
    return [
        _("%(km)d km north of %(place)s"),
        _("%(km)d km north-east of %(place)s"),
        _("%(km)d km east of %(place)s"),
        _("%(km)d km south-east of %(place)s"),
        _("%(km)d km south of %(place)s"),
        _("%(km)d km south-west of %(place)s"),
        _("%(km)d km west of %(place)s"),
        _("%(km)d km north-west of %(place)s"),
    ]


def _degrees(lat: float, lng: float) -> str:
    """Latitude and longitude to a tenth of a degree, which is some ten kilometres."""
    north = round(abs(lat), 1)
    # At a pole every longitude is the same place.
    if north == 90.0:
        return _("at the North Pole") if lat > 0 else _("at the South Pole")
    turned = (lng + 180.0) % 360.0 - 180.0
    east = round(abs(turned), 1)
    latitude = _("%.1f° north") % north if lat >= 0 else _("%.1f° south") % north
    longitude = _("%.1f° east") % east if turned >= 0 else _("%.1f° west") % east
    return f"{latitude}, {longitude}"
