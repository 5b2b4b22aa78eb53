"""Changes of people: names, removals, and whether newcomers may come in."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from uuid import UUID

from mapapp.domain.actor import Actor
from mapapp.domain.change import Change
from mapapp.domain.changes.declaration import Case, Operation, Rows, effect, operation
from mapapp.domain.refusals import Refused
from mapapp.domain.room import Person, RoomState
from mapapp.domain.text import NAME_LIMIT, clean

# One change removes at most this many people, because everybody else waits for it.
EXPEL_LIMIT = 500


# --- names --------------------------------------------------------------------


@operation
class Name(Operation):
    # A name alone is told to nobody (docs/decisions/0021).
    makes_known = False

    name: str

    def decide(self, case: Case) -> None:
        assert case.actor is not None, "somebody has a name"
        name = clean(self.name, NAME_LIMIT, required=True)
        data = person_data(case, case.actor, name)
        if not (case.person and case.person.listed):
            data["listed"] = False
        case.add("person", data=data)


def person_data(case: Case, actor: Actor, name: str) -> dict[str, Any]:
    """Return the data of a `person` change about the actor."""
    data: dict[str, Any] = {"person": case.by, "id": str(actor.id), "name": name}
    if case.person is None and actor.came_from:
        data["came_from"] = actor.came_from
    if actor.host:
        data["steers"] = True
    return data


@effect("person", person=True, private="id came_from steers")
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


# --- removals -----------------------------------------------------------------


@operation
class Ban(Operation):
    host_only = True

    person: int

    def decide(self, case: Case) -> None:
        room = case.room
        if self.person not in room.people or self.person == case.by:
            raise Refused("no_person")
        for number in sorted(room.markers):
            if room.markers[number].owner == self.person:
                case.add("remove", number)
        case.add("ban", data={"person": self.person})

    def rows(self, room: RoomState, by: int, at: float, rows: Rows) -> None:
        rows.owners.add(self.person)
        rows.people.add(self.person)


@operation
class Expel(Operation):
    """Remove many at once: those who came in the last `seconds`, or from the address of `like`.

    Exactly one of the two is given; the other is 0.
    """

    host_only = True
    reads_everybody = True

    seconds: int = 0
    like: int = 0

    def decide(self, case: Case) -> None:
        room = case.room
        go = [number for number in chosen(room, self, case.at) if number != case.by]
        if not go:
            raise Refused("no_person")
        theirs: dict[int, list[int]] = {number: [] for number in go}
        for number, marker in room.markers.items():
            if marker.owner in theirs:
                theirs[marker.owner].append(number)
        for person, markers in theirs.items():
            for number in sorted(markers):
                case.add("remove", number)
            case.add("ban", data={"person": person})

    def rows(self, room: RoomState, by: int, at: float, rows: Rows) -> None:
        with suppress(Refused):
            rows.owners.update(chosen(room, self, at))


def chosen(room: RoomState, expel: Expel, at: float, limit: int = EXPEL_LIMIT) -> list[int]:
    """Return the numbers of the people to remove, newest first, at most `limit` of them.

    Anyone who has ever steered the room stays, and people already removed do
    not count again. `room` must know all its people. Raises `Refused`.
    """
    if expel.like:
        like = room.people.get(expel.like)
        if like is None:
            raise Refused("no_person")
        # An unknown address is nobody else's.
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


@effect("ban", person=True, fetched=True)
def _ban(room: RoomState, change: Change) -> None:
    person = room.people[change.data["person"]]
    room.people_present -= not person.banned
    person.banned = True


# --- newcomers ----------------------------------------------------------------


@operation
class Door(Operation):
    """Whether newcomers may come in."""

    host_only = True

    open: bool

    def decide(self, case: Case) -> None:
        case.add("door", data={"open": self.open})


@effect("door")
def _door(room: RoomState, change: Change) -> None:
    room.door_open = change.data["open"]
