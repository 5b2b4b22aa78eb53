"""Frames to clients. Each function returns the JSON of one message as bytes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any
from uuid import UUID

import msgspec

from mapapp.domain.change import Change
from mapapp.domain.changes import CHANGE_KINDS
from mapapp.domain.marker import Marker
from mapapp.domain.room import RoomState
from mapapp.domain.sight import EVERYTHING, Sight
from mapapp.domain.storing import Answer
from mapapp.domain.text import LABEL_LIMIT, NAME_LIMIT, QUESTION_LIMIT
from mapapp.protocol import SUBPROTOCOL
from mapapp.protocol.codes import Close
from mapapp.protocol.incoming import FRAME_LIMIT
from mapapp.protocol.positions import Position

UNANSWERED_LIMIT = 32
MOVES_PER_SECOND = 10

# Fields of changes for the processes only, never for clients.
_PRIVATE = frozenset[str]().union(*(kind.private for kind in CHANGE_KINDS.values()))

MICRO = 1_000_000  # in a degree

_encode = msgspec.json.encode
_marker = attrgetter("number", "lat", "lng", "owner", "holder", "grab", "colour", "icon", "label")


def welcome(
    room: RoomState,
    *,
    role: str,
    token: str | None,
    person: int,
    name: str,
    moves_per_second: int,
    sight: Sight = EVERYTHING,
) -> bytes:
    """The personal data; the first answer to hello.

    It contains one's own markers if the sight withholds something, because the
    snapshot then lacks them.
    """
    message: dict[str, Any] = {
        "t": "welcome",
        "protocol": SUBPROTOCOL,
        "role": role,
        "person": person or None,
        "name": name,
        "epoch": room.epoch,
        "rev": room.revision,
        "limits": {
            "moves_per_second": moves_per_second,
            "label": LABEL_LIMIT,
            "name": NAME_LIMIT,
            "question": QUESTION_LIMIT,
            "frame_bytes": FRAME_LIMIT,
            "unacknowledged": UNANSWERED_LIMIT,
        },
    }
    if token is not None:
        message["token"] = token
    if sight.withholds:
        message["mine"] = _own(room, person)
    return _encode(message)


def snapshot(room: RoomState, sight: Sight = EVERYTHING) -> bytes:
    """The whole state at its revision, the same for everybody with this sight."""
    seen: Iterable[Marker] = room.markers.values()
    if sight.withholds:
        seen = filter(sight.shows, seen)
    activity = room.activity
    surface, settings = activity.surface, activity.kind.settings
    return _encode(
        {
            "t": "snapshot",
            "epoch": room.epoch,
            "rev": room.revision,
            "title": room.title,
            "question": activity.question,
            "rules": activity.kind.name,
            "markers_each": settings.markers_each,
            "anyone_adds": settings.anyone_adds,
            "phase": room.phase,
            "door_open": room.door_open,
            "view": {"lat": surface.lat, "lng": surface.lng, "zoom": surface.zoom},
            "people": [
                (p.number, p.name) for p in room.people.values() if p.listed and not p.banned
            ],
            "markers": list(map(_marker, seen)),
        }
    )


def mine(room: RoomState, person: int) -> bytes:
    """A person's own markers, sent only to that person, if others may not see them."""
    return _encode({"t": "mine", "rev": room.revision, "markers": _own(room, person)})


def _own(room: RoomState, person: int) -> list[tuple[Any, ...]]:
    return [_marker(m) for m in room.markers.values() if person and m.owner == person]


def change(change: Change, sight: Sight = EVERYTHING, marker: Marker | None = None) -> bytes:
    """One change, as it stands in a tick; `marker` is the change's, if it has one.

    If the sight withholds the change, the frame has only its revision (X1).
    """
    if sight.withholds and not sight.shows_change(change, marker):
        return _encode({"rev": change.revision, "kind": "hidden"})
    fields: dict[str, Any] = {"rev": change.revision, "kind": change.kind}
    if change.by:
        fields["by"] = change.by
    if change.marker:
        fields["marker"] = change.marker
    fields.update((key, value) for key, value in change.data.items() if key not in _PRIVATE)
    return _encode(fields)


def tick(
    revision: int,
    changes: Iterable[bytes],
    moves: Sequence[Position],
    presence: tuple[int, int] | None,
) -> bytes:
    """The news of a tick. `changes` are encoded by `change`; `presence` is people and screens."""
    counts = b',"people":%d,"screens":%d' % presence if presence else b""
    degrees = [(number, lat / MICRO, lng / MICRO) for number, lat, lng in moves]
    return b'{"t":"tick","rev":%d,"changes":[%b],"moves":%b%b}' % (
        revision,
        b",".join(changes),
        _encode(degrees),
        counts,
    )


def pace(moves_per_second: int) -> bytes:
    """The number of moves a second to send from now on."""
    return _encode({"t": "pace", "moves_per_second": moves_per_second})


def answer(op: int, client: UUID | None, result: Answer) -> bytes:
    """An ack, or a refusal. `client` is given when the change named one."""
    message: dict[str, Any] = {"t": "refused" if result.code else "ack", "op": op}
    if client is not None:
        message["client"] = client
    if result.code:
        message |= {"code": result.code, "message": result.message}
        if result.by:
            message |= {"by": result.by, "name": result.name}
    else:
        message["rev"] = result.revision
        if result.marker:
            message["marker"] = result.marker
        if result.person:
            message["person"] = result.person
    return _encode(message)


def error(code: str, text: str, op: int = 0, client: UUID | None = None) -> bytes:
    """The answer to a frame that was not accepted, with its op and client if it named them."""
    message: dict[str, Any] = {"t": "error", "code": code, "message": text}
    if op:
        message["op"] = op
    if client is not None:
        message["client"] = client
    return _encode(message)


def pong(id: int, revision: int) -> bytes:
    """The answer to ping."""
    return _encode({"t": "pong", "id": id, "rev": revision})


def bye(close: Close, retry_ms: int | None = None) -> bytes:
    """The last frame before the server closes a connection on purpose."""
    message: dict[str, Any] = {
        "t": "bye",
        "code": close.name.lower(),
        "message": close.sentence,
    }
    if retry_ms is not None:
        message["retry_ms"] = retry_ms
    return _encode(message)
