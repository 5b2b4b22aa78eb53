"""All kinds of change, by family. To add one, declare it in its family's file.

A family's file holds the operations (requests, each with the rule that decides
it) and the effects (what each kind of change does to a room). Importing this
package registers them; a new family is imported here.
"""

from __future__ import annotations

from mapapp.domain.change import Change
from mapapp.domain.changes import flow, keys, markers, people, plan, steering
from mapapp.domain.changes.declaration import CHANGE_KINDS, EFFECTS, OPERATIONS, Operation
from mapapp.domain.room import RoomState

__all__ = [
    "CHANGE_KINDS",
    "OPERATIONS",
    "Operation",
    "apply",
    "flow",
    "keys",
    "markers",
    "people",
    "plan",
    "steering",
]


def apply(room: RoomState, change: Change) -> None:
    """Bring `room` forward by one change, in place.

    Raises `ValueError` unless the change is the very next one (O2).
    """
    if change.revision != room.revision + 1:
        raise ValueError(f"change {change.revision} does not follow revision {room.revision}")
    EFFECTS[change.kind](room, change)
    room.revision = change.revision
