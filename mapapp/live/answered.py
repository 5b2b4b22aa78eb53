"""The number of people who have a marker in the current activity."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Collection

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
        return len(self._markers)

    def follow(self, applied: Collection[Applied]) -> None:
        """Note changes that the replica has applied."""
        before, activity = self._counted
        state = self._replica.state
        is_other = state is not before or state.activity is not activity
        if is_other or any(_is_rare(change) for change, _ in applied):
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
        if marker is None or not self._counts(marker):
            return
        elif change.kind == "add":
            self._markers[marker.owner] += 1
        elif change.kind == "remove":
            self._markers[marker.owner] -= 1
            if self._markers[marker.owner] <= 0:
                del self._markers[marker.owner]

    def _counts(self, marker: Marker) -> bool:
        state = self._replica.state
        owner = state.people.get(marker.owner)
        is_hosts = owner is not None and owner.steers
        return bool(marker.owner) and not marker.pinned and not is_hosts and state.is_shown(marker)

    def _tell(self) -> None:
        self._next = None
        self._told_at = self._loop.time()
        if self.told != (total := self.total):
            self.told = total
            self._changed()

    def _recount(self) -> None:
        state = self._replica.state
        self._counted = state, state.activity
        markers = state.markers.values()
        self._markers = Counter(marker.owner for marker in markers if self._counts(marker))


def _is_rare(change: Change) -> bool:
    """Whether everybody is counted again after it."""
    return change.kind in ("count", "putback") or "steers" in change.data
