"""Frames of the server as docs/PROTOCOL.md describes them: their size, and the moves in them."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable

import msgspec

# Finds the marker numbers and longitudes, in degrees, of the moves in one frame.
Decoder = Callable[[bytes], Iterable[tuple[int, float]]]


class _Tick(msgspec.Struct):
    moves: list[tuple[int, float, float]] = []


_tick = msgspec.json.Decoder(_Tick).decode


def wire_bytes(payload: int) -> int:
    """The size of a frame with `payload` bytes of payload, its header included."""
    return payload + (2 if payload < 126 else 4 if payload < 65536 else 10)


def longitudes(payload: bytes) -> Iterable[tuple[int, float]]:
    """The marker numbers and longitudes, in degrees, of the moves in one frame."""
    if payload.startswith(b"{"):
        return ((number, lng) for number, _, lng in _tick(payload).moves)
    if payload[0] == 3:
        return _packed_longitudes(payload)
    wide = payload[0] == 2
    count = (len(payload) - 4) // (12 if wide else 10)
    lngs = struct.unpack_from(f"<{count}i", payload, 4 + 4 * count)
    numbers = struct.unpack_from(f"<{count}{'I' if wide else 'H'}", payload, 4 + 8 * count)
    return zip(numbers, (lng / 1e6 for lng in lngs), strict=True)


def _packed_longitudes(payload: bytes) -> Iterable[tuple[int, float]]:
    _, size, bitmap_size, _, step, _, west, first = struct.unpack_from("<BBHHHiiI", payload)
    bitmap = payload[20 : 20 + bitmap_size]
    numbers = [
        first + 8 * at + bit
        for at, byte in enumerate(bitmap)
        for bit in range(8)
        if byte >> bit & 1
    ]
    column = payload[20 + bitmap_size + size * len(numbers) :]
    steps = (int.from_bytes(column[at : at + size], "little") for at in range(0, len(column), size))
    return zip(numbers, ((west + step * n) / 1e6 for n in steps), strict=True)
