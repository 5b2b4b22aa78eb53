"""Frames to clients. Each function returns the JSON of one message as bytes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
from mapapp.protocol.incoming import FRAME_LIMIT, HOST_FRAME_LIMIT
from mapapp.protocol.positions import MICRO, Position
from mapapp.protocol.snapshots import marker_row

UNANSWERED_LIMIT = 32
MOVES_PER_SECOND = 10

# Fields of changes for the processes only, never for clients.
_PRIVATE = frozenset[str]().union(*(kind.private for kind in CHANGE_KINDS.values()))

_encode = msgspec.json.encode


def welcome(
    room: RoomState,
    *,
    role: str,
    token: str | None,
    person: int,
    name: str,
    moves_per_second: int,
    now: float,
    sight: Sight = EVERYTHING,
) -> bytes:
    """The personal data; the first answer to hello. `now` is in seconds since 1970.

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
        "now": _ms(now),
        "limits": {
            "moves_per_second": moves_per_second,
            "label": LABEL_LIMIT,
            "name": NAME_LIMIT,
            "question": QUESTION_LIMIT,
            "frame_bytes": HOST_FRAME_LIMIT if role == "host" else FRAME_LIMIT,
            "unacknowledged": UNANSWERED_LIMIT,
        },
    }
    if token is not None:
        message["token"] = token
    if sight.withholds:
        message["mine"] = _own(room, person)
    return _encode(message)


def mine(room: RoomState, person: int) -> bytes:
    """A person's own markers, sent only to that person, if others may not see them."""
    frame: dict[str, Any] = {"t": "mine", "rev": room.revision, "markers": _own(room, person)}
    if room.activity.round > 1:
        own = (m for m in room.markers.values() if _is_own(room, m, person))
        frame["before"] = [(m.number, *m.before) for m in own if m.before]
    return _encode(frame)


def _own(room: RoomState, person: int) -> list[tuple[Any, ...]]:
    return [marker_row(m) for m in room.markers.values() if _is_own(room, m, person)]


def _is_own(room: RoomState, marker: Marker, person: int) -> bool:
    return person != 0 and marker.owner == person and room.is_shown(marker)


def change(change: Change, sight: Sight = EVERYTHING, marker: Marker | None = None) -> bytes:
    """One change, as it stands in a tick; `marker` is the change's, if it has one.

    If the sight withholds the change, the frame has only its revision (X1).
    """
    if not sight.shows_change(change, marker):
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
    presence: tuple[int, int, int] | None,
) -> bytes:
    """The news of a tick. `changes` are encoded by `change`; `presence` counts the people, the
    screens, and the people who have answered.
    """
    counts = b',"people":%d,"screens":%d,"answered":%d' % presence if presence else b""
    degrees = [(number, lat / MICRO, lng / MICRO) for number, lat, lng in moves]
    return b'{"t":"tick","rev":%d,"changes":[%b],"moves":%b%b}' % (
        revision,
        b",".join(changes),
        _encode(degrees),
        counts,
    )


def result(revision: int, activity: int, round: int, shared: Mapping[str, Any]) -> bytes:
    """The result of an activity as of a revision, for all who may see the answers."""
    return _encode({"t": "result", "rev": revision, "activity": activity, "round": round, **shared})


def your_result(activity: int, round: int, own: bytes) -> bytes:
    """One's own result; `own` is the JSON object of it, with at least one field."""
    return b'{"t":"your_result","activity":%d,"round":%d,%b' % (activity, round, own[1:])


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
        if result.activity:
            message["activity"] = result.activity
    return _encode(message)


def error(code: str, text: str, op: int = 0, client: UUID | None = None) -> bytes:
    """The answer to a frame that was not accepted, with its op and client if it named them."""
    message: dict[str, Any] = {"t": "error", "code": code, "message": text}
    if op:
        message["op"] = op
    if client is not None:
        message["client"] = client
    return _encode(message)


def pong(id: int, revision: int, now: float) -> bytes:
    """The answer to ping; `now` is in seconds since 1970."""
    return _encode({"t": "pong", "id": id, "rev": revision, "now": _ms(now)})


def _ms(seconds: float) -> int:
    return round(seconds * 1000)


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
