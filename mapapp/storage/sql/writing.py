"""Writing the rows that a commit has changed."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import astuple
from typing import Any
from uuid import UUID

from django.db import connection

from mapapp.domain.activity import Activity
from mapapp.domain.change import Change
from mapapp.domain.kinds import Kind
from mapapp.domain.marker import Marker
from mapapp.domain.room import Person, RoomState
from mapapp.storage.sql.values import json_value, places, slices, time_value, uuid_value

_ROOM = """
    UPDATE mapapp_room SET revision = %s, phase = %s, last_marker = %s, last_person = %s,
        markers_present = %s, people_present = %s, door_open = %s, activity_id = %s,
        last_activity = %s, sight_since = %s, spotlight = %s, camera = %s, title = %s
    WHERE id = %s
"""
_ACTIVITY = """
    INSERT INTO mapapp_activity (
        id, room_id, number, position, question, rules, settings, markers_each, anyone_adds,
        view_lat, view_lng, view_zoom, surface, stage, round, ends, late, discarded)
    VALUES {}
    ON CONFLICT (id) DO UPDATE SET
        position = excluded.position, question = excluded.question, rules = excluded.rules,
        settings = excluded.settings, markers_each = excluded.markers_each,
        anyone_adds = excluded.anyone_adds, view_lat = excluded.view_lat,
        view_lng = excluded.view_lng, view_zoom = excluded.view_zoom,
        surface = excluded.surface, stage = excluded.stage, round = excluded.round,
        ends = excluded.ends, late = excluded.late, discarded = excluded.discarded
"""
_CURRENT = """
    UPDATE mapapp_activity SET question = %s, stage = %s, round = %s, ends = %s, late = %s
    WHERE id = %s
"""
_ROUND = """
    UPDATE mapapp_marker SET before_lat = {lat}, before_lng = {lng}
    WHERE room_id = %s AND activity_id = %s
"""
_CHANGE = """
    INSERT INTO mapapp_change (room_id, revision, at, person, kind, marker, payload)
    VALUES {}
"""
_PERSON = """
    INSERT INTO mapapp_participant
        (id, room_id, number, name, came_as, banned, listed, came_from, came, steers, last_seen)
    VALUES {}
    ON CONFLICT (id) DO UPDATE SET
        name = excluded.name, banned = excluded.banned, listed = excluded.listed,
        steers = excluded.steers, last_seen = excluded.last_seen
"""
_MARKER = """
    INSERT INTO mapapp_marker (
        room_id, activity_id, number, owner, lat, lng, label, colour, icon,
        holder, held_revision, held_until, changed_at_revision, moved_at_revision, removed,
        before_lat, before_lng, pinned)
    VALUES {}
    ON CONFLICT (room_id, number) DO UPDATE SET
        lat = excluded.lat, lng = excluded.lng, label = excluded.label,
        colour = excluded.colour, icon = excluded.icon, holder = excluded.holder,
        held_revision = excluded.held_revision,
        held_until = CASE WHEN mapapp_marker.held_revision = excluded.held_revision
            THEN mapapp_marker.held_until ELSE excluded.held_until END,
        changed_at_revision = excluded.changed_at_revision,
        moved_at_revision = excluded.moved_at_revision,
        before_lat = excluded.before_lat, before_lng = excluded.before_lng,
        removed = excluded.removed
"""
_REMOVED = """
    UPDATE mapapp_marker SET removed = %s, holder = 0, held_revision = 0, held_until = NULL,
        changed_at_revision = %s
    WHERE room_id = %s AND number IN ({})
"""
_LEASE = "UPDATE mapapp_marker SET held_until = %s WHERE room_id = %s AND held_revision IN ({})"
_CLIENT = """
    INSERT INTO mapapp_client (participant_id, client, last_op, answers)
    VALUES {}
    ON CONFLICT (participant_id, client) DO UPDATE SET
        last_op = excluded.last_op, answers = excluded.answers
"""
_NEWCOMER = """
    INSERT INTO mapapp_newcomer (room_id, at, participant, client, last_op, answers)
    VALUES {}
    ON CONFLICT (participant, client) DO UPDATE SET
        at = excluded.at, last_op = excluded.last_op, answers = excluded.answers
"""
_OLD_NEWCOMERS = "DELETE FROM mapapp_newcomer WHERE room_id = %s AND at < %s"


def write_room(room: RoomState) -> None:
    """Bring a room's own row up to date."""
    counters = (room.last_marker, room.last_person, room.markers_present, room.people_present)
    current = uuid_value(room.activity.id), room.last_activity, room.sight_since, room.spotlight
    camera = json.dumps([room.camera, room.camera_for_all]) if room.camera else ""
    _write(
        _ROOM,
        [
            *(room.revision, room.phase, *counters, room.door_open, *current, camera),
            room.title,
            uuid_value(room.id),
        ],
    )


def write_current_activity(activity: Activity) -> None:
    """Bring the row of a room's current activity up to date, but for what hosts prepare."""
    _write(_CURRENT, [activity.question, *_stage(activity), uuid_value(activity.id)])


def write_activities(room: RoomState) -> None:
    """Add all activities of a room or bring their rows up to date, in their order."""
    room_id = uuid_value(room.id)
    _insert(
        _ACTIVITY,
        [
            (
                *(uuid_value(a.id), room_id, a.number, position, a.question, a.kind.name),
                *stored_settings(a.kind),
                *(a.surface.lat, a.surface.lng, a.surface.zoom, json.dumps(a.surface.rest())),
                *_stage(a),
                a.discarded,
            )
            for position, a in enumerate(room.activities.values(), 1)
        ],
    )


def stored_settings(kind: Kind) -> tuple[str, int, bool]:
    """The settings as JSON, and the two that the previous version reads from their columns."""
    settings = kind.settings
    return (
        json.dumps(settings),
        int(settings.get("markers_each", 1)),
        bool(settings.get("anyone_adds", False)),
    )


def _stage(activity: Activity) -> tuple[Any, ...]:
    late = {person: astuple(late) for person, late in activity.late.items()}
    ends = activity.ends_ms or 0
    return activity.stage, activity.round, ends, json.dumps(late) if late else ""


def begin_round(room: UUID, activity: Activity) -> None:
    """Note for all markers of an activity where they are now; before a second round, nowhere."""
    lat, lng = ("lat", "lng") if activity.round > 1 else ("NULL", "NULL")
    _write(_ROUND.format(lat=lat, lng=lng), [uuid_value(room), uuid_value(activity.id)])


def write_changes(room: UUID, changes: Iterable[Change]) -> None:
    """Append changes to a room's log."""
    room_id = uuid_value(room)
    _insert(
        _CHANGE,
        [
            (room_id, c.revision, time_value(c.at), c.by, c.kind, c.marker, json_value(c.data))
            for c in changes
        ],
    )


def write_people(room: UUID, people: Iterable[Person], seen: float) -> None:
    """Add people or bring their rows up to date; `seen` is in seconds since 1970."""
    room_id, seen_at = uuid_value(room), time_value(seen)
    _insert(
        _PERSON,
        [
            (
                *(uuid_value(p.id), room_id, p.number, p.name, p.name),
                p.banned,
                p.listed,
                p.came_from,
                time_value(p.came or seen),
                p.steers,
                seen_at,
            )
            for p in people
        ],
    )


def write_markers(room: RoomState, markers: Iterable[tuple[Marker, int]]) -> None:
    """Add markers or bring their rows up to date, each with the revision that changed it.

    A lease is written with its grab; afterwards only `renew_leases` changes it.
    """
    room_id = uuid_value(room.id)
    activities = {number: uuid_value(one.id) for number, one in room.activities.items()}
    _insert(
        _MARKER,
        [
            (
                *(
                    room_id,
                    activities[m.activity],
                    m.number,
                    m.owner,
                    m.lat,
                    m.lng,
                    m.label,
                    m.colour,
                ),
                *(m.icon, m.holder, m.grab, time_value(m.held_until) if m.grab else None),
                *(changed_at, m.moved, False, *(m.before or (None, None)), m.pinned),
            )
            for m, changed_at in markers
        ],
    )


def remove_markers(room: UUID, numbers: Collection[int], revision: int) -> None:
    """Take markers off the map."""
    for some in slices(numbers):
        statement = _REMOVED.format(places(some))
        _write(statement, [True, revision, uuid_value(room), *some])


def renew_leases(room: UUID, grabs: Collection[int], until: float) -> None:
    """Prolong the leases of these holds to `until` (seconds since 1970)."""
    # As few statements as possible: each looks through all markers of the room.
    for some in slices(grabs):
        statement = _LEASE.format(places(some))
        _write(statement, [time_value(until), uuid_value(room), *some])


def write_clients(clients: Iterable[tuple[UUID, UUID, int, str]]) -> None:
    """Add or update clients: participant, client, last op, and the kept answers as text."""
    _insert(
        _CLIENT,
        [
            (uuid_value(participant), uuid_value(client), last_op, answers)
            for participant, client, last_op, answers in clients
        ],
    )


def write_newcomers(
    room: UUID, clients: Sequence[tuple[UUID, UUID, int, str]], at: float, keep_seconds: float
) -> None:
    """Add or update clients of people without a row; forget those older than `keep_seconds`.

    Each is a participant, a client, a last op, and the kept answers as text.
    """
    if not clients:
        return
    room_id = uuid_value(room)
    _write(_OLD_NEWCOMERS, [room_id, time_value(at - keep_seconds)])
    rows = [
        (room_id, time_value(at), uuid_value(participant), uuid_value(client), last_op, answers)
        for participant, client, last_op, answers in clients
    ]
    _insert(_NEWCOMER, rows)


def _insert(statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert all rows with one statement, which PostgreSQL plans and answers once.

    It takes several only if the rows do not fit into one, as after a ban of
    somebody with thousands of markers.
    """
    for some in slices(rows, len(rows[0]) if rows else 1):
        row = f"({places(some[0])})"
        _write(statement.format(", ".join([row] * len(some))), [v for r in some for v in r])


def _write(statement: str, parameters: Sequence[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
