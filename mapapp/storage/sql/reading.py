"""Reading the rows that a commit needs, and those that make up a room."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import product
from operator import itemgetter
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from mapapp.domain.activity import ANSWER, LOCKED, OPEN, OVER, Activity, Late
from mapapp.domain.fields import BadValue
from mapapp.domain.kinds import stored
from mapapp.domain.marker import Marker
from mapapp.domain.room import CLOSED, Person, RoomState
from mapapp.domain.surface import Surface, surface_of
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
        last_activity, sight_since, spotlight, camera, {activity}, {now} AS now
    FROM mapapp_room room JOIN mapapp_activity activity ON activity.id = room.activity_id
    WHERE room.id IN ({rooms}) ORDER BY room.id
"""
_ACTIVITY = """
    activity.id AS activity_id, number, question, rules AS kind, settings, markers_each,
        anyone_adds, view_lat, view_lng, view_zoom, surface, stage, round, ends, late, discarded"""
_ACTIVITIES = """
    SELECT {activity} FROM mapapp_activity activity WHERE room_id = %s ORDER BY position, number
"""
_LOCK = "SELECT id FROM mapapp_room WHERE id IN ({rooms}) ORDER BY id FOR UPDATE"
_MARKERS = """
    SELECT number, lat, lng, owner, colour, icon, label, holder, held_revision AS grab,
        held_until, moved_at_revision AS moved, activity_id, before_lat, before_lng, pinned
    FROM mapapp_marker
    WHERE room_id = %s AND {removed}
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
        statement = _ROOMS.format(rooms=marks, now=clock_expression(), activity=_ACTIVITY)
        locked += map(_locked_room, _rows(statement, ids))
    return locked


def activities(room: UUID) -> Iterator[Activity]:
    """All activities of a room, in their order."""
    for row in _rows(_ACTIVITIES.format(activity=_ACTIVITY), [uuid_value(room)]):
        yield _activity(_ActivityRow(*row))


def database_clock() -> float | None:
    """The database's time, in seconds since 1970; None where it has no clock of its own."""
    if connection.vendor != "postgresql":
        return None
    ((now,),) = _rows(f"SELECT {clock_expression()}", [])
    return seconds_of(now)


def markers(
    room: RoomState,
    *,
    numbers: Collection[int] | None = None,
    owners: Collection[int] | None = None,
    activities: Collection[UUID] | None = None,
    held: bool = False,
    removed: bool = False,
) -> Iterator[Marker]:
    """The markers on the map of all activities: all, or those with these numbers, of these
    owners or of these activities, or those that somebody holds. `removed`: those that
    are off the map, instead.

    Those of an activity that `room` does not know have the activity 0.
    """
    statement = _MARKERS.format(removed="removed" if removed else "NOT removed")
    if held:
        statement += " AND holder <> 0"
    their = None if activities is None else [uuid_value(one) for one in activities]
    found = _some(statement, [uuid_value(room.id)], number=numbers, owner=owners, activity_id=their)
    known = {uuid_value(one.id): one.number for one in room.activities.values()}
    for row in found:
        number, lat, lng, owner, colour, icon, label, holder, grab, until, moved, *more = row
        activity, before_lat, before_lng, pinned = more
        yield Marker(
            *(number, lat, lng, owner, colour, icon, label, holder, grab),
            held_until=seconds_of(until),
            moved=moved,
            activity=known.get(activity, 0),
            before=None if before_lat is None else (before_lat, before_lng),
            pinned=bool(pinned),
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


class _ActivityRow(NamedTuple):
    """The columns of `_ACTIVITY`, in order."""

    activity_id: UUID | str
    number: int
    question: str
    kind: str
    settings: str
    markers_each: int
    anyone_adds: bool | int
    view_lat: float
    view_lng: float
    view_zoom: float
    surface: str
    stage: str
    round: int
    ends: int
    late: str
    discarded: bool | int


_ACTIVITY_COLUMNS = len(_ActivityRow._fields)


class _RoomRow(NamedTuple):
    """The columns of `_ROOMS` before and after those of the activity, in order."""

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
    last_activity: int
    sight_since: int
    spotlight: int
    camera: str
    now: datetime | None


def _locked_room(columns: Sequence[Any]) -> LockedRoom:
    *before, now = columns
    at = len(before) - _ACTIVITY_COLUMNS
    row, activity = _RoomRow._make([*before[:at], now]), _activity(_ActivityRow._make(before[at:]))
    if row.phase == LOCKED and activity.stage == ANSWER:
        # A process of the previous version, which knows no stages, has locked the map,
        activity.stage = OVER
    elif row.phase == OPEN and activity.stage == OVER:
        # or unlocked it.
        activity.stage = ANSWER
    area, for_all = json.loads(row.camera) if row.camera else (None, False)
    return LockedRoom(
        RoomState(
            id=uuid_of(row.room_id),
            code=row.code,
            epoch=row.epoch,
            revision=row.revision,
            title=row.title,
            activity=activity,
            last_activity=row.last_activity,
            sight_since=row.sight_since,
            spotlight=row.spotlight,
            camera=area and tuple(area),
            camera_for_all=for_all,
            closed=row.phase == CLOSED,
            door_open=bool(row.door_open),
            last_marker=row.last_marker,
            last_person=row.last_person,
            markers_present=row.markers_present,
            people_present=row.people_present,
        ),
        expires=seconds_of(row.expires),
        now=None if row.now is None else seconds_of(row.now),
    )


def _activity(row: _ActivityRow) -> Activity:
    settings = row.settings or json.dumps(
        # As written by a version that knew these two settings alone.
        {"markers_each": row.markers_each, "anyone_adds": bool(row.anyone_adds)}
    )
    return Activity(
        id=uuid_of(row.activity_id),
        kind=stored(row.kind, settings),
        question=row.question,
        surface=_surface((row.view_lat, row.view_lng, row.view_zoom), row.surface),
        number=row.number,
        stage=row.stage,
        round=row.round,
        ends=row.ends / 1000,
        late={int(n): Late(*late) for n, late in json.loads(row.late or "{}").items()},
        discarded=bool(row.discarded),
    )


@lru_cache(maxsize=1_000)
def _surface(view: tuple[float, float, float], rest: str) -> Surface:
    """A stored surface, worked out once."""
    try:
        return surface_of(view, json.loads(rest or "{}"))
    except BadValue:
        # A newer version may know more than this one.
        return Surface(*view)


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
