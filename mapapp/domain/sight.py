"""Sights (X1): the part of a room that one class of connections may see."""

from __future__ import annotations

from dataclasses import dataclass, field

from mapapp.domain.change import Change
from mapapp.domain.marker import Marker
from mapapp.domain.room import RoomState


@dataclass(frozen=True, slots=True)
class Sight:
    """A value: equal sights share frames. This one sees everything.

    A sight that shows less says so by `withholds`, and overrides `shows` (and
    `shows_change`, if it also withholds changes that belong to no marker).

    `since` is the revision at which this sight began: a client with a lower one has
    seen the time before through another sight, and begins with a snapshot.
    """

    name: str
    since: int = field(default=0, compare=False)

    @property
    def withholds(self) -> bool:
        """Whether there may be anything that this sight does not see."""
        return False

    def shows(self, marker: Marker) -> bool:
        """Whether this sight sees a marker, its moves and its changes."""
        return True

    def shows_change(self, change: Change, marker: Marker | None) -> bool:
        """Whether this sight sees a change. `marker` is the change's, if it has one."""
        return marker is None or self.shows(marker)


EVERYTHING = Sight("all")


def sight_of(role: str, room: RoomState) -> Sight:
    """The sight that connections of this role ("screen", "host", "participant") have now."""
    return EVERYTHING
