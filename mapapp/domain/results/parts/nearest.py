"""Who is nearest to each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from math import floor

from mapapp.domain.results.answers import Answers
from mapapp.domain.results.parts.declaration import Fields, personal
from mapapp.domain.results.sphere import EARTH_RADIUS_M, Vector, angle, vector
from mapapp.domain.results.units import km

_AROUND = tuple(product((-1, 0, 1), repeat=3))
# The widths of cubes, in Earth radii: 0.6 m, and more than the globe.
_FINEST, _ALL = 1e-7, 4.0
# The first cubes are so narrow that none holds more points than this.
_FULL = 12

_Points = Mapping[Vector, tuple[int, ...]]
_Cells = Mapping[tuple[int, int, int], list[Vector]]


@personal
def nearest(answers: Answers) -> Mapping[int, Fields]:
    """The person whose marker is nearest to one's own, and its distance."""
    people: dict[Vector, list[int]] = defaultdict(list)
    asking = []
    for one in sorted(answers.answers):
        v = vector((one.lat, one.lng))
        asking.append((v, one.person))
        if len(people[v]) < 2 and one.person not in people[v]:
            # Two are enough: one of them is somebody else for anybody.
            people[v].append(one.person)
    found = nearest_others(asking, {v: tuple(there) for v, there in people.items()})
    return {
        person: {"nearest": {"person": other, "km": km(distance * EARTH_RADIUS_M)}}
        for person, (distance, other) in found.items()
    }


def nearest_others(
    asking: list[tuple[Vector, int]], points: _Points
) -> dict[int, tuple[float, int]]:
    """For each person the least angle to somebody else's point, and whose it is.

    Space is divided into cubes. Whoever finds nobody within a cube's width looks again
    in wider ones. So nobody compares with many, however close together people are.
    """
    width, cells = _ALL, _cells(points, _ALL)
    while width > _FINEST and max(map(len, cells.values()), default=0) > _FULL:
        width /= 2
        cells = _cells(points, width)
    best: dict[int, tuple[float, int]] = {}
    while asking:
        later = []
        for v, person in asking:
            found = _nearest(v, person, points, _near(v, width, cells))
            if width < _ALL and (found is None or found[0] > width):
                later.append((v, person))
            elif found is not None and (person not in best or found < best[person]):
                best[person] = found
        if width >= _ALL:
            break
        width *= 3
        asking, cells = later, _cells(points, width)
    return best


def _nearest(
    v: Vector, person: int, points: _Points, candidates: Iterable[Vector]
) -> tuple[float, int] | None:
    x, y, z = v
    least, there = 5.0, None
    for w in candidates:
        a, b, c = w
        a, b, c = x - a, y - b, z - c
        squared = a * a + b * b + c * c
        if squared < least and points[w] != (person,):
            least, there = squared, w
    if there is None:
        return None
    return angle(v, there), min(other for other in points[there] if other != person)


def _cells(points: _Points, width: float) -> _Cells:
    cells: dict[tuple[int, int, int], list[Vector]] = defaultdict(list)
    for v in points:
        x, y, z = v
        cells[floor(x / width), floor(y / width), floor(z / width)].append(v)
    return cells


def _near(v: Vector, width: float, cells: _Cells) -> Iterator[Vector]:
    """All points within `width`, and some farther away."""
    x, y, z = floor(v[0] / width), floor(v[1] / width), floor(v[2] / width)
    for dx, dy, dz in _AROUND:
        yield from cells.get((x + dx, y + dy, z + dz), ())
