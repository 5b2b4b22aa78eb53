"""A room's state, and what each kind of change does to it.

Every process and the store hold a `RoomState` and bring it forward with
`apply`, so equal revisions mean equal states (O2, O4).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from mapapp.domain.activity import LOCKED, OPEN, Activity

CLOSED = "closed"

# A hold lasts this long after its last sign of life (H2).
HOLD_SECONDS = 20.0


@dataclass(slots=True)
class Marker:
    """A point on the map. `owner` and `holder` are person numbers, 0 for nobody.

    `grab` is the revision of the present hold, 0 when nobody holds it.
    `held_until` is when the lease on the hold ends if nobody renews it, in
    seconds since 1970; only the store's value is the truth. `moved` is the
    revision that last changed its position; where the server has ended a hold,
    the revision of its grab, because that is whose movement it was.
    """

    number: int
    lat: float
    lng: float
    owner: int
    colour: int
    icon: int
    label: str
    holder: int = 0
    grab: int = 0
    held_until: float = 0.0
    moved: int = 0


@dataclass(slots=True)
class Person:
    """Somebody who has made a change here. `number` is public, `id` and `came_from` are private.

    `listed` is false while they have only chosen a name: clients are told it
    once they do more. `came_from` is the keyed hash of the network address
    they first came from, the same for all who came to this room from there;
    "" if it is not known. `came` is when they made their first change, in
    seconds since 1970; `steers`, whether they have ever steered the room.
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

    `label` says for hosts which device has it.
    """

    number: int
    hash: str
    label: str = ""
    revoked: bool = False


@dataclass(slots=True, frozen=True)
class Change:
    """One durable step. `by` is a person's number, 0 for the server itself.

    `at` is in seconds since 1970; `data` holds the fields of its kind.
    """

    revision: int
    kind: str
    by: int = 0
    marker: int = 0
    data: Mapping[str, Any] = field(default_factory=dict)
    at: float = 0.0


@dataclass(slots=True)
class RoomState:
    """A room at one revision."""

    id: UUID
    code: str
    epoch: str
    revision: int = 0
    title: str = ""
    # The current one. The markers are its markers.
    activity: Activity = field(default_factory=Activity)
    closed: bool = False
    # Whether newcomers may come in; those who have been here may in any case.
    door_open: bool = True
    last_marker: int = 0
    last_person: int = 0
    # Counted apart from `markers`, because the store loads only those it needs.
    markers_present: int = 0
    # Likewise: those with a row who have not been removed.
    people_present: int = 0
    markers: dict[int, Marker] = field(default_factory=dict)
    people: dict[int, Person] = field(default_factory=dict)
    numbers: dict[UUID, int] = field(default_factory=dict)
    # All that there have ever been, by number: the store loads none or all of them.
    keys: dict[int, HostKey] = field(default_factory=dict)
    # One-time codes by their hashes, each with its end in seconds since 1970.
    # Only the store has them, and only while it exchanges one.
    pairings: dict[str, float] = field(default_factory=dict)

    @property
    def phase(self) -> str:
        """OPEN, LOCKED or CLOSED: what the wire and the tables call it."""
        return CLOSED if self.closed else self.activity.answers

    def person(self, participant: UUID) -> Person | None:
        """Return the person with this id, if they have made a change here."""
        number = self.numbers.get(participant)
        return None if number is None else self.people[number]

    def know(self, person: Person) -> None:
        """Add a person, or replace what is known of them."""
        self.people[person.number] = person
        self.numbers[person.id] = person.number


def _person(room: RoomState, change: Change) -> None:
    number = change.data["person"]
    known = room.people.get(number)
    room.know(
        Person(
            number=number,
            id=UUID(change.data["id"]),
            name=change.data["name"],
            banned=known.banned if known else False,
            listed=change.data.get("listed", True),
            came_from=known.came_from if known else change.data.get("came_from", ""),
            came=known.came if known else change.at,
            steers=change.data.get("steers", False) or (known.steers if known else False),
        )
    )
    if number > room.last_person:
        room.last_person = number
        room.people_present += 1


def _add(room: RoomState, change: Change) -> None:
    data = change.data
    room.markers[change.marker] = Marker(
        number=change.marker,
        lat=data["lat"],
        lng=data["lng"],
        owner=change.by,
        colour=data["colour"],
        icon=data["icon"],
        label=data["label"],
        moved=change.revision,
    )
    room.last_marker = max(room.last_marker, change.marker)
    room.markers_present += 1


def _grab(room: RoomState, change: Change) -> None:
    marker = room.markers[change.marker]
    marker.holder, marker.grab = change.by, change.revision
    marker.held_until = change.at + HOLD_SECONDS


def _put_down(room: RoomState, change: Change) -> None:
    _place(room, change)
    marker = room.markers[change.marker]
    if change.kind == "release" and change.by:
        # Taken out of the hand: what that hand still has to say of it is void, too.
        marker.moved = change.revision
    marker.holder, marker.grab, marker.held_until = 0, 0, 0.0


def _place(room: RoomState, change: Change) -> None:
    marker = room.markers[change.marker]
    there = change.data["lat"], change.data["lng"]
    if there != (marker.lat, marker.lng):
        marker.lat, marker.lng = there
        marker.moved = marker.grab if change.kind == "release" else change.revision


def _edit(room: RoomState, change: Change) -> None:
    marker = room.markers[change.marker]
    marker.label = change.data.get("label", marker.label)
    marker.colour = change.data.get("colour", marker.colour)
    marker.icon = change.data.get("icon", marker.icon)


def _remove(room: RoomState, change: Change) -> None:
    del room.markers[change.marker]
    room.markers_present -= 1


def _lock(room: RoomState, change: Change) -> None:
    room.activity.answers = LOCKED


def _unlock(room: RoomState, change: Change) -> None:
    room.activity.answers = OPEN


def _question(room: RoomState, change: Change) -> None:
    room.activity.question = change.data["question"]


def _ban(room: RoomState, change: Change) -> None:
    person = room.people[change.data["person"]]
    room.people_present -= not person.banned
    person.banned = True


def _door(room: RoomState, change: Change) -> None:
    room.door_open = change.data["open"]


def _close(room: RoomState, change: Change) -> None:
    room.closed = True
    room.activity.answers = LOCKED


def _key(room: RoomState, change: Change) -> None:
    data = change.data
    room.keys[data["key"]] = HostKey(data["key"], data["hash"], data["device"])
    room.pairings.pop(data.get("pairing", ""), None)


def _revoke(room: RoomState, change: Change) -> None:
    # The store loads the keys only where it needs them.
    key = room.keys.get(change.data["key"])
    if key is not None:
        key.revoked = True


_EFFECTS: dict[str, Callable[[RoomState, Change], None]] = {
    "person": _person,
    "add": _add,
    "grab": _grab,
    "drop": _put_down,
    "release": _put_down,
    "place": _place,
    "edit": _edit,
    "remove": _remove,
    "lock": _lock,
    "unlock": _unlock,
    "question": _question,
    "ban": _ban,
    "door": _door,
    "close": _close,
    "key": _key,
    "revoke": _revoke,
}
KINDS = frozenset(_EFFECTS)


def apply(room: RoomState, change: Change) -> None:
    """Bring `room` forward by one change, in place.

    Raises `ValueError` unless the change is the very next one (O2).
    """
    if change.revision != room.revision + 1:
        raise ValueError(f"change {change.revision} does not follow revision {room.revision}")
    _EFFECTS[change.kind](room, change)
    room.revision = change.revision


def digest(room: RoomState) -> str:
    """Return a short text that is equal for equal states (O4)."""
    state = [
        room.epoch,
        room.revision,
        room.activity.question,
        room.phase,
        room.door_open,
        room.last_marker,
        room.last_person,
        room.markers_present,
        room.people_present,
        [
            (m.number, m.lat, m.lng, m.owner, m.colour, m.icon, m.label, m.holder, m.grab, m.moved)
            for _, m in sorted(room.markers.items())
        ],
        [
            (p.number, str(p.id), p.name, p.banned, p.listed, p.came_from, p.steers)
            for _, p in sorted(room.people.items())
        ],
        [(k.number, k.hash, k.label, k.revoked) for _, k in sorted(room.keys.items())],
    ]
    return hashlib.sha256(json.dumps(state, ensure_ascii=True).encode()).hexdigest()[:16]
