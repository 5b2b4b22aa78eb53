"""A room's append-only log, read straight from the database, past the server."""

import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from testkit.client import Client
from testkit.mirror import Marker, Mirror
from testkit.server import ServerProcess

_QUERY = """
    SELECT c.revision, c.kind, c.person, c.marker, c.payload
    FROM mapapp_change c JOIN mapapp_room r ON r.id = c.room_id
    WHERE r.code = {} ORDER BY c.revision
"""
_ROOM = """
    SELECT r.epoch, r.revision, r.title, a.question, a.rules, r.phase, a.number, a.stage, a.round
    FROM mapapp_room r JOIN mapapp_activity a ON a.id = r.activity_id WHERE r.code = {}
"""
_MARKERS = """
    SELECT m.number, m.lat, m.lng, m.owner, m.holder, m.held_revision, m.colour, m.icon, m.label
    FROM mapapp_marker m JOIN mapapp_room r ON r.id = m.room_id
    WHERE r.code = {} AND NOT m.removed AND m.activity_id = r.activity_id
"""
_PEOPLE = """
    SELECT p.number, p.name FROM mapapp_participant p JOIN mapapp_room r ON r.id = p.room_id
    WHERE r.code = {} AND p.listed AND NOT p.banned
"""
# Changes that the server makes by itself, or along with somebody's first change.
_UNASKED = {"person", "release"}


@dataclass(frozen=True)
class StoredChange:
    """One row of the log."""

    revision: int
    kind: str
    person: int
    marker: int
    payload: dict[str, Any]


def _rows(server: ServerProcess, query: str, code: str) -> list[tuple[Any, ...]]:
    url = server.env.get("DATABASE_URL")
    if url:
        with psycopg.connect(url) as postgres:
            return postgres.execute(query.format("%s").encode(), [code]).fetchall()
    path = Path(server.env["DATA_DIR"]) / "livemap.sqlite3"
    with closing(sqlite3.connect(path)) as file:
        return file.execute(query.format("?"), [code]).fetchall()


def stored_room(server: ServerProcess, code: str) -> Mirror:
    """A room as its tables have it, which is how a process would open it."""
    (fields,) = _rows(server, _ROOM, code)
    epoch, revision, title, question, rules, phase, activity, stage, round = fields
    markers = [Marker(*row) for row in _rows(server, _MARKERS, code)]
    return Mirror(
        *(epoch, revision, title, question, rules, phase),
        activity=activity,
        stage=stage,
        round=round,
        names=dict(_rows(server, _PEOPLE, code)),
        markers={marker.number: marker for marker in markers},
    )


def stored_changes(server: ServerProcess, code: str) -> list[StoredChange]:
    """The changes of a room, in revision order."""
    rows = _rows(server, _QUERY, code)
    return [
        StoredChange(
            revision, kind, person, marker, json.loads(data) if isinstance(data, str) else data
        )
        for revision, kind, person, marker, data in rows
    ]


def assert_each_stored_once(changes: list[StoredChange], clients: Iterable[Client]) -> None:
    """Assert that the log holds each acknowledged change exactly once, as sent, and no others.

    Call it when every change has been answered (O1, D1, D2).
    """
    assert [change.revision for change in changes] == list(range(1, len(changes) + 1))
    claimed: dict[int, object] = {}
    for client in clients:
        assert not client.unanswered, f"{client} still waits"
        for op, answer in client.answers.items():
            if answer["t"] != "ack":
                continue
            assert answer["rev"] not in claimed, f"two ops became one change: {answer}"
            claimed[answer["rev"]] = answer
            sent, change = client.sent[op], changes[answer["rev"] - 1]
            assert (change.kind, change.person) == (sent["t"], answer["person"])
            assert change.marker == answer.get("marker", 0)
            for name in sent.keys() & {"lat", "lng", "label"}:
                assert change.payload[name] == sent[name], f"{sent} became {change}"
    extra = [c for c in changes if c.kind not in _UNASKED and c.revision not in claimed]
    assert not extra, f"nobody was told of {extra}"
