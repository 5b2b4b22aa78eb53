"""Sights (X1): the part of a room that one class of connections may see."""

from __future__ import annotations

from dataclasses import dataclass

from mapapp.domain.change import Change
from mapapp.domain.marker import Marker
from mapapp.domain.room import RoomState

# What hosts prepare is theirs until it is shown.
_FOR_HOSTS = frozenset({"prepare", "revise", "discard", "restore", "order", "late"})


@dataclass(frozen=True, slots=True)
class Sight:
    """A value: equal sights share frames. This one sees all markers of one activity.

    A sight that shows less says so by `withholds`, and overrides `shows` (and
    `shows_change`, if it also withholds changes that belong to no marker).

    `steers`: it sees what hosts have prepared. `activity` is the number of the
    activity that it shows. `since` is the revision at which it began: a client with a
    lower one has seen the time before through another sight, and begins with a
    snapshot.
    """

    name: str
    steers: bool = False
    activity: int = 1
    since: int = 0

    @property
    def withholds(self) -> bool:
        """Whether there may be markers of the activity that this sight does not see."""
        return False

    def shows(self, marker: Marker) -> bool:
        """Whether this sight sees a marker, its moves and its changes."""
        return marker.activity == self.activity

    def shows_change(self, change: Change, marker: Marker | None) -> bool:
        """Whether this sight sees a change. `marker` is the change's, if it has one."""
        if change.kind in _FOR_HOSTS:
            return self.steers
        if change.marker and change.data.get("activity", self.activity) != self.activity:
            # Pinned where nobody has been yet.
            return False
        return marker is None or self.shows(marker)


@dataclass(frozen=True, slots=True)
class Hiding(Sight):
    """Sees no markers but those that hosts have pinned."""

    @property
    def withholds(self) -> bool:
        return True

    def shows(self, marker: Marker) -> bool:
        return marker.pinned and marker.activity == self.activity

    def shows_change(self, change: Change, marker: Marker | None) -> bool:
        return change.kind != "spotlight" and Sight.shows_change(self, change, marker)


EVERYTHING = Sight("all")


def sight_of(role: str, room: RoomState) -> Sight:
    """The sight that connections of this role ("screen", "host", "participant") have now."""
    activity, since = room.activity, room.sight_since
    if role == "host":
        return Sight("host", True, activity.number, since)
    if activity.hides:
        return Hiding("hidden", False, activity.number, since)
    return Sight("all", False, activity.number, since)
