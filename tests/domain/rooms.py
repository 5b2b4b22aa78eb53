"""A room in memory for tests of the rules: what the store does with rows, without the rows."""

from __future__ import annotations

from uuid import UUID, uuid4

from mapapp.domain.activity import Activity
from mapapp.domain.actor import Actor
from mapapp.domain.caps import RoomCaps
from mapapp.domain.change import Change
from mapapp.domain.changes import Operation, apply
from mapapp.domain.kinds import ACTIVITY_KINDS, compiled
from mapapp.domain.room import RoomState
from mapapp.domain.rules import decide


class Room:
    """A room that a test changes step by step. `at` is the time, in seconds."""

    def __init__(self, kind: str = "own", markers_each: int = 1, anyone_adds: bool = False) -> None:
        given = {"markers_each": markers_each, "anyone_adds": anyone_adds}
        fields = ACTIVITY_KINDS[kind].fields if kind in ACTIVITY_KINDS else given
        known = {name: value for name, value in given.items() if name in fields}
        self.state = RoomState(
            id=uuid4(),
            code="123456",
            epoch="e",
            activity=Activity(kind=compiled(kind, known), question="Where?"),
        )
        self.at = 1_000.0
        self.limit = 10_000
        self.people = 10_000
        self.shared_each = 50

    def do(self, actor: Actor | None, operation: Operation) -> Change:
        """Decide and apply; return the change that was asked for."""
        changes = decide(
            self.state,
            actor,
            operation,
            at=self.at,
            caps=RoomCaps(self.limit, self.people, self.shared_each),
        )
        for change in changes:
            if change.kind == "remove":
                self.state.removed[change.marker] = self.state.markers[change.marker]
            apply(self.state, change)
        return changes[-1]


def person(name: str, *, host: bool = False) -> Actor:
    """Somebody with that name; the same one every time."""
    return Actor(UUID(int=sum(name.encode())), name, host)


ADA, BOB, EVE = person("Ada"), person("Bob"), person("Eve")
HOST = person("Grace", host=True)
