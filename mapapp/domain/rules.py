"""The rules common to all kinds of change: who may ask for one at all.

Nothing here reads a clock or a database. The store calls `decide` with the room's
row locked, and stores the changes it returns. The rule of each kind stands with
its operation, in `mapapp.domain.changes`.
"""

from __future__ import annotations

from mapapp.domain.actor import Actor
from mapapp.domain.caps import USUAL, RoomCaps
from mapapp.domain.change import Change
from mapapp.domain.changes.declaration import Case, Operation
from mapapp.domain.changes.people import person_data
from mapapp.domain.names import unshared
from mapapp.domain.refusals import Refused
from mapapp.domain.room import RoomState


def decide(
    room: RoomState, actor: Actor | None, operation: Operation, *, at: float, caps: RoomCaps = USUAL
) -> list[Change]:
    """Return the changes that `operation` makes, numbered from the room's next revision.

    `actor` is None for the server itself, which ends holds and closes rooms.
    `at` is in seconds since 1970. The last change is the one that the operation
    asked for. Raises `Refused`.
    """
    case = Case(room, actor, at, caps)
    if actor is None:
        assert operation.by_server, "the server does nothing else by itself"
        if room.closed and not operation.when_closed:
            raise Refused("closed")
    else:
        assert operation.by_people, "only the server does this"
        _admit(case, actor, operation)
    operation.decide(case)
    return case.made


def _admit(case: Case, actor: Actor, operation: Operation) -> None:
    """Let a person ask, and make them known if this is their first change. Raises `Refused`."""
    room = case.room
    person = case.person = room.person(actor.id)
    if person is not None and person.banned:
        raise Refused("banned")
    if room.closed:
        raise Refused("closed")
    if operation.host_only and not actor.host:
        raise Refused("host_only")
    if actor.key and not room.steers(actor.key):
        # The operation may have been on its way when the key was revoked.
        raise Refused("key_revoked")
    if person is None and not actor.host and room.people_present >= case.caps.room_people:
        raise Refused("room_people_full")
    case.by = person.number if person else room.last_person + 1
    starts_to_steer = operation.host_only and not (person and person.steers)
    is_listed = person is not None and person.listed
    if (not is_listed and operation.makes_known) or starts_to_steer:
        # Their first change other than a name makes them known to everybody.
        name = person.name if person else unshared(actor.name, case.by, room.names)
        case.add("person", data=person_data(case, actor, name))
