"""How a kind of activity is declared.

    @activity_kind("own")
    class Own(Kind):
        ...

Nothing outside a kind's own file asks which kind an activity is: it asks the kind.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, TypeVar

from mapapp.domain.caps import RoomCaps
from mapapp.domain.marker import Marker


@dataclass(slots=True, frozen=True)
class Settings:
    """How many markers each person may place, and whether the audience may add any at all.

    A kind reads the settings that apply to it.
    """

    markers_each: int = 1
    anyone_adds: bool = False


class Kind(ABC):
    """The rules of one activity: its kind, with its settings worked out once.

    People are given by their numbers. Hosts may do everything, so these rules do
    not apply to them.
    """

    name: ClassVar[str]

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @abstractmethod
    def adds(self) -> bool:
        """Whether the audience may add markers."""

    @abstractmethod
    def each(self, caps: RoomCaps) -> int:
        """The most markers that one person may have added."""

    @abstractmethod
    def moves(self, by: int, marker: Marker) -> bool:
        """Whether this person may move the marker."""

    @abstractmethod
    def changes(self, by: int, marker: Marker) -> bool:
        """Whether this person may edit or remove the marker."""

    @abstractmethod
    def looks_like(self, by: int, number: int) -> int:
        """Markers with an equal result look alike; `number` is the new marker's own."""


ACTIVITY_KINDS: dict[str, type[Kind]] = {}

K = TypeVar("K", bound=Kind)


def activity_kind(name: str) -> Callable[[type[K]], type[K]]:
    """Register a class as the kind of activity with this name (at most 8 characters)."""

    def register(kind: type[K]) -> type[K]:
        assert name not in ACTIVITY_KINDS, f"two kinds of activity are called {name}"
        kind.name = name
        ACTIVITY_KINDS[name] = kind
        return kind

    return register
