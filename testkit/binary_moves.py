"""A decoder of binary moves, written from docs/PROTOCOL.md alone."""

from __future__ import annotations

import struct


def read(frame: bytes) -> list[tuple[int, int, int]]:
    """Marker numbers with latitude and longitude in millionths of a degree."""
    if frame[0] == 3:
        return _read_packed(frame)
    width = {1: 2, 2: 4}[frame[0]]
    assert frame[1:4] == b"\0\0\0"
    count, rest = divmod(len(frame) - 4, 8 + width)
    assert rest == 0
    lats = struct.unpack_from(f"<{count}i", frame, 4)
    lngs = struct.unpack_from(f"<{count}i", frame, 4 + 4 * count)
    numbers = struct.unpack_from(f"<{count}{'H' if width == 2 else 'I'}", frame, 4 + 8 * count)
    return list(zip(numbers, lats, lngs, strict=True))


def _read_packed(frame: bytes) -> list[tuple[int, int, int]]:
    _, width, bitmap_size, lat_step, lng_step, south, west, first = struct.unpack_from(
        "<BBHHHiiI", frame
    )
    bitmap = int.from_bytes(frame[20 : 20 + bitmap_size], "little")
    numbers = [first + bit for bit in range(8 * bitmap_size) if bitmap >> bit & 1]
    columns = frame[20 + bitmap_size :]
    assert len(columns) == 2 * width * len(numbers)
    steps = [
        int.from_bytes(columns[at : at + width], "little") for at in range(0, len(columns), width)
    ]
    lats, lngs = steps[: len(numbers)], steps[len(numbers) :]
    return [
        (number, _within(90, south + lat_step * lat), _within(180, west + lng_step * lng))
        for number, lat, lng in zip(numbers, lats, lngs, strict=True)
    ]


def _within(degrees: int, value: int) -> int:
    return max(-degrees * 1_000_000, min(degrees * 1_000_000, value))
