"""Positions as binary frames (PROTOCOL.md, "Binary moves" and "Packed moves")."""

from __future__ import annotations

import struct
import sys
from array import array
from collections.abc import Sequence
from typing import Literal

MovesForm = Literal["json", "binary", "packed"]
"""A client's format for positions: text within other messages, or frames of their own."""

Position = tuple[int, int, int]
"""A marker's number, latitude and longitude in millionths of a degree."""

MICRO = 1_000_000
"""In a degree."""

_NARROW, _WIDE, _PACKED = 1, 2, 3

# Kind, bytes of a coordinate, bytes of the bitmap, the two steps, the two origins, first number.
_PACKED_HEADER = struct.Struct("<BBHHHiiI")
_MOST_BITMAP_BYTES = 0xFFFF
_EXACT, _COARSE = 3, 2  # bytes of a coordinate
_JSON_BYTES = 30  # of a position as text


def positions_within(size: float, form: MovesForm, last_marker: int, *, coarse: bool) -> float:
    """The number of positions, of markers up to `last_marker`, that surely fit into a frame.

    `form` is the format of the moves; `size` is the frame's, in bytes, and may be infinite.
    """
    if form == "json":
        return size / _JSON_BYTES
    unpacked = (size - 8) / (10 if last_marker <= 0xFFFF else 12)
    if form == "binary":
        return unpacked
    bitmap = last_marker / 8
    packed = (size - _PACKED_HEADER.size - 4 - bitmap) / (2 * (_COARSE if coarse else _EXACT))
    return max(packed, unpacked)


def plain(positions: Sequence[Position]) -> bytes:
    """All positions, unpacked; at least one."""
    numbers, lats, lngs = zip(*positions, strict=True)
    wide = max(numbers) > 0xFFFF
    columns = [array("i", lats), array("i", lngs), array("I" if wide else "H", numbers)]
    header = bytes((_WIDE if wide else _NARROW, 0, 0, 0))
    return header + b"".join(map(_little_endian, columns))


def packed(positions: Sequence[Position], *, coarse: bool = False) -> bytes:
    """The positions in fewer bytes if possible; at least one, no marker twice.

    Coordinates are in steps from the south-west corner of their bounding box. With
    three bytes a step is at most 22 millionths of a degree (2 m) for the whole
    world, and exact within 16 degrees. Two bytes are used where they are exact
    (within 0.065 degrees), or if the positions may be `coarse`: a step is then a
    65,535th of the box.
    """
    ordered = sorted(positions)
    numbers, lats, lngs = zip(*ordered, strict=True)
    first = numbers[0]
    bitmap_size = (numbers[-1] - first) // 8 + 1
    south, west = min(lats), min(lngs)
    height, width = max(lats) - south, max(lngs) - west
    size = _COARSE if coarse or max(height, width) <= 0xFFFF else _EXACT
    if bitmap_size > _MOST_BITMAP_BYTES or (
        _PACKED_HEADER.size + bitmap_size + 2 * size * len(ordered) >= 4 + 10 * len(ordered)
    ):
        return plain(positions)
    most = (1 << 8 * size) - 1
    lat_step, lng_step = -(-height // most) or 1, -(-width // most) or 1
    header = _PACKED_HEADER.pack(
        *(_PACKED, size, bitmap_size, lat_step, lng_step, south, west, first)
    )
    bitmap = bytearray(bitmap_size)
    for number in numbers:
        bit = number - first
        bitmap[bit >> 3] |= 1 << (bit & 7)
    columns = _steps(lats, south, lat_step, size), _steps(lngs, west, lng_step, size)
    return b"".join((header, bitmap, *columns))


def _steps(values: Sequence[int], origin: int, step: int, size: int) -> bytes:
    """Each value as the nearest number of steps from the origin, in `size` bytes."""
    # The nearest one is below the next half step.
    origin -= step // 2
    if step == 1:
        steps = [value - origin for value in values]
    else:
        steps = [(value - origin) // step for value in values]
    if size == _COARSE:
        return _little_endian(array("H", steps))
    wide = _little_endian(array("I", steps))
    narrow = bytearray(size * len(steps))
    for byte in range(size):
        narrow[byte::size] = wide[byte::4]
    return bytes(narrow)


def _little_endian(column: array[int]) -> bytes:
    if sys.byteorder == "big":
        column.byteswap()
    return column.tobytes()
