"""A room's state as this process knows it: the changes in order, and the live positions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from mapapp.domain.change import Change
from mapapp.domain.changes import apply
from mapapp.domain.marker import Marker
from mapapp.domain.sight import EVERYTHING, Sight
from mapapp.domain.storing import StoredRoom
from mapapp.live.change_log import ChangeLog
from mapapp.live.holds import Holds
from mapapp.protocol.outgoing import MICRO


@dataclass(slots=True)
class LivePosition:
    """Where a held marker is now, in millionths of a degree.

    `tick` tells since which tick (see `Replica.tick`); `local`, whether its
    holder moved it at this process, which then repeats it to the others.
    """

    lat: int
    lng: int
    grab: int
    tick: int
    local: bool


Applied = tuple[Change, Marker | None]
"""A change and the marker that it is about."""


class Replica:
    """Follows the store's changes in revision order, and keeps the newest move per marker.

    `tick` is the number of the room's next tick: what has a higher number than
    a client's cursor is news to that client. `newest` is the highest revision
    that is known to exist; while it is above `state.revision`, something is
    missing.
    """

    def __init__(self, stored: StoredRoom, now: float) -> None:
        self.tick = 1
        self.holds = Holds(stored.state, now)
        self.positions: dict[int, LivePosition] = {}
        self._logs: dict[Sight, ChangeLog] = {EVERYTHING: ChangeLog(EVERYTHING, stored.state)}
        self.load(stored, now)

    def load(self, stored: StoredRoom, now: float) -> None:
        """Begin anew from what the store has. `now` is in the loop's seconds.

        What is known of the present grabs is kept: the store does not have it.
        """
        self.state = stored.state
        self.holds = Holds(stored.state, now, before=self.holds)
        self.positions = {
            number: replace(position, tick=self.tick)
            for number, position in self.positions.items()
            if (marker := stored.state.markers.get(number)) and marker.grab == position.grab
        }
        self.newest = stored.state.revision
        self._pending: dict[int, Change] = {}
        for log in self._logs.values():
            log.restart(stored.state, stored.recent)

    def log(self, sight: Sight) -> ChangeLog:
        """What this sight is told, from now on if it is asked for the first time."""
        log = self._logs.get(sight)
        if log is None:
            log = self._logs[sight] = ChangeLog(sight, self.state)
        return log

    def receive(self, changes: Iterable[Change], now: float) -> list[Applied]:
        """Take changes in any order, repeated or not (O2).

        Applies those whose turn it is and returns them, each with the marker
        that it is about, if any (one that it removes as it was). The others
        wait until what is missing before them has come.
        """
        state = self.state
        for change in changes:
            if change.revision > state.revision:
                self._pending[change.revision] = change
        applied: list[Applied] = []
        while next_change := self._pending.pop(state.revision + 1, None):
            marker = state.markers.get(next_change.marker)
            apply(state, next_change)
            marker = marker or state.markers.get(next_change.marker)
            for log in self._logs.values():
                log.append(next_change, marker)
            self.holds.follow(next_change, now)
            self._follow_position(next_change)
            applied.append((next_change, marker))
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

    def move(self, number: int, grab: int, lat: int, lng: int, now: float, *, local: bool) -> bool:
        """Take a move, in millionths of a degree; `local`: of somebody at this process.

        False if its grab is not the marker's present one (O3), or if another
        process only repeats where the marker is.
        """
        marker = self.state.markers.get(number)
        if marker is None or marker.grab != grab or not marker.holder:
            return False
        known = self.positions.get(number)
        if not local and known is not None and (known.lat, known.lng) == (lat, lng):
            return False
        self.positions[number] = LivePosition(lat, lng, grab, self.tick, local)
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
