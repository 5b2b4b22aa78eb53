"""Reads binary moves, as a stranger would from docs/PROTOCOL.md alone."""

from __future__ import annotations

import struct


def read(frame: bytes) -> list[tuple[int, int, int]]:
    """Marker numbers with latitude and longitude in millionths of a degree."""
    width = {1: 2, 2: 4}[frame[0]]
    assert frame[1:4] == b"\0\0\0"
    count, rest = divmod(len(frame) - 4, 8 + width)
    assert rest == 0
    lats = struct.unpack_from(f"<{count}i", frame, 4)
    lngs = struct.unpack_from(f"<{count}i", frame, 4 + 4 * count)
    numbers = struct.unpack_from(f"<{count}{'H' if width == 2 else 'I'}", frame, 4 + 8 * count)
    return list(zip(numbers, lats, lngs, strict=True))
