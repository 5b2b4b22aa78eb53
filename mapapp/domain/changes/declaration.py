"""How a kind of change is declared: its operation with its rule, and its effect.

    @operation
    class Lock(Operation):
        host_only = True

        def decide(self, case: Case) -> None:
            case.add("lock")

    @effect("lock")
    def _lock(room: RoomState, change: Change) -> None:
        room.activity.answers = LOCKED

An operation may make changes of several kinds, and several operations the same kind.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar, dataclass_transform

from mapapp.domain.actor import Actor
from mapapp.domain.caps import RoomCaps
from mapapp.domain.change import Change
from mapapp.domain.room import Person, RoomState

Effect = Callable[[RoomState, Change], None]


class Case:
    """One operation being decided: the actor, the room, and the changes so far.

    `by` is the actor's number, 0 for the server; `person` is the actor as the room
    knows them, None before their first change. `at` is in seconds since 1970.
    """

    __slots__ = ("actor", "at", "by", "caps", "host", "made", "person", "room")

    def __init__(self, room: RoomState, actor: Actor | None, at: float, caps: RoomCaps) -> None:
        self.room = room
        self.actor = actor
        self.host = actor is not None and actor.host
        self.person: Person | None = None
        self.by = 0
        self.at = at
        self.caps = caps
        self.made: list[Change] = []

    def add(self, kind: str, marker: int = 0, data: Mapping[str, Any] | None = None) -> None:
        """Make a change of this kind. The last one made is the one that was asked for."""
        revision = self.room.revision + len(self.made) + 1
        self.made.append(Change(revision, kind, self.by, marker, data or {}, self.at))


class Rows:
    """The rows that rules read besides the actors' own; the store loads no others.

    `markers` and `people` are given by number; of `owners` and `of_activities` all
    markers are loaded; if `held`, all that somebody holds; if `activities`, the
    activities besides the current one; of `removed` those that are off the map.
    """

    __slots__ = ("activities", "held", "markers", "of_activities", "owners", "people", "removed")

    def __init__(self) -> None:
        self.markers: set[int] = set()
        self.removed: set[int] = set()
        self.owners: set[int] = set()
        self.of_activities: set[int] = set()
        self.people: set[int] = set()
        self.held = False
        self.activities = False


class Operation:
    """A change that somebody asks for.

    `host_only`: hosts alone may. `by_people`: a person may ask for it;
    `by_server`: the server itself may, and `when_closed` even in a closed room.
    `makes_known`: if it is the person's first change, everybody is told of them.
    `reads_everybody`: the rule looks at all people of the room.
    """

    __slots__ = ()

    host_only: ClassVar[bool] = False
    by_people: ClassVar[bool] = True
    by_server: ClassVar[bool] = False
    when_closed: ClassVar[bool] = False
    makes_known: ClassVar[bool] = True
    reads_everybody: ClassVar[bool] = False

    def decide(self, case: Case) -> None:
        """Add the resulting changes, or raise `Refused`. Reads no clock and no database."""
        raise NotImplementedError

    def rows(self, room: RoomState, by: int, at: float, rows: Rows) -> None:
        """Add the rows that `decide` reads. `room` knows its actors; `by` is the actor's number."""


@dataclass(slots=True, frozen=True)
class ChangeKind:
    """The properties of a kind of change that the rest of the code needs.

    `private`: fields of `data` for the processes only, never for clients.
    `person`: `data["person"]` is the number of a person whose row it changes.
    `activity`: it changes rows of activities.
    `fetched`: other processes read it from the store and not from the relay, because
    it sends people away, or because its data is more than a few plain values.
    """

    name: str
    private: frozenset[str] = frozenset()
    person: bool = False
    activity: bool = False
    fetched: bool = False


OPERATIONS: dict[str, type[Operation]] = {}
CHANGE_KINDS: dict[str, ChangeKind] = {}
EFFECTS: dict[str, Effect] = {}

O = TypeVar("O", bound=Operation)  # noqa: E741


@dataclass_transform(frozen_default=True)
def operation(declared: type[O]) -> type[O]:
    """Make a class an immutable operation with these fields, and register it by its name."""
    made = dataclass(slots=True, frozen=True)(declared)
    assert made.__name__ not in OPERATIONS, f"two operations are called {made.__name__}"
    OPERATIONS[made.__name__] = made
    return made


def effect(
    kind: str,
    *,
    private: str = "",
    person: bool = False,
    activity: bool = False,
    fetched: bool = False,
) -> Callable[[Effect], Effect]:
    """Register a function as the effect of this kind of change; the rest as in `ChangeKind`.

    `private` is a list of names, separated by spaces.
    """
    assert kind not in CHANGE_KINDS, f"two kinds of change are called {kind}"
    CHANGE_KINDS[kind] = ChangeKind(kind, frozenset(private.split()), person, activity, fetched)

    def register(function: Effect) -> Effect:
        EFFECTS[kind] = function
        return function

    return register
