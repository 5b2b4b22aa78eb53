"""Changes by which hosts steer: question, title, the lock on answers, the end, pointing."""

from __future__ import annotations

from mapapp.domain.activity import ANSWER, OVER
from mapapp.domain.change import Change
from mapapp.domain.changes.declaration import Case, Operation, Rows, effect, operation
from mapapp.domain.geo import DECIMALS
from mapapp.domain.refusals import Refused
from mapapp.domain.room import RoomState
from mapapp.domain.text import QUESTION_LIMIT, TITLE_LIMIT, clean


@operation
class Question(Operation):
    host_only = True

    question: str

    def decide(self, case: Case) -> None:
        text = clean(self.question, QUESTION_LIMIT, required=True)
        case.add("question", data={"question": text})


@effect("question", activity=True)
def _question(room: RoomState, change: Change) -> None:
    room.activity.question = change.data["question"]


@operation
class Title(Operation):
    """Give the room another title; it may be empty."""

    host_only = True

    title: str

    def decide(self, case: Case) -> None:
        case.add("title", data={"title": clean(self.title, TITLE_LIMIT)})


@effect("title")
def _title(room: RoomState, change: Change) -> None:
    room.title = change.data["title"]


@operation
class Lock(Operation):
    host_only = True

    def decide(self, case: Case) -> None:
        case.add("lock")


@effect("lock", activity=True)
def _lock(room: RoomState, change: Change) -> None:
    if room.activity.stage == ANSWER:
        room.activity.stage = OVER


@operation
class Unlock(Operation):
    host_only = True

    def decide(self, case: Case) -> None:
        case.add("unlock")


@effect("unlock", activity=True)
def _unlock(room: RoomState, change: Change) -> None:
    activity, had_secrets = room.activity, room.activity.has_secrets
    activity.stage, activity.ends, activity.late = ANSWER, 0.0, {}
    if activity.has_secrets != had_secrets:
        room.sight_since = change.revision


@operation
class Close(Operation):
    """The end of the room. The server asks for it when the room's time is over."""

    host_only = True
    by_server = True

    def decide(self, case: Case) -> None:
        case.add("close")


@effect("close", fetched=True)
def _close(room: RoomState, change: Change) -> None:
    room.closed = True


# --- what the host points to --------------------------------------------------


@operation
class Spotlight(Operation):
    """Point to a marker; 0 ends it."""

    host_only = True

    marker: int

    def decide(self, case: Case) -> None:
        marker = case.room.markers.get(self.marker)
        if self.marker and (marker is None or not case.room.is_shown(marker)):
            raise Refused("no_marker")
        case.add("spotlight", data={"on": self.marker})

    def rows(self, room: RoomState, by: int, at: float, rows: Rows) -> None:
        rows.markers.add(self.marker)


@effect("spotlight")
def _spotlight(room: RoomState, change: Change) -> None:
    room.spotlight = change.data["on"]


@operation
class Camera(Operation):
    """Let screens show a part of the map (south, west, north, east), or the usual one.

    `for_all`: everybody is invited there.
    """

    host_only = True

    area: tuple[float, float, float, float] | None = None
    for_all: bool = False

    def decide(self, case: Case) -> None:
        if self.area and self.area[0] >= self.area[2]:
            raise Refused("bad_position")
        area = self.area and [round(degrees, DECIMALS) for degrees in self.area]
        case.add("camera", data={"area": area, "everyone": bool(area) and self.for_all})


@effect("camera", fetched=True)
def _camera(room: RoomState, change: Change) -> None:
    area = change.data["area"]
    room.camera, room.camera_for_all = area and tuple(area), change.data["everyone"]
