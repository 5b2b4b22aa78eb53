"""Changes by which hosts steer: the question, the lock on answers, the end."""

from __future__ import annotations

from mapapp.domain.activity import LOCKED, OPEN
from mapapp.domain.change import Change
from mapapp.domain.changes.declaration import Case, Operation, effect, operation
from mapapp.domain.room import RoomState
from mapapp.domain.text import QUESTION_LIMIT, clean


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
class Lock(Operation):
    host_only = True

    def decide(self, case: Case) -> None:
        case.add("lock")


@effect("lock")
def _lock(room: RoomState, change: Change) -> None:
    room.activity.answers = LOCKED


@operation
class Unlock(Operation):
    host_only = True

    def decide(self, case: Case) -> None:
        case.add("unlock")


@effect("unlock")
def _unlock(room: RoomState, change: Change) -> None:
    room.activity.answers = OPEN


@operation
class Close(Operation):
    """The end of the room. The server asks for it when the room's time is over."""

    host_only = True
    by_server = True

    def decide(self, case: Case) -> None:
        case.add("close")


@effect("close")
def _close(room: RoomState, change: Change) -> None:
    room.closed = True
    room.activity.answers = LOCKED
