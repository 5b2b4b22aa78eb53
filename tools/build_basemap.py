"""Make the base map that the server ships, from Natural Earth data.

Source: the npm package `world-atlas` 2.0.2 (TopoJSON of Natural Earth 4.1.0,
https://www.naturalearthdata.com, public domain: neither permission nor credit is
needed, but the map gives credit). The package is a development
dependency; the two files made here are committed, so that a server needs
neither npm nor the internet to draw a world.

    npm ci && python tools/build_basemap.py

Format of `world-110m.json` and `world-50m.json` (see also the README beside
them):

    {
      "version": 1,
      "source": "...",
      "scale": 100,             units per degree
      "land": [[...], ...],     rings; together one polygon, even-odd filled
      "borders": [[...], ...]   open lines between two countries, each once
    }

Each ring and line is one flat list of integers: longitude and latitude of the
first point in units, then the difference of each further point from the one
before it. Longitude comes first, as in GeoJSON. A ring is closed by definition
and does not repeat its first point. Holes (the Caspian Sea) are rings like any
other: even-odd filling leaves them out.

All longitudes lie in -180..180, and no edge runs the long way round: the source
is stitched together across the antimeridian for globes, so rings that cross it
are cut here, and Antarctica is closed along the pole.
"""

import json
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "node_modules" / "world-atlas"
TARGET = ROOT / "static" / "mapapp" / "basemap"

# Units per degree. 0.01° is about 1 km, a tenth of the resolution of 1:110m; the
# source's own grid is 0.0036°, so the finer file gains nothing beyond 0.005°.
SCALES = {"110m": 100, "50m": 200}


class Point(NamedTuple):
    """Degrees, or whole units after quantising."""

    lng: float
    lat: float


def read_arcs(topology: dict[str, Any]) -> list[list[Point]]:
    """The topology's shared lines, in degrees (TopoJSON 1.0, section 2.1.4)."""
    scale_x, scale_y = topology["transform"]["scale"]
    origin_x, origin_y = topology["transform"]["translate"]
    arcs = []
    for deltas in topology["arcs"]:
        x = y = 0
        arc = []
        for dx, dy in deltas:
            x, y = x + dx, y + dy
            arc.append(Point(x * scale_x + origin_x, y * scale_y + origin_y))
        arcs.append(arc)
    return arcs


def join(indexes: list[int], arcs: list[list[Point]]) -> list[Point]:
    """One line from several arcs; `~i` is arc i backwards. Joints are not repeated."""
    line: list[Point] = []
    for index in indexes:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        line += arc[1:] if line else arc
    return line


def land_rings(topology: dict[str, Any], arcs: list[list[Point]]) -> list[list[Point]]:
    """Coast rings in degrees, cut at the antimeridian, first point not repeated."""
    rings = []
    for geometry in topology["objects"]["land"]["geometries"]:
        polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
        for polygon in polygons:
            for indexes in polygon:
                rings += flatten(join(indexes, arcs)[:-1])
    return rings


def border_lines(topology: dict[str, Any], arcs: list[list[Point]]) -> list[list[Point]]:
    """The arcs that more than one country uses, each once.

    An arc shared by two countries is by construction a border; an arc of a single
    country is coast (or a border with itself, which nobody draws).
    """
    users: dict[int, set[int]] = {}
    for number, geometry in enumerate(topology["objects"]["countries"]["geometries"]):
        polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
        for polygon in polygons:
            for ring in polygon:
                for index in ring:
                    users.setdefault(index if index >= 0 else ~index, set()).add(number)
    return [arcs[index] for index in sorted(users) if len(users[index]) > 1]


def flatten(ring: list[Point]) -> list[list[Point]]:
    """A ring on the globe as rings on the plane -180..180.

    Follows the ring without jumps (longitudes may then leave -180..180) and cuts
    off the parts outside, one turn of the globe at a time.
    """
    unwrapped = [ring[0]]
    for point in ring[1:]:
        step = (point.lng - unwrapped[-1].lng + 180) % 360 - 180
        unwrapped.append(Point(unwrapped[-1].lng + step, point.lat))
    last_step = (ring[0].lng - unwrapped[-1].lng + 180) % 360 - 180
    turn = round(unwrapped[-1].lng + last_step - unwrapped[0].lng)
    if turn:
        pole = close_around_pole(ring)
        return [pole] if pole else []
    pieces = []
    for window in (-360, 0, 360):
        shifted = [Point(p.lng - window, p.lat) for p in unwrapped]
        piece = keep(keep(shifted, 180, 1), -180, -1)
        if piece:
            pieces.append(piece)
    return pieces


def close_around_pole(ring: list[Point]) -> list[Point]:
    """Antarctica: a ring around the pole becomes one along the map's lower edge."""
    if all(point.lat < -89 for point in ring):
        return []  # a pinprick at the pole itself, left over from a seam in the source
    start = next(i for i, point in enumerate(ring) if abs(point.lng) == 180)
    seam = ring[start]
    coast = ring[start + 1 :] + ring[:start]
    coast = [point for point in coast if abs(point.lng) != 180]
    if coast[0].lng > coast[-1].lng:
        coast.reverse()
    return [
        Point(-180, -90),
        Point(-180, seam.lat),
        *coast,
        Point(180, seam.lat),
        Point(180, -90),
    ]


def keep(ring: list[Point], limit: float, sign: int) -> list[Point]:
    """The part of a ring with `sign * lng <= sign * limit` (Sutherland-Hodgman)."""
    kept: list[Point] = []
    for before, after in zip(ring[-1:] + ring[:-1], ring, strict=True):
        inside_before = sign * before.lng <= sign * limit
        inside_after = sign * after.lng <= sign * limit
        if inside_before != inside_after:
            share = (limit - before.lng) / (after.lng - before.lng)
            kept.append(Point(limit, before.lat + share * (after.lat - before.lat)))
        if inside_after:
            kept.append(after)
    return kept


def encode(points: list[Point], scale: int) -> list[int]:
    """Quantised differences. Points equal to the one before are left out."""
    encoded: list[int] = []
    x = y = 0
    for point in points:
        dx = round(point.lng * scale) - x
        dy = round(point.lat * scale) - y
        if encoded and not dx and not dy:
            continue
        encoded += (dx, dy)
        x, y = x + dx, y + dy
    return encoded


def encode_ring(ring: list[Point], scale: int) -> list[int]:
    """As `encode`, but the last point is left out if it equals the first."""
    encoded = encode(ring, scale)
    if sum(encoded[2::2]) == sum(encoded[3::2]) == 0:
        del encoded[-2:]
    return encoded


def has_area(encoded: list[int]) -> bool:
    """Whether an encoded ring still encloses something (shoelace formula)."""
    x, y = encoded[0], encoded[1]
    start_x, start_y = x, y
    twice_area = 0
    for dx, dy in zip(encoded[2::2], encoded[3::2], strict=True):
        twice_area += x * (y + dy) - (x + dx) * y
        x, y = x + dx, y + dy
    twice_area += x * start_y - start_x * y
    return twice_area != 0


def build(resolution: str) -> dict[str, Any]:
    """The base map at one of Natural Earth's resolutions, ready to be written."""
    topology = json.loads((SOURCE / f"countries-{resolution}.json").read_text())
    arcs = read_arcs(topology)
    scale = SCALES[resolution]
    land = [encode_ring(ring, scale) for ring in land_rings(topology, arcs)]
    borders = [encode(line, scale) for line in border_lines(topology, arcs)]
    return {
        "version": 1,
        "source": f"Natural Earth 4.1.0, 1:{resolution}, public domain",
        "scale": scale,
        "land": [ring for ring in land if has_area(ring)],
        "borders": [line for line in borders if len(line) >= 4],
    }


def main() -> None:
    TARGET.mkdir(parents=True, exist_ok=True)
    for resolution in SCALES:
        base_map = build(resolution)
        path = TARGET / f"world-{resolution}.json"
        path.write_text(json.dumps(base_map, separators=(",", ":"), ensure_ascii=False) + "\n")
        print(
            f"{path.relative_to(ROOT)}: {len(base_map['land'])} rings, "
            f"{len(base_map['borders'])} borders"
        )


if __name__ == "__main__":
    main()
