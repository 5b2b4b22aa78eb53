"""What Colyseus 0.18 sends to the people in a room of colyseus.js, and what they send.

Of its format (https://docs.colyseus.io/state, and the sources of @colyseus/schema 5)
this reads what that room's schema makes of it: the state, reference 0, with a map,
reference 1, of markers with two float64 fields. Each marker gets a reference, by which
its changes name it; the key of its owner is told once.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass, field

JOIN_ROOM, ERROR, ROOM_DATA, ROOM_STATE, ROOM_STATE_PATCH = 10, 11, 13, 14, 15
_STATE, _MARKERS = 0, 1  # references
_LNG = 1  # field of a marker; the other one is its latitude
_SWITCH = 255
_ADD, _DELETE, _CLEAR = 128, 64, 10
_SHORT_STRING = 0xA0  # with its length in the lower five bits; keys are short

# By their first bytes, numbers that do not fit into that (as in MessagePack, but little-endian).
_NUMBERS = {
    0xCC: struct.Struct("<B"),
    0xCD: struct.Struct("<H"),
    0xCE: struct.Struct("<I"),
}
_float64 = struct.Struct("<d")
_move = struct.Struct(">B5s B 4sBd 4sBd")


def move(lat: float, lng: float) -> bytes:
    """The message `move`, as `room.send("move", {lat, lng})` of the official client writes it."""
    two_fields, a_float64 = 0x82, 0xCB
    return _move.pack(
        ROOM_DATA, b"\xa4move", two_fields, b"\xa3lat", a_float64, lat, b"\xa3lng", a_float64, lng
    )


@dataclass
class State:
    """What one frame says: references of new markers by keys, and longitudes by references."""

    markers: dict[str, int] = field(default_factory=dict)
    longitudes: list[tuple[int, float]] = field(default_factory=list)


def positions(payload: bytes) -> Iterable[tuple[int, float]]:
    """The references and longitudes, in degrees, of the markers that a frame moves."""
    return read(payload).longitudes if payload[0] == ROOM_STATE_PATCH else ()


def reference_of(key: str, payload: bytes) -> int:
    """The reference of the marker with this key in a state, of which nothing else is read."""
    entry = bytes([_SHORT_STRING | len(key)]) + key.encode()
    return _number(payload, payload.index(entry) + len(entry))[0]


def read(payload: bytes) -> State:
    """Read the state, or a change of it. Raises `ValueError` for what no such room would say."""
    found = State()
    at, reference = 1, _STATE
    while at < len(payload):
        first = payload[at]
        at += 1
        if first == _SWITCH:
            reference, at = _number(payload, at)
        elif reference > _MARKERS:
            if first & 63 == _LNG:
                found.longitudes.append((reference, _float64.unpack_from(payload, at)[0]))
            at += 8
        elif reference == _MARKERS:
            at = _entry(payload, first, at, found)
        else:
            _, at = _number(payload, at)  # the reference of the map, always the same
    if at != len(payload):
        raise ValueError("a frame ends in the middle of something")
    return found


def _entry(payload: bytes, operation: int, at: int, found: State) -> int:
    """Read an operation on the map; return where it ends."""
    if operation == _CLEAR:
        return at
    _, at = _number(payload, at)  # its place in the map
    if operation & _ADD:
        size = payload[at] - _SHORT_STRING
        key = payload[at + 1 : at + 1 + size].decode()
        found.markers[key], at = _number(payload, at + 1 + size)
    elif operation != _DELETE:
        raise ValueError(f"an operation that is not known: {operation}")
    return at


def _number(payload: bytes, at: int) -> tuple[int, int]:
    """A number that is not negative, and where it ends."""
    first = payload[at]
    if first < 128:
        return first, at + 1
    form = _NUMBERS[first]
    return form.unpack_from(payload, at + 1)[0], at + 1 + form.size
