"""The middle of a room: the geometric median on the sphere, and how far people are from it.

The geometric median is the position with the least sum of distances to all. Half of
the people would have to move to carry it away, so a few jokers in Antarctica do not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import asin, atan2, degrees, hypot, sqrt

from mapapp.domain.results.sphere import (
    EARTH_RADIUS_M,
    TINY,
    Position,
    Vector,
    angle,
    dot,
    exp,
    frame,
    length,
    log,
    plus,
    position_of,
    unit,
    vector,
)

# With fewer people an ellipse would point at single ones.
ELLIPSE_PEOPLE = 5
# Positions are compared as starts; from the best of them the descent begins.
_STARTS = 24
# To at most twice as many of the people the starts' distances are summed.
_SAMPLE = 500
_STEPS = 60
# A smaller share of the sum is no gain any more, but rounding.
_SETTLED_SUM = 1e-14
# Iterations of the ellipse's shape, how little of a change is its end, and the square
# of the least width.
_SHAPINGS = 100
_SETTLED = 1e-4
_THIN = 1e-6

_Symmetric = tuple[float, float, float]
"""A symmetric 2x2 matrix: east-east, east-north, north-north."""


@dataclass(slots=True, frozen=True)
class Ellipse:
    """An ellipse around the middle that holds half of the people.

    Semi-axes in metres, in the tangent plane at the middle (distances and bearings from
    the middle are true). `bearing` is the longer axis's, from 0 to below 180.
    """

    major_m: float
    minor_m: float
    bearing: float


@dataclass(slots=True, frozen=True)
class Middle:
    """The middle, the radius around it that holds half of the people, and their ellipse.

    `ellipse` is None for fewer than `ELLIPSE_PEOPLE`.
    """

    position: Position
    people: int
    radius_m: float
    ellipse: Ellipse | None


def middle(positions: Iterable[Position]) -> Middle | None:
    """The middle of these positions, None if there are none. Their order makes no difference."""
    vectors = sorted(vector(position) for position in positions)
    if not vectors:
        return None
    centre = _median(vectors)
    half = (len(vectors) + 1) // 2
    radius = sorted(angle(centre, v) for v in vectors)[half - 1] * EARTH_RADIUS_M
    ellipse = _ellipse(centre, vectors, half) if len(vectors) >= ELLIPSE_PEOPLE else None
    return Middle(position_of(centre), len(vectors), radius, ellipse)


def median(positions: Iterable[Position]) -> Position | None:
    """The position of the middle alone, which takes half of the time."""
    vectors = sorted(vector(position) for position in positions)
    return position_of(_median(vectors)) if vectors else None


# --- the geometric median -------------------------------------------------------

_Weighted = Sequence[tuple[Vector, int]]
"""Positions, and the number of people at each."""


def _median(vectors: Sequence[Vector]) -> Vector:
    """Descent in the tangent plane, each time by the better of two steps.

    One is Weiszfeld's (P. T. Fletcher, S. Venkatasubramanian, S. Joshi, "The geometric
    median on Riemannian manifolds", NeuroImage 45, 2009), which always leads down but
    creeps once it is near somebody. The other is Newton's, which does not creep but may
    lead astray. Whether somebody's own position is the median is tested directly
    (Y. Vardi, C.-H. Zhang, PNAS 97, 2000). With people all over the world the sum of
    distances may have several minima, so the best of several starts is taken.
    """
    weighted = list(Counter(vectors).items())
    here = _start(weighted)
    if len(weighted) > 2 * _SAMPLE:
        # Most of the way, at the cost of a few people.
        here = _descend(here, weighted[:: len(weighted) // _SAMPLE])
    return _descend(here, weighted)


def _descend(here: Vector, weighted: _Weighted) -> Vector:
    now = _sum(here, weighted)
    tested: set[Vector] = set()
    for _ in range(_STEPS):
        slope = _slope(here, weighted)
        if slope.nearest not in tested:
            tested.add(slope.nearest)
            # With people on all sides of the Earth it may be least around it, and no more.
            is_best = _is_least(slope.nearest, weighted)
            if is_best and _sum(slope.nearest, weighted) <= now * (1 + _SETTLED_SUM):
                return slope.nearest
        ways = (exp(here, tangent) for tangent in _steps(here, slope))
        least, there = min(((_sum(way, weighted), way) for way in ways), default=(now, here))
        if least >= now * (1 - _SETTLED_SUM):
            break
        here, now = there, least
    return here


def _start(weighted: _Weighted) -> Vector:
    """The mean direction, or whichever of a sample of the data has a smaller sum of distances."""
    total = (0.0, 0.0, 0.0)
    for v, weight in weighted:
        total = plus(total, v, weight)
    stride = max(1, len(weighted) // _STARTS)
    starts = [v for v, _ in weighted[::stride]]
    if length(total) > TINY:
        starts.insert(0, unit(total))
    sample = weighted[:: max(1, len(weighted) // _SAMPLE)]
    sums = [_sum(start, sample) for start in starts]
    # Ties go to the mean: for two people it is halfway between them.
    least = min(sums) * (1 + 1e-12)
    return next(start for start, found in zip(starts, sums, strict=True) if found <= least)


def _sum(here: Vector, weighted: _Weighted) -> float:
    """The sum of the angles to all. As `sphere.angle`, without its care and its calls."""
    x, y, z = here
    total = 0.0
    for (a, b, c), weight in weighted:
        a, b, c = x - a, y - b, z - c
        half = sqrt(a * a + b * b + c * c) / 2
        total += weight * asin(half if half < 1.0 else 1.0)
    return 2 * total


@dataclass(slots=True, frozen=True)
class _Slope:
    """How the sum of distances changes around a position.

    `pull` is the sum of unit tangents towards all, the way down; `stiffness` the sum of
    1/angle; `curvature` the second derivative, of east and north; `people_here` those
    who are right here; `nearest` the position nearest to here.
    """

    pull: Vector
    stiffness: float
    curvature: _Symmetric
    people_here: int
    nearest: Vector


def _slope(here: Vector, weighted: _Weighted) -> _Slope:
    """People right here or at the antipode do not pull in any direction."""
    x, y, z = here
    (east_x, east_y, _), (north_x, north_y, north_z) = frame(here)
    pull_x = pull_y = pull_z = stiffness = ee = en = nn = 0.0
    people_here = 0
    nearest, most = weighted[0][0], -2.0
    for v, weight in weighted:
        a, b, c = v
        cosine = x * a + y * b + z * c
        if cosine > most:
            nearest, most = v, cosine
        a, b, c = a - cosine * x, b - cosine * y, c - cosine * z
        sine = sqrt(a * a + b * b + c * c)
        if sine <= TINY:
            people_here += weight if cosine > 0 else 0
            continue
        share = weight / sine
        pull_x += share * a
        pull_y += share * b
        pull_z += share * c
        stiffness += weight / atan2(sine, cosine)
        # Across the direction to somebody the distance curves by cot(angle) (down, beyond
        # a quarter of the globe), along it not at all.
        bend = share * cosine
        e = (east_x * a + east_y * b) / sine
        n = (north_x * a + north_y * b + north_z * c) / sine
        ee += bend * (1 - e * e)
        en -= bend * e * n
        nn += bend * (1 - n * n)
    return _Slope((pull_x, pull_y, pull_z), stiffness, (ee, en, nn), people_here, nearest)


def _steps(here: Vector, slope: _Slope) -> Iterator[Vector]:
    """The tangents to try: Weiszfeld's, then Newton's and parts of it."""
    size = length(slope.pull)
    if size <= slope.people_here or slope.stiffness == 0.0:
        return
    # Who is here holds back as many as pull.
    pull = _times(slope.pull, 1 - slope.people_here / size)
    yield _times(pull, 1 / slope.stiffness)
    ee, en, nn = slope.curvature
    area = ee * nn - en * en
    if ee + nn <= 0 or area <= 1e-12 * (ee + nn) ** 2:
        return
    east, north = frame(here)
    e, n = dot(pull, east), dot(pull, north)
    newton = plus(_times(east, (e * nn - n * en) / area), north, (n * ee - e * en) / area)
    if length(newton) < 1:
        yield from (_times(newton, part) for part in (1.0, 0.5, 0.1))


def _is_least(point: Vector, weighted: _Weighted) -> bool:
    """Whether the people at this position outweigh the pull of all others, away from it.

    Not if both are equal: then the positions beside it are as good, halfway to somebody else.
    """
    slope = _slope(point, weighted)
    return length(slope.pull) < slope.people_here * (1 - 1e-9)


def _times(v: Vector, factor: float) -> Vector:
    return v[0] * factor, v[1] * factor, v[2] * factor


# --- the ellipse ----------------------------------------------------------------


def _ellipse(centre: Vector, vectors: Sequence[Vector], half: int) -> Ellipse:
    """The ellipse around the centre that has the people's shape, scaled to hold half of them.

    The shape is Tyler's (D. E. Tyler, "A Distribution-Free M-Estimator of Multivariate
    Scatter", Annals of Statistics 15, 1987): it goes by the directions in which people
    are, so that those far away count no more than others.
    """
    east, north = frame(centre)
    ways = (log(centre, v) for v in vectors)
    plane = [(dot(way, east), dot(way, north)) for way in ways]
    shape = _shape([point for point in plane if hypot(*point) > TINY])
    scale = sqrt(sorted(_relative(point, shape) for point in plane)[half - 1])
    return _axes(shape, scale)


def _shape(points: Sequence[tuple[float, float]]) -> _Symmetric:
    """The matrix with trace 1 for which the mean of x x' / (x' S^-1 x) is half of it.

    Between the iterations it gets a width of at least 1/1000 of its length, because
    people on a line have none.
    """
    ee, en, nn = 0.5, 0.0, 0.5
    for _ in range(_SHAPINGS if points else 0):
        before = ee, en, nn
        ee = en = nn = 0.0
        for point in points:
            e, n = point
            weight = 1 / _relative(point, before)
            ee += weight * e * e
            en += weight * e * n
            nn += weight * n * n
        trace = (ee + nn) * (1 + 2 * _THIN)
        ee, en, nn = ee / trace + _THIN, en / trace, nn / trace + _THIN
        if max(abs(ee - before[0]), abs(en - before[1])) < _SETTLED:
            break
    return ee, en, nn


def _relative(point: tuple[float, float], shape: _Symmetric) -> float:
    """The squared Mahalanobis distance of a point from the centre."""
    (e, n), (ee, en, nn) = point, shape
    return (e * e * nn - 2 * e * n * en + n * n * ee) / (ee * nn - en * en)


def _axes(shape: _Symmetric, scale: float) -> Ellipse:
    ee, en, nn = shape
    mean, spread = (ee + nn) / 2, hypot((ee - nn) / 2, en)
    major, minor = (sqrt(max(mean + s, 0.0)) * scale * EARTH_RADIUS_M for s in (spread, -spread))
    # The angle from north of the axis with the larger eigenvalue.
    turn = degrees(atan2(2 * en, nn - ee)) / 2
    return Ellipse(major, minor, turn % 180 % 180)
