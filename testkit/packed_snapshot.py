"""A decoder of packed snapshots, written from docs/PROTOCOL.md alone."""

from __future__ import annotations

import json
import struct
import zlib
from typing import Any

KINDS = (4, 5)
"""The first byte of such a frame, and of a compressed one."""


def read(frame: bytes) -> dict[str, Any]:
    """The snapshot that the frame stands for, as its JSON would be."""
    if frame[0] == 5:
        frame = zlib.decompress(frame[1:])
    kind, width, zero, size, count = struct.unpack_from("<BBHII", frame)
    assert (kind, zero) == (4, 0)
    at = 12 + size
    message: dict[str, Any] = json.loads(frame[12:at])
    whole = {2: "H", 4: "I"}[width]
    columns = []
    for code in ("i", "i", whole, whole, "B"):
        columns.append(struct.unpack_from(f"<{count}{code}", frame, at))
        at += struct.calcsize(f"<{count}{code}")
    assert at == len(frame)
    holds = {marker: (holder, grab) for marker, holder, grab in message.pop("held")}
    labels = dict(message.pop("labels"))
    message["markers"] = [
        [
            *(number, lat / 1_000_000, lng / 1_000_000, owner),
            *(*holds.get(number, (0, 0)), look & 15, look >> 4, labels.get(number, "")),
        ]
        for lat, lng, number, owner, look in zip(*columns, strict=True)
    ]
    return message
