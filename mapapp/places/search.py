"""Finds places by the text that somebody has typed so far.

The entries in the file are sorted, so those that begin with a text are a range, found
by bisection. A short range is scanned; the best of a long one are kept in the file.
So any query takes a bounded time.
"""

from __future__ import annotations

import heapq
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from mapapp.places import ranking
from mapapp.places.folding import fold
from mapapp.places.tables import Tables

MOST_FOUND = 10
# The most entries that are checked for a region, as in "Paris, Texas".
MOST_FILTERED = 2_000
# The longest name in bytes, and the most words after a name that say where it is.
_MOST_BYTES = 120
_MOST_WORDS_AFTER = 3


@dataclass(frozen=True, slots=True)
class Place:
    """`lat` and `lng` in degrees; `country` is two letters, or empty where there is none."""

    id: int  # GeoNames' own number
    name: str
    lat: float
    lng: float
    country: str
    country_name: str
    region: str | None  # only in the US: the data name no others
    population: int


class Records:
    """The file's records of places, by number."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self.countries: list[tuple[str, str, str]] = [
            (iso, iso3, name) for iso, iso3, name in tables.meta["countries"]
        ]
        self.regions: list[tuple[str, str, str]] = [
            (country, code, name) for country, code, name in tables.meta["regions"]
        ]

    def place(self, number: int) -> Place:
        """The place with this number."""
        tables = self._tables
        start, end = tables["label_ends"][number], tables["label_ends"][number + 1]
        country, region = tables["country"][number], tables["region"][number]
        iso, _, country_name = (
            self.countries[country] if country < len(self.countries) else ("", "", "")
        )
        return Place(
            id=tables["ids"][number],
            name=str(tables["labels"][start:end], "utf-8"),
            lat=tables["lat"][number],
            lng=tables["lng"][number],
            country=iso,
            country_name=country_name,
            region=self.regions[region][2] if region < len(self.regions) else None,
            population=tables["population"][number],
        )


class Search:
    """Reads only; several threads may use one."""

    def __init__(self, tables: Tables, records: Records) -> None:
        self._records = records
        self._text = tables["text"]
        self._starts = tables["starts"]
        self._owners = tables["owners"]
        self._weights = tables["weights"]
        self._best_of = tables["best_of"]
        self._best = tables["best"]
        self._country = tables["country"]
        self._region = tables["region"]
        self._where = _Where(records)

    def find(self, query: str, most: int = MOST_FOUND) -> list[Place]:
        """The best places, at most `most`: by how well a name matches, and by population.

        The text after a comma, or after the name, may give the country (name or code)
        or US state; text after a comma that gives neither is ignored.
        """
        name, comma, after = query.partition(",")
        folded = fold(name)
        if comma:
            return self._found(folded, self._where.named(fold(after)), most)
        found = self._found(folded, None, most)
        words = folded.split(" ")
        for count in range(1, min(_MOST_WORDS_AFTER, len(words) - 1) + 1):
            if found:
                break
            where = self._where.named(" ".join(words[-count:]))
            if where is not None:
                found = self._found(" ".join(words[:-count]), where, most)
        return found

    def _found(self, folded: str, where: _Region | None, most: int) -> list[Place]:
        prefix = folded.encode()
        if not prefix or len(prefix) > _MOST_BYTES:
            return []
        scores: dict[int, float] = {}
        # A zero ends each name, and comes before every other character.
        first, end = self._range(prefix)
        _, exact_end = self._range(prefix + b"\0", first, end)
        for owners, more in (
            (self._candidates(first, exact_end, where), ranking.EXACT),
            (self._candidates(first, end, where), 0.0),
        ):
            for owner in owners:
                place = owner >> ranking.SHIFT
                score = self._weights[place] + ranking.bonus(owner) + more
                if score > scores.get(place, -1.0):
                    scores[place] = score
        best = heapq.nlargest(most, scores.items(), key=lambda item: (item[1], -item[0]))
        return [self._records.place(place) for place, _ in best]

    def _range(self, prefix: bytes, low: int = 0, high: int | None = None) -> tuple[int, int]:
        """The entries that begin with `prefix`: the first, and the one after the last."""
        text, starts, length = self._text, self._starts, len(prefix)

        def begins(index: int) -> bytes:
            start = starts[index]
            return bytes(text[start : start + length])

        high = len(starts) if high is None else high
        first = bisect_left(_Each(begins, high), prefix, low, high)
        # No byte of UTF-8 is 255.
        after = prefix[:-1] + bytes([prefix[-1] + 1])
        return first, bisect_left(_Each(begins, high), after, first, high)

    def _candidates(self, first: int, end: int, where: _Region | None) -> Iterable[int]:
        if where is not None:
            return self._there(first, min(end, first + MOST_FILTERED), where)
        if end - first <= ranking.MOST_SCANNED:
            return self._owners[first:end]
        key = first << 32 | (end - first)
        at = bisect_left(self._best_of, key)
        return self._best[at * ranking.BEST_KEPT : (at + 1) * ranking.BEST_KEPT]

    def _there(self, first: int, end: int, where: _Region) -> Iterator[int]:
        for owner in self._owners[first:end]:
            place = owner >> ranking.SHIFT
            if self._country[place] in where.countries or self._region[place] in where.regions:
                yield owner


class _Each:
    """A sequence whose items are computed on access, for `bisect`."""

    def __init__(self, item: Callable[[int], bytes], length: int) -> None:
        self._item = item
        self._length = length

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, index: int) -> bytes:
        return self._item(index)


@dataclass(frozen=True, slots=True)
class _Region:
    """Numbers of countries and of regions."""

    countries: frozenset[int]
    regions: frozenset[int]


class _Where:
    """The countries and regions that a text names."""

    # People's names for countries whose official name alone is in the data.
    _ALSO = {
        "usa": "US", "america": "US", "uk": "GB", "britain": "GB", "great britain": "GB",
        "england": "GB", "scotland": "GB", "wales": "GB", "holland": "NL", "czechia": "CZ",
        "turkiye": "TR", "uae": "AE",
    }  # fmt: skip

    def __init__(self, records: Records) -> None:
        self._countries = [
            ({fold(iso), fold(iso3)}, fold(name)) for iso, iso3, name in records.countries
        ]
        for number, (iso, _, _) in enumerate(records.countries):
            self._countries[number][0].update(
                said for said, code in self._ALSO.items() if code == iso
            )
        self._regions = [({fold(code)}, fold(name)) for _, code, name in records.regions]

    def named(self, folded: str) -> _Region | None:
        """Those with this code, or a name that begins with it; None if there are none."""
        if not folded:
            return None
        countries, regions = (
            frozenset(
                number
                for number, (codes, name) in enumerate(known)
                if folded in codes or (len(folded) > 2 and name.startswith(folded))
            )
            for known in (self._countries, self._regions)
        )
        return _Region(countries, regions) if countries or regions else None
