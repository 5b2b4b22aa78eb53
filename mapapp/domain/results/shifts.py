"""A second round: where people went, and whether they came closer together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mapapp.domain.results.compass import Direction, direction
from mapapp.domain.results.middle import median
from mapapp.domain.results.sphere import (
    EARTH_RADIUS_M,
    Position,
    angle,
    bearing,
    distance_m,
    length,
    log,
    plus,
    transport,
    vector,
)

# Less than this is no move: a finger cannot do it, and rounding may.
STILL_M = 1.0


@dataclass(slots=True, frozen=True)
class Shift:
    """The way from one position to another. `bearing` is None if they are the same."""

    distance_m: float
    bearing: float | None

    @property
    def direction(self) -> Direction | None:
        """Where it leads, in the eight directions that people say."""
        return None if self.bearing is None else direction(self.bearing)


@dataclass(slots=True, frozen=True)
class SecondRound:
    """What a second round has changed, over those who are in both.

    `mean` is the mean of all shifts, with its bearing at the first round's middle.
    `closer` people are nearer to the second round's middle than they were to the
    first's; `moved` have moved at all.
    """

    people: int
    moved: int
    closer: int
    mean: Shift
    shifts: Mapping[int, Shift]


def shift(before: Position, after: Position) -> Shift:
    """The way of one marker: great-circle distance and initial bearing."""
    start, end = vector(before), vector(after)
    way = angle(start, end) * EARTH_RADIUS_M
    return Shift(way, bearing(start, log(start, end)) if way >= STILL_M else None)


def second_round(
    before: Mapping[int, Position], after: Mapping[int, Position]
) -> SecondRound | None:
    """Compare two rounds, positions by marker or person; None if nobody is in both.

    The mean is taken of the tangents in which people set out, each carried along the
    great circle to the first round's middle. So "east" for somebody beyond the pole is
    not added to "east" here.
    """
    both = sorted(before.keys() & after.keys())
    first, second = (median(positions[n] for n in both) for positions in (before, after))
    if first is None or second is None:
        return None
    centre = vector(first)
    total = (0.0, 0.0, 0.0)
    closer = 0
    for number in both:
        start, end = vector(before[number]), vector(after[number])
        total = plus(total, transport(log(start, end), start, centre))
        was = distance_m(before[number], first)
        closer += distance_m(after[number], second) <= was - STILL_M
    shifts = {number: shift(before[number], after[number]) for number in both}
    way = length(total) / len(both) * EARTH_RADIUS_M
    return SecondRound(
        people=len(both),
        moved=sum(one.bearing is not None for one in shifts.values()),
        closer=closer,
        mean=Shift(way, bearing(centre, total) if way >= STILL_M else None),
        shifts=shifts,
    )
