"""Small street maps in PMTiles format: pictures of one colour, and a town of one street."""

from __future__ import annotations

import gzip
import struct
import zlib
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import write

WORLD = (-85.0, -180.0, 85.0, 180.0)
OPENSTREETMAP = '<a href="https://www.openstreetmap.org/copyright">© OpenStreetMap</a>'
# The layers of Protomaps' basemap that make it one.
LAYERS = [
    {"id": name, "fields": {"kind": "String"}} for name in ("earth", "water", "roads", "places")
]
# Within a tile of vectors, one side of it.
_EXTENT = 4096

Tile = tuple[int, int, int]


def pyramid(deepest: int) -> list[Tile]:
    """All tiles of the world from zoom 0 on, as zoom, x, y."""
    return [
        (zoom, x, y) for zoom in range(deepest + 1) for x in range(2**zoom) for y in range(2**zoom)
    ]


def write_street_map(
    path: Path,
    kind: TileType,
    draw: Callable[[Tile], bytes],
    *,
    tiles: Iterable[Tile] = ((0, 0, 0),),
    metadata: Mapping[str, Any] | None = None,
    bounds: tuple[float, float, float, float] = WORLD,
    compression: Compression = Compression.NONE,
) -> Path:
    """Write a file with these tiles; `draw` returns a tile's bytes, as they stand in it."""
    south, west, north, east = (round(degrees * 10_000_000) for degrees in bounds)
    with write(path) as writer:
        for zoom, x, y in sorted(tiles, key=lambda tile: zxy_to_tileid(*tile)):
            writer.write_tile(zxy_to_tileid(zoom, x, y), draw((zoom, x, y)))
        writer.finalize(
            {
                "tile_type": kind,
                "tile_compression": compression,
                "min_lon_e7": west,
                "min_lat_e7": south,
                "max_lon_e7": east,
                "max_lat_e7": north,
                "center_zoom": 0,
                "center_lon_e7": 0,
                "center_lat_e7": 0,
            },
            metadata if metadata is not None else {"attribution": OPENSTREETMAP},
        )
    return path


def write_pictures(path: Path, colour: tuple[int, int, int], deepest: int = 3) -> Path:
    """A world of one colour, as PNG. Each tile has bytes of its own."""

    def draw(tile: Tile) -> bytes:
        return png(colour, remark=repr(tile))

    return write_street_map(path, TileType.PNG, draw, tiles=pyramid(deepest))


def write_vectors(path: Path, deepest: int = 3, **options: Any) -> Path:
    """A world of land, with a park of the whole world's size and a place in each tile."""
    options.setdefault("tiles", pyramid(deepest))
    options.setdefault("metadata", {"attribution": OPENSTREETMAP, "vector_layers": LAYERS})
    return write_street_map(
        path,
        TileType.MVT,
        lambda tile: gzip.compress(vector_tile(tile), mtime=0),
        compression=Compression.GZIP,
        **options,
    )


def png(colour: tuple[int, int, int], *, remark: str = "", side: int = 256) -> bytes:
    """A square of one colour."""

    def chunk(name: bytes, data: bytes) -> bytes:
        checksum = zlib.crc32(name + data)
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", checksum)

    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
        + chunk(b"tEXt", b"Comment\0" + remark.encode())
        + chunk(b"IDAT", _packed_rows(colour, side))
        + chunk(b"IEND", b"")
    )


@cache
def _packed_rows(colour: tuple[int, int, int], side: int) -> bytes:
    return zlib.compress((b"\0" + bytes(colour) * side) * side)


def vector_tile(tile: Tile) -> bytes:
    """Land everywhere, a motorway from west to east in the middle, and a town below it."""
    middle, below = _EXTENT // 2, _EXTENT * 3 // 4
    square = [(0, 0), (_EXTENT, 0), (_EXTENT, _EXTENT), (0, _EXTENT)]
    road = {"kind": "highway", "name": "Long Road", "min_zoom": 0}
    # A name that is written from right to left.
    town = {"kind": "locality", "kind_detail": "city", "name": "בית לחם", "min_zoom": 0}
    return (
        _layer("earth", 3, square, {"kind": "earth", "at": repr(tile)})
        + _layer("roads", 2, [(0, middle), (_EXTENT, middle)], road)
        + _layer("places", 1, [(middle, below)], town | {"population_rank": 12})
    )


# Mapbox Vector Tiles 2.1: protocol buffers, of which these few fields are needed.


def _layer(
    name: str, shape: int, points: list[tuple[int, int]], values: Mapping[str, Any]
) -> bytes:
    """A layer of one feature; `shape` is 1 for a point, 2 for a line, 3 for an area."""
    tags = b"".join(_number(index) * 2 for index in range(len(values)))
    feature = _field(2, tags) + _varint(3, shape) + _field(4, _geometry(shape, points))
    layer = _varint(15, 2) + _field(1, name.encode()) + _field(2, feature)
    layer += b"".join(_field(3, key.encode()) for key in values)
    layer += b"".join(_field(4, _value(value)) for value in values.values())
    return _field(3, layer + _varint(5, _EXTENT))


def _geometry(shape: int, points: list[tuple[int, int]]) -> bytes:
    pieces, at = [], (0, 0)
    for index, point in enumerate(points):
        if index == 0:
            pieces.append(_number(1 << 3 | 1))  # move to one point
        elif index == 1:
            pieces.append(_number((len(points) - 1) << 3 | 2))  # lines to all others
        pieces += [_number(_zigzag(new - old)) for new, old in zip(point, at, strict=True)]
        at = point
    if shape == 3:
        pieces.append(_number(1 << 3 | 7))  # close
    return b"".join(pieces)


def _value(value: str | int) -> bytes:
    return _field(1, value.encode()) if isinstance(value, str) else _varint(4, value)


def _zigzag(number: int) -> int:
    return number << 1 if number >= 0 else (-number << 1) - 1


def _number(number: int) -> bytes:
    pieces = bytearray()
    while number > 0x7F:
        pieces.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*pieces, number])


def _varint(field: int, number: int) -> bytes:
    return _number(field << 3) + _number(number)


def _field(field: int, data: bytes) -> bytes:
    return _number(field << 3 | 2) + _number(len(data)) + data
