"""What a PMTiles file (version 3) says of itself, checked before anybody is sent to it.

The header and the metadata are all that is read. The format's specification is
https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO, Any

_HEADER = struct.Struct("<7sB11Q6B4iB2i")
# A reader fetches so many bytes first, and the root directory has to be among them.
_FIRST_BYTES = 16_384
# Real metadata has some ten kB, and all of a directory some hundred.
_METADATA_BYTES = 4 * 1024 * 1024
_DEEPEST_ZOOM = 24
_NONE, _GZIP = 1, 2
# The pages' reader knows gzip alone. 0 is "unknown", which writers of pictures put there.
_READABLE = frozenset({0, _NONE, _GZIP})
# AVIF (5) is a picture that not every browser of ours can show.
_TYPES = {1: "vector", 2: "png", 3: "jpeg", 4: "webp"}
_WORLD = (-85.0511, -180.0, 85.0511, 180.0)
_MEGABYTE = 1_000_000


class BadArchive(Exception):
    """A file that pages could not draw. The message goes on after the file's name."""


@dataclass(frozen=True, slots=True)
class Archive:
    """The header of a file that pages can draw.

    `kind` is "vector", "png", "jpeg" or "webp"; `bounds` are south, west, north, east in
    degrees; `metadata` is untrusted JSON.
    """

    kind: str
    min_zoom: int
    max_zoom: int
    bounds: tuple[float, float, float, float]
    metadata: Mapping[str, Any]

    @property
    def attribution(self) -> str:
        """HTML, as it stands in the file; empty without one."""
        found = self.metadata.get("attribution")
        return found if isinstance(found, str) else ""


def read_archive(file: IO[bytes], size: int) -> Archive:
    """Read the header and metadata of a file of `size` bytes. Raises `BadArchive`, `OSError`."""
    start = file.read(_HEADER.size)
    if not start.startswith(b"PMTiles"):
        raise BadArchive("is no PMTiles file")
    if start[7:8] != b"\x03":
        raise BadArchive("is a PMTiles file of another version; version 3 is needed")
    if len(start) < _HEADER.size:
        raise BadArchive("is cut off")
    _, _, *numbers = _HEADER.unpack(start)
    parts = list(zip(numbers[0:8:2], numbers[1:8:2], strict=True))
    packed, tile_packing, tile_type, min_zoom, max_zoom = numbers[12:17]
    _check_complete(parts, size)
    root, metadata, _leaves, tiles = parts
    if tile_type not in _TYPES:
        raise BadArchive(
            "holds tiles of a kind that pages cannot draw; MVT, PNG, JPEG or WebP is needed"
        )
    if not {packed, tile_packing} <= _READABLE:
        raise BadArchive("is compressed in a way that browsers cannot read; gzip is needed")
    if not min_zoom <= max_zoom <= _DEEPEST_ZOOM or root[0] + root[1] > _FIRST_BYTES:
        raise BadArchive("is damaged: its header makes no sense")
    if not tiles[1]:
        raise BadArchive("holds no tiles")
    _unpacked(file, root, packed)
    archive = Archive(
        _TYPES[tile_type],
        min_zoom,
        max_zoom,
        _bounds(numbers[17:21]),
        _metadata(_unpacked(file, metadata, packed)),
    )
    if archive.kind == "vector":
        _check_layers(archive.metadata)
    return archive


def _check_complete(parts: list[tuple[int, int]], size: int) -> None:
    """Raise unless all parts are in the file: a copy or a download may have been cut off."""
    needed = max(offset + length for offset, length in parts)
    if needed > size:
        raise BadArchive(
            f"is cut off: {size / _MEGABYTE:,.1f} MB of {needed / _MEGABYTE:,.1f} MB are there"
        )


def _unpacked(file: IO[bytes], part: tuple[int, int], packed: int) -> bytes:
    offset, length = part
    if length > _METADATA_BYTES:
        raise BadArchive("is damaged: its header makes no sense")
    file.seek(offset)
    data = file.read(length)
    if packed != _GZIP:
        return data
    unpacking = zlib.decompressobj(wbits=31)
    try:
        data = unpacking.decompress(data, _METADATA_BYTES)
    except zlib.error:
        raise BadArchive("is damaged: its directory cannot be unpacked") from None
    if not unpacking.eof:
        raise BadArchive("is damaged: its directory cannot be unpacked")
    return data


def _metadata(text: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        raise BadArchive("is damaged: its metadata is no JSON") from None
    return found if isinstance(found, dict) else {}


def _bounds(sevenths: list[int]) -> tuple[float, float, float, float]:
    """From west, south, east, north in ten millionths of a degree. Nonsense means the world."""
    west, south, east, north = (number / 10_000_000 for number in sevenths)
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        return _WORLD
    return south, west, north, east


def _check_layers(metadata: Mapping[str, Any]) -> None:
    """Raise unless the vector tiles are in the schema that pages can draw (Protomaps, 4)."""
    layers = metadata.get("vector_layers")
    found = {
        str(layer.get("id")): layer.get("fields")
        for layer in (layers if isinstance(layers, list) else [])
        if isinstance(layer, dict)
    }
    if "roads" not in found or "earth" not in found:
        names = ", ".join(sorted(found)[:8]) or "none"
        raise BadArchive(
            f"holds vector tiles of another schema than Protomaps' basemap (layers: {names:.120})"
        )
    fields = found["roads"]
    if isinstance(fields, dict) and "kind" not in fields and "pmap:kind" in fields:
        raise BadArchive("is of an old version of Protomaps' basemap; version 4 is needed")
