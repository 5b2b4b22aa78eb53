"""A room's state as this process knows it: the changes in order, and the live positions."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from mapapp.domain.change import Change
from mapapp.domain.changes import Operation, apply, flow
from mapapp.domain.changes.markers import EndHold
from mapapp.domain.marker import Marker
from mapapp.domain.sight import Sight
from mapapp.domain.storing import StoredRoom
from mapapp.live.change_log import ChangeLog
from mapapp.live.holds import Holds
from mapapp.protocol.positions import MICRO

Applied = tuple[Change, Marker | None]
"""A change and the marker that it is about."""


class Replica:
    """Follows the store's changes in revision order, and keeps the newest move per marker.

    `tick` is the number of the room's next tick: positions with a higher number than
    a client's cursor are news to that client. `newest` is the highest revision known
    to exist; while it is above `state.revision`, changes are missing.
    """

    def __init__(self, stored: StoredRoom, now: float) -> None:
        self.tick = 1
        self.holds = Holds(stored.state, now)
        self._logs: dict[Sight, ChangeLog] = {}
        self.load(stored, now)

    def load(self, stored: StoredRoom, now: float) -> None:
        """Start again from the store's state. `now` is in the loop's seconds.

        Details of present grabs are kept, because the store does not have them.
        """
        self.state = stored.state
        self.holds = Holds(stored.state, now, before=self.holds)
        for hold in self.holds.in_motion():
            hold.tick = self.tick
        self.newest = stored.state.revision
        self._pending: dict[int, Change] = {}
        # The changes that led to the state as it was loaded.
        self._recent = stored.recent
        for log in self._logs.values():
            log.restart(stored.state, stored.recent)

    def log(self, sight: Sight) -> ChangeLog:
        """The log for this sight; a new one starts now, with what led to this revision if
        nothing has changed since it was loaded.
        """
        log = self._logs.get(sight)
        if log is None:
            log = self._logs[sight] = ChangeLog(sight, self.state)
            log.restart(self.state, self._recent)
        return log

    def keep_logs(self, sights: Collection[Sight]) -> None:
        """Forget the logs of all other sights."""
        self._logs = {sight: log for sight, log in self._logs.items() if sight in sights}

    def receive(self, changes: Iterable[Change], now: float) -> list[Applied]:
        """Take changes in any order, repeated or not (O2).

        Applies those whose turn it is and returns them, each with its marker, if any
        (a removed one as it was before). The others wait until the changes missing
        before them have come.
        """
        state = self.state
        for change in changes:
            if change.revision > state.revision:
                self._pending[change.revision] = change
        applied: list[Applied] = []
        while next_change := self._pending.pop(state.revision + 1, None):
            self._recent = ()
            marker = state.markers.get(next_change.marker)
            apply(state, next_change)
            marker = marker or state.markers.get(next_change.marker)
            for log in self._logs.values():
                log.append(next_change, marker)
            self.holds.follow(next_change, now)
            applied.append((next_change, marker))
        self.newest = max(self.newest, state.revision, *self._pending)
        return applied

    def forget_impossible_positions(self) -> None:
        """Drop moves to places that are not on the map, because they cannot be sent to clients."""
        for hold in self.holds.in_motion():
            if abs(hold.lat) > 90 * MICRO or abs(hold.lng) > 180 * MICRO:
                hold.tick = 0

    def position(self, number: int) -> tuple[float, float]:
        """A marker's current latitude and longitude in degrees, whether it is held or not."""
        hold = self.holds.by_marker.get(number)
        if hold is not None and hold.tick:
            return hold.lat / MICRO, hold.lng / MICRO
        marker = self.state.markers[number]
        return marker.lat, marker.lng

    def completed(self, operation: Operation) -> Operation:
        """The operation, completed with the current positions of held markers if it needs them."""
        if isinstance(operation, EndHold) and operation.marker in self.state.markers:
            return EndHold(operation.marker, *self.position(operation.marker))
        if isinstance(operation, flow.Go | flow.Stage):
            return replace(operation, held=self.held())
        return operation

    def held(self) -> tuple[tuple[int, float, float], ...]:
        """The markers in somebody's hand: number, latitude and longitude in degrees."""
        return tuple((hold.marker, *self.position(hold.marker)) for hold in self.holds)
