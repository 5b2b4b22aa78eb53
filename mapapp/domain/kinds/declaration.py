"""How a kind of activity is declared.

    @activity_kind("own")
    class Own(Kind):
        fields = COMMON | {"markers_each": Whole(1, 1, 100)}
        ...

Nothing outside a kind's own file asks which kind an activity is: it asks the kind.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, TypeVar

from mapapp.domain.caps import RoomCaps
from mapapp.domain.fields import Field, Flag, Whole
from mapapp.domain.marker import Marker

# What hosts may set for most kinds. `hidden`: others' markers are shown only once they
# are revealed. `seconds`: how long answers are open; 0 for as long as the host likes.
SECONDS = {"seconds": Whole(0, 5, 3600, also=0)}
COMMON: Mapping[str, Field] = {"hidden": Flag(False), **SECONDS}


class Kind(ABC):
    """The rules of one activity: its kind, with its settings worked out once.

    People are given by their numbers. Hosts may do everything, so these rules do
    not apply to them. `fields` are the settings that the kind knows; `secrets`
    those that only hosts are told before the reveal.
    """

    name: ClassVar[str]
    fields: ClassVar[Mapping[str, Field]] = COMMON
    secrets: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self.settings = settings

    @property
    def hides(self) -> bool:
        """Whether others' markers stay hidden until the reveal."""
        return bool(self.settings.get("hidden", False))

    @property
    def seconds(self) -> int:
        """How long answers are open, in seconds; 0 without an end."""
        return int(self.settings.get("seconds", 0))

    def public(self, *, revealed: bool) -> dict[str, Any]:
        """The settings that the audience may know."""
        hidden = frozenset() if revealed else self.secrets
        return {name: value for name, value in self.settings.items() if name not in hidden}

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
