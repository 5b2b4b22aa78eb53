"""The most that a room may hold, whatever its activity allows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True, frozen=True)
class RoomCaps:
    """The operator's limits: `room_markers` and `room_people` per room (hosts come on top).

    `shared_each` is the most markers that one person may have where all share them.
    """

    room_markers: int = 10_000
    room_people: int = 10_000
    shared_each: int = 50


USUAL = RoomCaps()
