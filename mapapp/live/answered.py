"""The number of people who have a marker in the current activity."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable

from mapapp.domain.change import Change
from mapapp.domain.marker import Marker
from mapapp.live.replica import Applied, Replica

# It is told at most this often, in seconds: while answers are hidden it is all that is
# told of them, and times would tell who has answered.
TELL_SECONDS = 0.5


class Answered:
    """Counts people, not markers; hosts and what they have pinned do not count.

    `told` is the number that clients are told; `changed()` is called when it is another.
    """

    def __init__(self, replica: Replica, changed: Callable[[], None]) -> None:
        self._replica = replica
        self._changed = changed
        self._loop = asyncio.get_running_loop()
        self._next: asyncio.TimerHandle | None = None
        self._told_at = float("-inf")
        self._recount()
        self.told = self.total

    @property
    def total(self) -> int:
        """The number as of now."""
        people = self._replica.state.people
        return sum(not (number in people and people[number].steers) for number in self._markers)

    def follow(self, applied: Iterable[Applied]) -> None:
        """Note changes that the replica has applied."""
        state = self._replica.state
        before, activity = self._counted
        if state is not before or state.activity is not activity:
            self._recount()
        else:
            for change, marker in applied:
                self._follow(change, marker)
        if self.total != self.told and self._next is None:
            at = max(self._loop.time(), self._told_at + TELL_SECONDS)
            self._next = self._loop.call_at(at, self._tell)

    def stop(self) -> None:
        """Tell nothing more."""
        if self._next is not None:
            self._next.cancel()
            self._next = None

    def _follow(self, change: Change, marker: Marker | None) -> None:
        if change.kind in ("count", "putback"):
            # Rare, and nobody else knows whether it has made a marker or moved one.
            self._recount()
        elif marker is None or marker.pinned or not self._replica.state.is_shown(marker):
            return
        elif change.kind == "add":
            self._markers[marker.owner] += 1
        elif change.kind == "remove":
            self._markers[marker.owner] -= 1
            if self._markers[marker.owner] <= 0:
                del self._markers[marker.owner]

    def _tell(self) -> None:
        self._next = None
        self._told_at = self._loop.time()
        if self.told != (total := self.total):
            self.told = total
            self._changed()

    def _recount(self) -> None:
        state = self._replica.state
        self._counted = state, state.activity
        self._markers = Counter(
            marker.owner
            for marker in state.markers.values()
            if marker.owner and not marker.pinned and state.is_shown(marker)
        )
