"""A room's state as this process knows it: the changes in order, and the live positions."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from mapapp.domain.change import Change
from mapapp.domain.changes import apply
from mapapp.domain.storing import StoredRoom
from mapapp.live.holds import Holds
from mapapp.protocol import outgoing
from mapapp.protocol.framing import Frame
from mapapp.protocol.outgoing import MICRO

# How many changes a client may have missed and still get them one by one.
LOG_LIMIT = 1_000
# A snapshot is encoded anew when it is this many changes old; a joiner gets
# the one there is, and the changes since with it.
SNAPSHOT_AGE = 100


@dataclass(slots=True)
class Position:
    """Where a held marker is now, in millionths of a degree.

    `step` tells since which tick (see `Mirror.step`); `here`, whether its
    holder moved it here, so that this process repeats it to the others.
    """

    lat: int
    lng: int
    grab: int
    step: int
    here: bool


class Mirror:
    """Follows the store's changes in revision order, and keeps the newest move per marker.

    `step` counts the ticks of the room: what has a higher step than a client's
    cursor is news to that client. `newest` is the highest revision that is
    known to exist; while it is above `state.revision`, something is missing.
    """

    def __init__(self, stored: StoredRoom, now: float) -> None:
        self.step = 1
        self.holds = Holds(stored.state, now)
        self.positions: dict[int, Position] = {}
        self.load(stored, now)

    def load(self, stored: StoredRoom, now: float) -> None:
        """Begin anew from what the store has. `now` is in the loop's seconds.

        What is known of the present grabs is kept: the store does not have it.
        """
        self.state = stored.state
        self.expires = stored.expires
        self.holds = Holds(stored.state, now, before=self.holds)
        self.positions = {
            number: replace(position, step=self.step)
            for number, position in self.positions.items()
            if (marker := stored.state.markers.get(number)) and marker.grab == position.grab
        }
        self.newest = stored.state.revision
        self._pending: dict[int, Change] = {}
        # The encoded changes with the revisions log_start + 1 to state.revision.
        self._log: deque[bytes] = deque(map(outgoing.change, stored.recent), maxlen=LOG_LIMIT)
        self._snapshot: tuple[int, Frame] | None = None

    @property
    def log_start(self) -> int:
        """The oldest revision from which changes can be told one by one."""
        return self.state.revision - len(self._log)

    def reaches(self, revision: int) -> bool:
        """Whether a client at this revision can be told what has changed since."""
        return self.log_start <= revision <= self.state.revision

    def changes_after(self, revision: int) -> Iterator[bytes]:
        """The encoded changes since a revision that the log `reaches`."""
        return islice(self._log, revision - self.log_start, None)

    def snapshot(self) -> tuple[int, Frame]:
        """A snapshot and its revision, which the log reaches; shared by all who need one."""
        if self._snapshot is None or self.state.revision - self._snapshot[0] > SNAPSHOT_AGE:
            self._snapshot = self.state.revision, Frame(outgoing.snapshot(self.state))
        return self._snapshot

    def receive(self, changes: Iterable[Change], now: float) -> list[Change]:
        """Take changes in any order, repeated or not (O2).

        Applies those whose turn it is and returns them; the others wait until
        what is missing before them has come.
        """
        state = self.state
        for change in changes:
            if change.revision > state.revision:
                self._pending[change.revision] = change
        applied: list[Change] = []
        while next_change := self._pending.pop(state.revision + 1, None):
            apply(state, next_change)
            self._log.append(outgoing.change(next_change))
            self.holds.follow(next_change, now)
            self._follow_position(next_change)
            applied.append(next_change)
        self.newest = max(self.newest, state.revision, *self._pending)
        return applied

    def _follow_position(self, change: Change) -> None:
        if change.kind == "grab":
            # Whoever takes again what they hold goes on from where it is.
            position = self.positions.get(change.marker)
            if position is not None:
                position.grab = change.revision
        elif change.marker and change.kind != "edit":
            # Wherever this left the marker, an older move no longer counts.
            self.positions.pop(change.marker, None)

    def move(self, number: int, grab: int, lat: int, lng: int, now: float, *, here: bool) -> bool:
        """Take a move, in millionths of a degree; `here`: of somebody at this process.

        False if its grab is not the marker's present one (O3), or if another
        process only repeats where the marker is.
        """
        marker = self.state.markers.get(number)
        if marker is None or marker.grab != grab or not marker.holder:
            return False
        known = self.positions.get(number)
        if not here and known is not None and (known.lat, known.lng) == (lat, lng):
            return False
        self.positions[number] = Position(lat, lng, grab, self.step, here)
        self.holds.moved(number, now)
        return True

    def forget_impossible_positions(self) -> None:
        """Drop the moves that lead to no place on the map: no client could be told of them."""
        for number, position in list(self.positions.items()):
            if abs(position.lat) > 90 * MICRO or abs(position.lng) > 180 * MICRO:
                del self.positions[number]

    def position(self, number: int) -> tuple[float, float]:
        """Where a marker is now, in a hand or not: latitude and longitude in degrees."""
        live = self.positions.get(number)
        if live is not None:
            return live.lat / MICRO, live.lng / MICRO
        marker = self.state.markers[number]
        return marker.lat, marker.lng
