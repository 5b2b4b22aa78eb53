"""The answers of one activity, and the context in which they count."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Any, NamedTuple, TypeVar, cast

from mapapp.domain.results.middle import Middle, middle
from mapapp.domain.results.sphere import Position

T = TypeVar("T")

Country = tuple[str, str]
"""A country's code (ISO 3166-1 alpha-2) and its name."""
CountryOf = Callable[[float, float], Country | None]
"""The country of a position in degrees, None far from all land. It may be slow."""


class Answer(NamedTuple):
    """A marker of somebody in the audience; `before` is where it stood in the first round."""

    marker: int
    person: int
    lat: float
    lng: float
    before: Position | None = None


@dataclass(frozen=True, slots=True)
class Zone:
    """A part of a surface: `box` is [south, west, north, east], else `polygon` is a ring."""

    id: str
    box: tuple[float, float, float, float] | None = None
    polygon: tuple[Position, ...] = ()

    def contains(self, lat: float, lng: float) -> bool:
        """Whether a position lies in it, edges of a box included.

        Edges of a polygon are straight in degrees, as they are drawn. Both may lie
        across the antimeridian: a box then has its west above its east, and no edge of
        a polygon is longer than half of the world.
        """
        if self.box is not None:
            south, west, north, east = self.box
            if not south <= lat <= north:
                return False
            return west <= lng <= east if west <= east else lng >= west or lng <= east
        ring = _unrolled(self.polygon)
        west = min(right for _, right in ring)
        east = west + (lng - west) % 360
        inside = False
        for (below, start), (up, end) in pairwise((*ring, ring[0])):
            if (up > lat) != (below > lat):
                inside ^= east < start + (end - start) * (lat - below) / (up - below)
        return inside


@lru_cache(maxsize=1_000)
def _unrolled(ring: tuple[Position, ...]) -> tuple[Position, ...]:
    """The ring with longitudes beyond 180, so that no edge jumps around the world."""
    corners: list[Position] = []
    for lat, lng in ring:
        before = corners[-1][1] if corners else lng
        corners.append((lat, before + (lng - before + 180) % 360 - 180))
    return tuple(corners)


@dataclass(frozen=True, slots=True)
class Context:
    """What of an activity its result depends on, besides the answers.

    `is_map` is whether the positions are places in the world. `targets` are latitude,
    longitude and radius in kilometres of what is right; they are empty until the
    audience may know them.
    """

    kind: str = "own"
    is_map: bool = True
    zones: tuple[Zone, ...] = ()
    targets: tuple[tuple[float, float, float], ...] = ()
    round: int = 1


class Answers:
    """All answers to one question. Parts of the result share what is worked out here.

    People are counted, not markers. `country_of` is None where nobody knows countries.
    """

    def __init__(
        self, context: Context, answers: Sequence[Answer], country_of: CountryOf | None = None
    ) -> None:
        self.context = context
        self.answers = answers
        self.country_of = country_of
        self._once: dict[Any, Any] = {}

    def once(self, work: Callable[[Answers], T]) -> T:
        """What `work` makes of these answers, worked out once, however many parts ask."""
        if work not in self._once:
            self._once[work] = work(self)
        return cast("T", self._once[work])

    @cached_property
    def of_person(self) -> dict[int, list[Answer]]:
        """Everybody's answers."""
        found: dict[int, list[Answer]] = {}
        for answer in self.answers:
            found.setdefault(answer.person, []).append(answer)
        return found

    @cached_property
    def positions(self) -> list[Position]:
        """Where the markers stand."""
        return [(answer.lat, answer.lng) for answer in self.answers]

    @cached_property
    def middle(self) -> Middle | None:
        """The middle of all markers; None without any."""
        return middle(self.positions)
