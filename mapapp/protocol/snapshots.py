"""The whole state of a room as one frame: as JSON, or packed (PROTOCOL.md, "Packed snapshots")."""

from __future__ import annotations

import struct
import sys
import zlib
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any, Literal

import msgspec

from mapapp.domain.activity import REVEALED
from mapapp.domain.changes.pins import pinned_data
from mapapp.domain.marker import Marker
from mapapp.domain.room import RoomState
from mapapp.domain.sight import EVERYTHING, Sight
from mapapp.protocol.framing import Frame
from mapapp.protocol.positions import MICRO

SnapshotForm = Literal["json", "packed", "deflated"]
"""A client's format for snapshots: text, a binary frame, or that compressed where it pays."""

marker_row = attrgetter(
    *("number", "lat", "lng", "owner", "holder", "grab", "colour", "icon", "label")
)
"""A marker as a row of `markers`."""

# Kind, bytes of a number, zero, bytes of the text, number of markers.
_HEADER = struct.Struct("<BBHII")
_KIND = 4
# A compressed frame is its kind and a zlib stream of the packed one. Beyond the fastest
# level a byte less costs more time than it saves: 10,000 markers with labels take 580 kB
# packed, 241 kB after 9 ms at level 1, and 216 kB after 27 ms at level 6.
_DEFLATED, _LEVEL = b"\x05", 1
# A few packets arrive together, compressed or not.
_WORTH_DEFLATING = 4_096


def frame(room: RoomState, form: SnapshotForm, sight: Sight = EVERYTHING) -> Frame:
    """The whole state at its revision, the same for everybody with this form and sight."""
    if form == "json":
        return Frame(text(room, sight))
    payload = packed(room, sight)
    if form == "deflated" and len(payload) >= _WORTH_DEFLATING:
        payload = _DEFLATED + zlib.compress(payload, _LEVEL)
    return Frame(payload, binary=True)


def text(room: RoomState, sight: Sight = EVERYTHING) -> bytes:
    """The JSON of a snapshot."""
    seen = list(filter(sight.shows, room.markers.values()))
    rows = {"markers": list(map(marker_row, seen))}
    return msgspec.json.encode(_message(room, sight, seen, rows))


def packed(room: RoomState, sight: Sight = EVERYTHING) -> bytes:
    """The same, with the markers in columns of binary numbers."""
    seen = list(filter(sight.shows, room.markers.values()))
    rare = {
        "held": [(m.number, m.holder, m.grab) for m in seen if m.holder],
        "labels": [(m.number, m.label) for m in seen if m.label],
    }
    message = msgspec.json.encode(_message(room, sight, seen, rare))
    narrow = all(m.number <= 0xFFFF and m.owner <= 0xFFFF for m in seen)
    columns = (
        _column("i", seen, lambda m: round(m.lat * MICRO)),
        _column("i", seen, lambda m: round(m.lng * MICRO)),
        _column("H" if narrow else "I", seen, lambda m: m.number),
        _column("H" if narrow else "I", seen, lambda m: m.owner),
        _column("B", seen, lambda m: m.colour | m.icon << 4),
    )
    header = _HEADER.pack(_KIND, 2 if narrow else 4, 0, len(message), len(seen))
    return b"".join((header, message, *columns))


def _column(code: str, markers: Iterable[Marker], value: Callable[[Marker], int]) -> bytes:
    """The value of each marker, little-endian."""
    column = array(code, map(value, markers))
    if sys.byteorder == "big":
        column.byteswap()
    return column.tobytes()


def _message(
    room: RoomState, sight: Sight, seen: Sequence[Marker], markers: Mapping[str, Any]
) -> dict[str, Any]:
    """All that a snapshot tells; `markers` are the fields that tell of the `seen` markers."""
    activity, sequence = room.activity, room.sequence
    surface, settings = activity.surface.data(), activity.kind.settings
    public = activity.kind.public(revealed=sight.steers or activity.stage == REVEALED)
    message: dict[str, Any] = {
        "t": "snapshot",
        "epoch": room.epoch,
        "rev": room.revision,
        "title": room.title,
        "activity": activity.number,
        "place": (sequence.index(activity) + 1 if activity in sequence else 1, len(sequence)),
        "question": activity.question,
        "rules": activity.kind.name,
        "markers_each": settings.get("markers_each", 1),
        "anyone_adds": settings.get("anyone_adds", False),
        "settings": public,
        "phase": room.phase,
        "stage": activity.stage,
        "round": activity.round,
        "ends": activity.ends_ms,
        "hidden": activity.hides,
        "door_open": room.door_open,
        "view": surface["view"],
        "surface": surface,
        "spotlight": 0 if sight.withholds else room.spotlight,
        "camera": room.camera,
        "everyone": room.camera_for_all,
        "people": [(p.number, p.name) for p in room.people.values() if p.listed and not p.banned],
        **markers,
        "pinned": [m.number for m in seen if m.pinned],
    }
    if activity.round > 1:
        message["before"] = [(m.number, *m.before) for m in seen if m.before]
    if sight.steers:
        pinned: dict[int, list[Marker]] = {}
        for marker in room.markers.values():
            if marker.pinned:
                pinned.setdefault(marker.activity, []).append(marker)
        message["activities"] = [
            one.data() | pinned_data(pinned.get(one.number, ())) for one in sequence
        ]
        message["late"] = [
            (person, late.marker, late.lat, late.lng) for person, late in activity.late.items()
        ]
    return message
