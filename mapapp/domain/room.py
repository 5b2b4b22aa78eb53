"""A room's state, with its people and keys.

Every process and the store hold a `RoomState` and bring it forward with
`mapapp.domain.changes.apply`, so equal revisions mean equal states (O2, O4).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import astuple, dataclass, field
from uuid import UUID

from mapapp.domain.activity import Activity
from mapapp.domain.marker import Marker

CLOSED = "closed"

# A hold lasts this long after its last sign of life (H2).
HOLD_SECONDS = 20.0


@dataclass(slots=True)
class Person:
    """Somebody who has made a change here. `number` is public, `id` and `came_from` are private.

    `listed` is false while choosing a name is all they have done: clients learn
    of them once they do more. `came_from` is the keyed hash of the network address
    they first came from, equal for people from one address in this room; "" if it
    is not known. `came` is when they made their first change, in seconds since
    1970; `steers`, whether they have ever steered the room.
    """

    number: int
    id: UUID
    name: str
    banned: bool = False
    listed: bool = True
    came_from: str = ""
    came: float = 0.0
    steers: bool = False


@dataclass(slots=True)
class HostKey:
    """A key that steers the room, known by its number; `hash` is its SHA-256 in hex.

    `label` tells hosts which device has it.
    """

    number: int
    hash: str
    label: str = ""
    revoked: bool = False


@dataclass(slots=True)
class RoomState:
    """A room at one revision."""

    id: UUID
    code: str
    epoch: str
    revision: int = 0
    title: str = ""
    # The current activity.
    activity: Activity = field(default_factory=Activity)
    # All activities by number, in their order, discarded ones too. The store loads only
    # the current one, or all.
    activities: dict[int, Activity] = field(default_factory=dict)
    last_activity: int = 1
    # The revision at which the audience last began to see the room in another way: another
    # activity, or answers hidden or revealed (`domain.sight`).
    sight_since: int = 0
    # A marker to which the host points, 0 for none, and the part of the map that screens
    # show: south, west, north, east.
    spotlight: int = 0
    camera: tuple[float, ...] | None = None
    # Whether everybody is invited there.
    camera_for_all: bool = False
    closed: bool = False
    # Whether newcomers may come in; people who have been here always may.
    door_open: bool = True
    last_marker: int = 0
    last_person: int = 0
    # Counted apart from `markers`, because the store loads only those it needs.
    markers_present: int = 0
    # Likewise: people with a row who have not been removed.
    people_present: int = 0
    markers: dict[int, Marker] = field(default_factory=dict)
    # Removed markers; only the store has them, and only to bring one back.
    removed: dict[int, Marker] = field(default_factory=dict)
    people: dict[int, Person] = field(default_factory=dict)
    numbers: dict[UUID, int] = field(default_factory=dict)
    # The names with which people came. The store knows of those alone that newcomers
    # in its batch come with.
    names: set[str] = field(default_factory=set)
    # All keys the room has ever had, by number; the store loads none or all of them.
    keys: dict[int, HostKey] = field(default_factory=dict)
    # One-time codes by their hashes, each with its end in seconds since 1970.
    # Only the store has them, and only while exchanging one.
    pairings: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.activities.setdefault(self.activity.number, self.activity)

    @property
    def phase(self) -> str:
        """OPEN, LOCKED or CLOSED, as on the wire and in the tables."""
        return CLOSED if self.closed else self.activity.answers

    @property
    def sequence(self) -> list[Activity]:
        """The activities in their order, without those that hosts have discarded."""
        return [activity for activity in self.activities.values() if not activity.discarded]

    def is_shown(self, marker: Marker) -> bool:
        """Whether a marker is one of the current activity's."""
        return marker.activity == self.activity.number

    def steers(self, key: int) -> bool:
        """Whether the host key with this number still steers the room."""
        found = self.keys.get(key)
        return found is not None and not found.revoked

    def person(self, participant: UUID) -> Person | None:
        """Return the person with this id, if they have made a change here."""
        number = self.numbers.get(participant)
        return None if number is None else self.people[number]

    def know(self, person: Person) -> None:
        """Add or replace a person."""
        if person.number not in self.people:
            self.names.add(person.name)
        self.people[person.number] = person
        self.numbers[person.id] = person.number


def digest(room: RoomState) -> str:
    """Return a short text that is equal for equal states (O4)."""
    state = [
        room.epoch,
        room.revision,
        room.title,
        room.activity.question,
        room.phase,
        room.door_open,
        room.last_marker,
        room.last_person,
        room.markers_present,
        room.people_present,
        [room.activity.number, room.last_activity, room.sight_since],
        [room.spotlight, room.camera, room.camera_for_all],
        [
            [a.data(), a.discarded, sorted((n, astuple(late)) for n, late in a.late.items())]
            for a in room.activities.values()
        ],
        [
            (
                *(m.number, m.lat, m.lng, m.owner, m.colour, m.icon, m.label, m.holder, m.grab),
                *(m.moved, m.activity, m.before, m.pinned),
            )
            for _, m in sorted(room.markers.items())
        ],
        [
            (p.number, str(p.id), p.name, p.banned, p.listed, p.came_from, p.steers)
            for _, p in sorted(room.people.items())
        ],
        [(k.number, k.hash, k.label, k.revoked) for _, k in sorted(room.keys.items())],
    ]
    return hashlib.sha256(json.dumps(state, ensure_ascii=True).encode()).hexdigest()[:16]
