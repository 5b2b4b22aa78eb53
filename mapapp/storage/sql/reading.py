"""Reading the rows that a commit needs, and those that make up a room."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from operator import itemgetter
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from mapapp.domain.activity import LOCKED, Activity, Surface
from mapapp.domain.kinds import Settings, compiled
from mapapp.domain.marker import Marker
from mapapp.domain.room import CLOSED, Person, RoomState
from mapapp.storage.sql.values import (
    clock_expression,
    places,
    seconds_of,
    slices,
    uuid_of,
    uuid_value,
)

_ROOMS = """
    SELECT room.id AS room_id, code, epoch, revision, title, phase, door_open,
        last_marker, last_person, markers_present, people_present, expires,
        activity.id AS activity_id, question, rules AS kind, markers_each, anyone_adds,
        view_lat, view_lng, view_zoom, {now} AS now
    FROM mapapp_room room JOIN mapapp_activity activity ON activity.id = room.activity_id
    WHERE room.id IN ({rooms}) ORDER BY room.id
"""
_LOCK = "SELECT id FROM mapapp_room WHERE id IN ({rooms}) ORDER BY id FOR UPDATE"
_MARKERS = """
    SELECT number, lat, lng, owner, colour, icon, label, holder, held_revision AS grab,
        held_until, moved_at_revision AS moved
    FROM mapapp_marker
    WHERE room_id = %s AND activity_id = %s AND NOT removed
"""
_PEOPLE = """
    SELECT number, id, name, banned, listed, came_from, came, steers
    FROM mapapp_participant WHERE room_id = %s
"""
_CAME_AS = """
    SELECT DISTINCT came_as FROM mapapp_participant WHERE room_id = %s AND came_as IN ({names})
"""
_CLIENTS = """
    SELECT {participant}, client, last_op, answers FROM {table}
    WHERE {participant} IN ({participants}) AND client IN ({clients})
"""


@dataclass(slots=True, frozen=True)
class LockedRoom:
    """A room's own row and its current activity's.

    `expires` and `now` are in seconds since 1970. `now` is the database's time
    under the lock; None where the database has no clock of its own (SQLite).
    """

    state: RoomState
    expires: float
    now: float | None


def lock_rooms(rooms: Collection[UUID]) -> list[LockedRoom]:
    """Read these rooms without their contents, and hold off writers until the commit.

    The order is the same everywhere, so that two processes cannot deadlock.
    """
    locked: list[LockedRoom] = []
    # SQLite has one writer at a time, from the beginning of its transaction.
    must_lock = connection.features.has_select_for_update
    for some in slices(sorted(rooms)):
        ids, marks = [uuid_value(room) for room in some], places(some)
        # The lock is a statement of its own that reads nothing else: one that had
        # to wait would see the room's new row, but the rows joined to it as they
        # were before the wait.
        if must_lock:
            _rows(_LOCK.format(rooms=marks), ids)
        statement = _ROOMS.format(rooms=marks, now=clock_expression())
        locked += [_locked_room(_RoomRow(*row)) for row in _rows(statement, ids)]
    return locked


def database_clock() -> float | None:
    """The database's time, in seconds since 1970; None where it has no clock of its own."""
    if connection.vendor != "postgresql":
        return None
    ((now,),) = _rows(f"SELECT {clock_expression()}", [])
    return seconds_of(now)


def markers(
    room: UUID,
    activity: UUID,
    *,
    numbers: Collection[int] | None = None,
    owners: Collection[int] | None = None,
) -> Iterator[Marker]:
    """The markers on the map: all, or those with these numbers, or of these owners."""
    found = _some(_MARKERS, [uuid_value(room), uuid_value(activity)], number=numbers, owner=owners)
    for number, lat, lng, owner, colour, icon, label, holder, grab, until, moved in found:
        yield Marker(
            *(number, lat, lng, owner, colour, icon, label, holder, grab),
            held_until=seconds_of(until),
            moved=moved,
        )


def people(
    room: UUID, *, ids: Collection[UUID] | None = None, numbers: Collection[int] | None = None
) -> Iterator[Person]:
    """The people of a room: all, or those with these ids or numbers."""
    private = None if ids is None else [uuid_value(person) for person in ids]
    return (
        Person(
            *(number, uuid_of(person), name, bool(banned), bool(listed), came_from),
            came=seconds_of(came),
            steers=bool(steers),
        )
        for number, person, name, banned, listed, came_from, came, steers in _some(
            _PEOPLE, [uuid_value(room)], id=private, number=numbers
        )
    )


def names_taken(room: UUID, names: Collection[str]) -> set[str]:
    """Those of these names with which somebody has come to the room."""
    return {
        name
        for some in slices(names)
        for (name,) in _rows(_CAME_AS.format(names=places(some)), [uuid_value(room), *some])
    }


def clients(
    participants: Collection[UUID], tabs: Collection[UUID]
) -> Iterator[tuple[UUID, UUID, int, str]]:
    """Clients of these people: participant, client, last op, and the kept answers as text."""
    return _tabs("mapapp_client", "participant_id", participants, tabs)


def newcomers(
    participants: Collection[UUID], tabs: Collection[UUID]
) -> Iterator[tuple[UUID, UUID, int, str]]:
    """As `clients`, for people who were refused recently and have no row yet."""
    return _tabs("mapapp_newcomer", "participant", participants, tabs)


def _tabs(
    table: str, participant_column: str, participants: Collection[UUID], tabs: Collection[UUID]
) -> Iterator[tuple[UUID, UUID, int, str]]:
    for some_people, some_tabs in product(slices(participants, 2), slices(tabs, 2)):
        statement = _CLIENTS.format(
            table=table,
            participant=participant_column,
            participants=places(some_people),
            clients=places(some_tabs),
        )
        for participant, client, last_op, answers in _rows(
            statement, [uuid_value(value) for value in (*some_people, *some_tabs)]
        ):
            yield uuid_of(participant), uuid_of(client), last_op, answers


class _RoomRow(NamedTuple):
    """A row of `_ROOMS`: its columns, in order."""

    room_id: UUID | str
    code: str
    epoch: str
    revision: int
    title: str
    phase: str
    door_open: bool | int
    last_marker: int
    last_person: int
    markers_present: int
    people_present: int
    expires: datetime
    activity_id: UUID | str
    question: str
    kind: str
    markers_each: int
    anyone_adds: bool | int
    view_lat: float
    view_lng: float
    view_zoom: float
    now: datetime | None


def _locked_room(row: _RoomRow) -> LockedRoom:
    closed = row.phase == CLOSED
    return LockedRoom(
        RoomState(
            id=uuid_of(row.room_id),
            code=row.code,
            epoch=row.epoch,
            revision=row.revision,
            title=row.title,
            activity=Activity(
                id=uuid_of(row.activity_id),
                kind=compiled(row.kind, Settings(row.markers_each, bool(row.anyone_adds))),
                question=row.question,
                surface=Surface(row.view_lat, row.view_lng, row.view_zoom),
                answers=LOCKED if closed else row.phase,
            ),
            closed=closed,
            door_open=bool(row.door_open),
            last_marker=row.last_marker,
            last_person=row.last_person,
            markers_present=row.markers_present,
            people_present=row.people_present,
        ),
        expires=seconds_of(row.expires),
        now=None if row.now is None else seconds_of(row.now),
    )


def _some(
    statement: str, parameters: list[Any], **lists: Collection[Any] | None
) -> list[Sequence[Any]]:
    """Run a SELECT for all rows, or those with a value from the one list given, in order of number.

    The number is the first column.
    """
    given = [(column, values) for column, values in lists.items() if values is not None]
    if not given:
        return _rows(statement + " ORDER BY number", parameters)
    ((column, values),) = given
    found = [
        row
        for some in slices(values)
        for row in _rows(f"{statement} AND {column} IN ({places(some)})", [*parameters, *some])
    ]
    return sorted(found, key=itemgetter(0))


def _rows(statement: str, parameters: Sequence[Any]) -> list[Sequence[Any]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        found: list[Sequence[Any]] = cursor.fetchall()
        return found
