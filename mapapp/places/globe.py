"""Positions as points in space, where the antimeridian and the poles are nothing special."""

from __future__ import annotations

import math
from collections.abc import Iterator

EARTH_KM = 6371.0088  # the mean radius of WGS 84

# Near cells hold all places; far cells hold the most populous place of each near cell.
NEAR_EDGE_KM = 50.0
FAR_EDGE_KM = 300.0

Point = tuple[float, float, float]


def point(lat: float, lng: float) -> Point:
    """Kilometres from the centre of the Earth; `lat` and `lng` in degrees, any number of turns."""
    phi, lam = math.radians(lat), math.radians(lng)
    ring = EARTH_KM * math.cos(phi)
    return ring * math.cos(lam), ring * math.sin(lam), EARTH_KM * math.sin(phi)


def along_the_ground(chord_km: float) -> float:
    """The length of the arc over a straight line through the Earth, in kilometres."""
    return 2 * EARTH_KM * math.asin(min(1.0, chord_km / (2 * EARTH_KM)))


def bearing(from_lat: float, from_lng: float, to_lat: float, to_lng: float) -> float:
    """The direction in which a great circle starts: degrees, 0 to 360, clockwise from north."""
    here, there = math.radians(from_lat), math.radians(to_lat)
    turn = math.radians(to_lng - from_lng)
    east = math.sin(turn) * math.cos(there)
    north = math.cos(here) * math.sin(there) - math.sin(here) * math.cos(there) * math.cos(turn)
    return math.degrees(math.atan2(east, north)) % 360.0


def cell(at: Point, edge_km: float) -> int:
    """The number of the cube that a point lies in; `edge_km` is at least 14."""
    x, y, z = (int((axis + EARTH_KM) // edge_km) for axis in at)
    return (x << 20) | (y << 10) | z


def cells_around(at: Point, edge_km: float) -> Iterator[int]:
    """The cube of a point and the 26 around it: all points within `edge_km` lie in these."""
    x, y, z = (int((axis + EARTH_KM) // edge_km) for axis in at)
    for left in range(max(0, x - 1), x + 2):
        for middle in range(max(0, y - 1), y + 2):
            for right in range(max(0, z - 1), z + 2):
                yield (left << 20) | (middle << 10) | right
