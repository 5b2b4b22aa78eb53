"""Geometry on the sphere, by unit vectors: right at the poles and across the antimeridian.

Positions as vectors: K. Gade, "A Non-singular Horizontal Position Representation",
Journal of Navigation 63 (2010).
The Earth counts as a sphere with its mean radius, which is off by at most 0.6 %.
"""

from __future__ import annotations

from math import asin, atan2, cos, degrees, hypot, pi, radians, sin, sqrt

Position = tuple[float, float]
"""Latitude and longitude, in degrees."""
Vector = tuple[float, float, float]

# The mean radius R1 of WGS 84 (IUGG).
EARTH_RADIUS_M = 6_371_008.8

# Sines below this have no direction worth the name: 0.6 mm on the ground.
TINY = 1e-10


def vector(position: Position) -> Vector:
    """The unit vector from the Earth's centre to a position."""
    lat, lng = radians(position[0]), radians(position[1])
    return cos(lat) * cos(lng), cos(lat) * sin(lng), sin(lat)


def position_of(v: Vector) -> Position:
    """The position below a vector of any length but 0; `lng` is from -180 to 180."""
    x, y, z = v
    return degrees(atan2(z, hypot(x, y))), degrees(atan2(y, x))


def dot(a: Vector, b: Vector) -> float:
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def cross(a: Vector, b: Vector) -> Vector:
    return a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]


def plus(a: Vector, b: Vector, times: float = 1.0) -> Vector:
    """`a + times * b`."""
    return a[0] + times * b[0], a[1] + times * b[1], a[2] + times * b[2]


def length(a: Vector) -> float:
    return sqrt(dot(a, a))


def unit(a: Vector) -> Vector:
    """`a` with length 1. Raises ZeroDivisionError for the zero vector."""
    size = length(a)
    return a[0] / size, a[1] / size, a[2] / size


def angle(a: Vector, b: Vector) -> float:
    """The angle between two unit vectors, from 0 to pi; as exact for small ones as for large."""
    half = length(plus(a, b, -1.0)) / 2
    if half < 0.9:
        return 2 * asin(half)
    # Near the antipode the chord hardly changes, but the one to the antipode does.
    return pi - 2 * asin(min(length(plus(a, b)) / 2, 1.0))


def distance_m(a: Position, b: Position) -> float:
    """The great-circle distance."""
    return angle(vector(a), vector(b)) * EARTH_RADIUS_M


def frame(v: Vector) -> tuple[Vector, Vector]:
    """East and north in the tangent plane at `v`; at a pole as for longitude 0."""
    x, y, z = v
    flat = hypot(x, y)
    east = (-y / flat, x / flat, 0.0) if flat > TINY else (0.0, 1.0, 0.0)
    return east, cross((x, y, z), east)


def log(v: Vector, other: Vector) -> Vector:
    """The tangent at `v` that leads to `other`; its length is the angle.

    It is zero for equal vectors. To the antipode every way is as short, and it leads north.
    """
    tangent = plus(other, v, -dot(other, v))
    size = length(tangent)
    if size < TINY:
        if dot(v, other) > 0:
            return 0.0, 0.0, 0.0
        return _scaled(frame(v)[1], pi)
    return _scaled(tangent, angle(v, other) / size)


def exp(v: Vector, tangent: Vector) -> Vector:
    """Where one gets from `v` along a tangent; the inverse of `log`."""
    size = length(tangent)
    if size == 0.0:
        return v
    return unit(plus(_scaled(v, cos(size)), tangent, sin(size) / size))


def transport(tangent: Vector, start: Vector, end: Vector) -> Vector:
    """A tangent at `start`, carried along the great circle to `end` (parallel transport)."""
    between = 1 + dot(start, end)
    if between < TINY:
        return tangent
    return plus(tangent, plus(start, end), -dot(end, tangent) / between)


def bearing(v: Vector, tangent: Vector) -> float:
    """The bearing of a tangent at `v`, from 0 to below 360; 0 for the zero vector."""
    east, north = frame(v)
    return degrees(atan2(dot(tangent, east), dot(tangent, north))) % 360 % 360


def destination(start: Position, towards: float, metres: float) -> Position:
    """Where one gets from `start` on a great circle with this initial bearing."""
    v = vector(start)
    east, north = frame(v)
    way, turn = metres / EARTH_RADIUS_M, radians(towards)
    return position_of(exp(v, plus(_scaled(east, way * sin(turn)), north, way * cos(turn))))


def _scaled(a: Vector, times: float) -> Vector:
    return a[0] * times, a[1] * times, a[2] * times
