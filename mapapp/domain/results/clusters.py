"""Where many people are close together: the groups of a crowd, each with its middle."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product
from math import floor, pi, sin

from mapapp.domain.results.middle import Middle, middle
from mapapp.domain.results.sphere import EARTH_RADIUS_M, Position, vector

_Cell = tuple[int, int, int]
_NEIGHBOURS = tuple(product((-1, 0, 1), repeat=3))


@dataclass(slots=True, frozen=True)
class Clusters:
    """The middles of all clusters, the largest first, and how many people are in none."""

    middles: tuple[Middle, ...]
    scattered: int


def clusters(positions: Iterable[Position], reach_m: float, least: int = 2) -> Clusters:
    """Group positions into clusters of at least `least` people.

    Two people at most `reach_m` metres apart (above 0) are always in the same group, and
    so are those whom others connect. Nobody is in a group who is more than some 3.5 times
    as far from everybody else in it: space is divided into cubes as wide as the reach,
    and those that touch are joined. The time this takes grows with the number of people
    alone, however close together they are.
    """
    groups = crowds(positions, reach_m)
    kept = [made for group in groups if len(group) >= least and (made := middle(group))]
    kept.sort(key=lambda one: (-one.people, one.position))
    everybody = sum(len(group) for group in groups)
    return Clusters(tuple(kept), everybody - sum(one.people for one in kept))


def crowds(positions: Iterable[Position], reach_m: float) -> list[list[Position]]:
    """All groups, as `clusters` forms them, with their positions, in no certain order."""
    # The chord; the width of a cube.
    width = 2 * sin(min(reach_m / EARTH_RADIUS_M, pi) / 2)
    cells: dict[_Cell, list[Position]] = defaultdict(list)
    # In a fixed order, so that the order in which people came makes no difference.
    for position in sorted(positions):
        x, y, z = vector(position)
        cells[floor(x / width), floor(y / width), floor(z / width)].append(position)
    groups: list[list[Position]] = []
    while cells:
        cell, group = cells.popitem()
        edge = [cell]
        while edge:
            x, y, z = edge.pop()
            for dx, dy, dz in _NEIGHBOURS:
                beside = x + dx, y + dy, z + dz
                if found := cells.pop(beside, None):
                    group += found
                    edge.append(beside)
        groups.append(group)
    return groups
