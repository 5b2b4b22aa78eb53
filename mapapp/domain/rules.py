"""Who may do what: from an operation and a room's state to changes, or a refusal.

Nothing here reads a clock or a database. The store calls `decide` with the
room's row locked; what it returns is what happens.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mapapp.domain.activity import LOCKED, OWN
from mapapp.domain.geo import position
from mapapp.domain.operations import (
    HOST_OPERATIONS,
    Actor,
    Add,
    Ban,
    Close,
    Door,
    Drop,
    Edit,
    EndHold,
    Expel,
    Grab,
    Lock,
    Name,
    Operation,
    Pair,
    Place,
    Question,
    Release,
    Remove,
    Revoke,
    Rotate,
    Unlock,
)
from mapapp.domain.refusals import Refused
from mapapp.domain.state import (
    HOLD_SECONDS,
    Change,
    Marker,
    Person,
    RoomState,
)
from mapapp.domain.text import LABEL_LIMIT, NAME_LIMIT, QUESTION_LIMIT, clean

# What a room may hold unless the operator has set another number.
ROOM_MARKERS = 10_000
ROOM_PEOPLE = 10_000
# Markers of one person in a shared room where anyone adds.
SHARED_EACH = 50

# So many people are removed in one change at most: everybody else waits for it.
EXPEL_LIMIT = 500

COLOURS = 8
ICONS = 8


def decide(
    room: RoomState,
    actor: Actor | None,
    operation: Operation,
    *,
    at: float,
    room_markers: int = ROOM_MARKERS,
    room_people: int = ROOM_PEOPLE,
    shared_each: int = SHARED_EACH,
) -> list[Change]:
    """Return the changes that `operation` makes, numbered from the room's next revision.

    `actor` is None for the server itself, which ends holds and closes rooms.
    `at` is in seconds since 1970; `room_markers` is how many markers the room
    may hold, `room_people` how many people (hosts come on top), `shared_each`
    how many markers one person may have in a shared room. The last change is
    the one that the operation asked for. Raises `Refused`.
    """
    changes = _Changes(room, at)
    if isinstance(operation, Release):
        _release(room, operation, changes)
        return changes.made
    if actor is None:
        if room.closed:
            raise Refused("closed")
        if isinstance(operation, Pair):
            _pair(room, operation, changes)
        else:
            assert isinstance(operation, Close), "the server does nothing else by itself"
            changes.add("close", 0)
        return changes.made
    person = room.person(actor.id)
    if person is not None and person.banned:
        raise Refused("banned")
    if room.closed:
        raise Refused("closed")
    if isinstance(operation, HOST_OPERATIONS) and not actor.host:
        raise Refused("host_only")
    if actor.key and not _steers(room, actor.key):
        # Also what was on its way when the key was revoked.
        raise Refused("key_revoked")

    if person is None and not actor.host and room.people_present >= room_people:
        raise Refused("room_people_full")

    by = person.number if person else room.last_person + 1
    starts_to_steer = isinstance(operation, HOST_OPERATIONS) and not (person and person.steers)
    is_listed = person is not None and person.listed
    if (not is_listed and not isinstance(operation, Name)) or starts_to_steer:
        # The first change that is more than a name makes them known to everybody.
        name = person.name if person else actor.name
        changes.add("person", by, data=_person_data(by, actor, person, name))
    asker = _Asker(by, actor)

    match operation:
        case Add():
            _add(room, asker, operation, changes, room_markers, shared_each)
        case Grab():
            marker = _movable(room, asker, operation, at)
            changes.add("grab", by, marker.number)
        case Drop():
            marker = _movable(room, asker, operation, at)
            if marker.holder != by or marker.grab != operation.grab:
                raise Refused("stale_grab")
            changes.add("drop", by, marker.number, _place_data(operation))
        case Place():
            marker = _movable(room, asker, operation, at)
            # One step, whoever held it before: as a grab and a drop would be.
            kind = "drop" if marker.holder else "place"
            changes.add(kind, by, marker.number, _place_data(operation))
        case Edit():
            marker = _changeable(room, asker, operation.marker)
            changes.add("edit", by, marker.number, _edit_data(operation))
        case Remove():
            marker = _changeable(room, asker, operation.marker)
            changes.add("remove", by, marker.number)
        case Name():
            name = clean(operation.name, NAME_LIMIT, required=True)
            data = _person_data(by, actor, person, name)
            if not (person and person.listed):
                data["listed"] = False
            changes.add("person", by, data=data)
        case Lock():
            changes.add("lock", by)
        case Unlock():
            changes.add("unlock", by)
        case Question():
            text = clean(operation.question, QUESTION_LIMIT, required=True)
            changes.add("question", by, data={"question": text})
        case Ban():
            if operation.person not in room.people or operation.person == by:
                raise Refused("no_person")
            for number in sorted(room.markers):
                if room.markers[number].owner == operation.person:
                    changes.add("remove", by, number)
            changes.add("ban", by, data={"person": operation.person})
        case Expel():
            _expel(room, asker, operation, changes)
        case Door():
            changes.add("door", by, data={"open": operation.open})
        case EndHold():
            if not _marker(room, operation.marker).holder:
                raise Refused("not_held")
            changes.add("release", by, operation.marker, _place_data(operation))
        case Close():
            changes.add("close", by)
        case Rotate():
            _rotate(room, asker, operation, changes)
        case Revoke():
            if not _steers(room, operation.key):
                raise Refused("no_key")
            changes.add("revoke", by, data={"key": operation.key})
    return changes.made


class _Changes:
    """The changes so far, each with the next revision."""

    def __init__(self, room: RoomState, at: float) -> None:
        self.made: list[Change] = []
        self._revision = room.revision
        self.at = at

    def add(
        self, kind: str, by: int, marker: int = 0, data: Mapping[str, Any] | None = None
    ) -> None:
        self._revision += 1
        self.made.append(Change(self._revision, kind, by, marker, data or {}, self.at))


class _Asker:
    """The actor with their number in this room."""

    def __init__(self, number: int, actor: Actor) -> None:
        self.number = number
        self.host = actor.host
        self.key = actor.key


def _steers(room: RoomState, key: int) -> bool:
    found = room.keys.get(key)
    return found is not None and not found.revoked


def _pair(room: RoomState, pair: Pair, changes: _Changes) -> None:
    """Give a newcomer's key the right to steer, for a one-time code that is then used up."""
    if room.pairings.get(pair.code_hash, 0.0) <= changes.at:
        raise Refused("bad_pairing")
    label = clean(pair.label, NAME_LIMIT)
    data = _key_data(room, pair.key_hash, label) | {"pairing": pair.code_hash}
    changes.add("key", 0, data=data)


def _rotate(room: RoomState, asker: _Asker, rotate: Rotate, changes: _Changes) -> None:
    old = room.keys.get(asker.key)
    if old is None:
        raise Refused("no_key")
    data = _key_data(room, rotate.key_hash, old.label)
    changes.add("key", asker.number, data=data)
    # Who asked goes on with the new one; whoever else has the old one has to go.
    changes.add("revoke", asker.number, data={"key": old.number, "successor": data["key"]})


def _key_data(room: RoomState, key_hash: str, label: str) -> dict[str, Any]:
    if any(key.hash == key_hash for key in room.keys.values()):
        # A key that was revoked does not come back.
        raise Refused("bad_pairing")
    return {"key": max(room.keys, default=0) + 1, "hash": key_hash, "device": label}


def _person_data(number: int, actor: Actor, known: Person | None, name: str) -> dict[str, Any]:
    data: dict[str, Any] = {"person": number, "id": str(actor.id), "name": name}
    if known is None and actor.came_from:
        data["came_from"] = actor.came_from
    if actor.host:
        data["steers"] = True
    return data


def _place_data(operation: Drop | Place | Release | EndHold | Add) -> dict[str, Any]:
    lat, lng = position(operation.lat, operation.lng)
    return {"lat": lat, "lng": lng}


def _add(
    room: RoomState,
    asker: _Asker,
    add: Add,
    changes: _Changes,
    room_markers: int,
    shared_each: int,
) -> None:
    if not asker.host:
        if room.activity.answers == LOCKED:
            raise Refused("locked")
        if room.activity.kind != OWN and not room.activity.settings.anyone_adds:
            raise Refused("host_only")
        owned = sum(marker.owner == asker.number for marker in room.markers.values())
        each = room.activity.settings.markers_each
        if owned >= (each if room.activity.kind == OWN else shared_each):
            raise Refused("too_many_markers")
    if room.markers_present >= room_markers:
        raise Refused("room_markers_full")
    number = room.last_marker + 1
    # A person's markers look alike. Shared ones are nobody's own, so that each looks different.
    looks_like = asker.number if room.activity.kind == OWN else number
    colour = looks_like % COLOURS if add.colour is None else _within(add.colour, COLOURS)
    data = _place_data(add) | {
        "colour": colour,
        "icon": _within(add.icon, ICONS),
        "label": clean(add.label, LABEL_LIMIT),
    }
    changes.add("add", asker.number, number, data)


def chosen(room: RoomState, expel: Expel, at: float, limit: int = EXPEL_LIMIT) -> list[int]:
    """The numbers of those who are to go, newest first and at most `limit`.

    Whoever has ever steered the room stays, and who has been removed already
    is not counted again. `room` has to know all its people. Raises `Refused`.
    """
    if expel.like:
        like = room.people.get(expel.like)
        if like is None:
            raise Refused("no_person")
        # Where it is not known where somebody came from, that is nobody else's place.
        concerned = [
            person
            for person in room.people.values()
            if person is like or (like.came_from and person.came_from == like.came_from)
        ]
    else:
        since = at - expel.seconds
        concerned = [person for person in room.people.values() if person.came > since]
    go = [person.number for person in concerned if not person.banned and not person.steers]
    return sorted(go, reverse=True)[:limit]


def _expel(room: RoomState, asker: _Asker, expel: Expel, changes: _Changes) -> None:
    go = [number for number in chosen(room, expel, changes.at) if number != asker.number]
    if not go:
        raise Refused("no_person")
    theirs: dict[int, list[int]] = {number: [] for number in go}
    for number, marker in room.markers.items():
        if marker.owner in theirs:
            theirs[marker.owner].append(number)
    for person, markers in theirs.items():
        for number in sorted(markers):
            changes.add("remove", asker.number, number)
        changes.add("ban", asker.number, data={"person": person})


def _edit_data(edit: Edit) -> dict[str, Any]:
    data: dict[str, Any] = {}
    if edit.label is not None:
        data["label"] = clean(edit.label, LABEL_LIMIT)
    if edit.colour is not None:
        data["colour"] = _within(edit.colour, COLOURS)
    if edit.icon is not None:
        data["icon"] = _within(edit.icon, ICONS)
    return data


def _within(value: int, count: int) -> int:
    if not 0 <= value < count:
        raise Refused("bad_text", f"Expected a number from 0 to {count - 1}.")
    return value


def _marker(room: RoomState, number: int) -> Marker:
    marker = room.markers.get(number)
    if marker is None:
        raise Refused("no_marker")
    return marker


def _movable(room: RoomState, asker: _Asker, operation: Grab | Drop | Place, at: float) -> Marker:
    """Return the marker if `asker` may move it now (H1, O3)."""
    marker = _marker(room, operation.marker)
    if not asker.host:
        if room.activity.answers == LOCKED:
            raise Refused("locked")
        if room.activity.kind == OWN and marker.owner != asker.number:
            raise Refused("not_yours")
    # A hold whose lease is over holds nobody up, even before it is released.
    if marker.holder not in (0, asker.number) and marker.held_until > at:
        name = room.people[marker.holder].name
        raise Refused(
            "held", f"{name} is moving this marker right now.", by=marker.holder, name=name
        )
    # What was kept while its author was away must not undo what others did meanwhile.
    if operation.unmoved_since and marker.moved > operation.unmoved_since:
        raise Refused("moved_since")
    return marker


def _changeable(room: RoomState, asker: _Asker, number: int) -> Marker:
    """Return the marker if `asker` may edit or remove it."""
    marker = _marker(room, number)
    if not asker.host:
        if room.activity.answers == LOCKED:
            raise Refused("locked")
        if marker.owner != asker.number:
            raise Refused("not_yours")
    return marker


def _release(room: RoomState, release: Release, changes: _Changes) -> None:
    marker = room.markers.get(release.marker)
    if marker is None or marker.grab != release.grab:
        raise Refused("stale_grab")
    left = marker.held_until - changes.at
    # Whoever asks has heard nothing for as long as a lease lasts. One that reaches
    # much farther is of a clock that has been put back since (H2).
    if not release.certain and 0 < left <= 2 * HOLD_SECONDS:
        raise Refused("held", by=marker.holder)
    changes.add("release", 0, marker.number, _place_data(release))
