"""Writing many rows at once, as plain SQL through Django's connection.

The ORM builds and prepares a model instance for each row, which took three
quarters of the time of a commit (docs/LOAD_RESULTS.md). These statements are
understood by SQLite and PostgreSQL alike; what differs is how the two keep
UUIDs, times and JSON, and that Django's own connection knows.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from mapapp.domain.state import Change, Marker, Person

_CHANGE = """
    INSERT INTO mapapp_change (room_id, revision, at, person, kind, marker, payload)
    VALUES (%s, %s, %s, %s, %s, %s, %s)
"""
_PERSON = """
    INSERT INTO mapapp_participant (id, room_id, number, name, banned, last_seen)
    VALUES (%s, %s, %s, %s, %s, %s)
    ON CONFLICT (id) DO UPDATE SET
        name = excluded.name, banned = excluded.banned, last_seen = excluded.last_seen
"""
_MARKER = """
    INSERT INTO mapapp_marker (
        room_id, activity_id, number, owner, lat, lng, label, colour, icon,
        holder, held_revision, held_until, changed_at_revision, removed)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT (room_id, number) DO UPDATE SET
        lat = excluded.lat, lng = excluded.lng, label = excluded.label,
        colour = excluded.colour, icon = excluded.icon, holder = excluded.holder,
        held_revision = excluded.held_revision, held_until = excluded.held_until,
        changed_at_revision = excluded.changed_at_revision
"""
_CLIENT = """
    INSERT INTO mapapp_client (participant_id, client, last_op, answers)
    VALUES (%s, %s, %s, %s)
    ON CONFLICT (participant_id, client) DO UPDATE SET
        last_op = excluded.last_op, answers = excluded.answers
"""


def datetime_of(seconds: float) -> datetime:
    """Seconds since 1970 as an aware time."""
    return datetime.fromtimestamp(seconds, UTC)


def write_changes(room: UUID, changes: Iterable[Change]) -> None:
    """Append changes to a room's log."""
    room_id = _uuid(room)
    _write(
        _CHANGE,
        [
            (room_id, c.revision, _time(c.at), c.by, c.kind, c.marker, _json(c.data))
            for c in changes
        ],
    )


def write_people(room: UUID, people: Iterable[Person], seen: float) -> None:
    """Add people or bring their rows up to date; `seen` is in seconds since 1970."""
    room_id, last_seen = _uuid(room), _time(seen)
    _write(
        _PERSON,
        [(_uuid(p.id), room_id, p.number, p.name, p.banned, last_seen) for p in people],
    )


def write_markers(room: UUID, activity: UUID, markers: Iterable[tuple[Marker, int]]) -> None:
    """Add markers or bring their rows up to date, each with the revision that changed it."""
    room_id, activity_id = _uuid(room), _uuid(activity)
    _write(
        _MARKER,
        [
            (
                *(room_id, activity_id, m.number, m.owner, m.lat, m.lng, m.label, m.colour),
                *(m.icon, m.holder, m.grab, _time(m.held_until) if m.grab else None),
                *(changed_at, False),
            )
            for m, changed_at in markers
        ],
    )


def write_clients(clients: Iterable[tuple[UUID, UUID, int, str]]) -> None:
    """Add or update clients: participant, client, last op, and the kept answers as text."""
    _write(
        _CLIENT,
        [
            (_uuid(participant), _uuid(client), last_op, answers)
            for participant, client, last_op, answers in clients
        ],
    )


def _write(statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(statement, rows)


def _uuid(value: UUID) -> Any:
    return value if connection.features.has_native_uuid_field else value.hex


def _time(seconds: float) -> Any:
    return connection.ops.adapt_datetimefield_value(datetime_of(seconds))


def _json(value: Any) -> Any:
    return connection.ops.adapt_json_value(dict(value), json.JSONEncoder)
