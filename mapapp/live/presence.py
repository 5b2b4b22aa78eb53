"""The number of people and screens in a room, over all processes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from uuid import UUID

# A process that has been silent for this long no longer counts. Two heartbeats may
# be lost; after a kill the count is right again well within 15 s.
EXPIRY_SECONDS = 7.0

Counts = tuple[int, int]
"""People and screens."""

Told = tuple[int, int, int]
"""What clients are told: people, screens, and people who have answered."""


@dataclass(slots=True)
class _Heard:
    counts: Counts
    at: float


class Presence:
    """Connections here, and the counts that other processes last reported.

    A person with two tabs counts once in a process. A host's remote is a tool of the
    presenter's and does not count: "1 person here" is one of the audience.
    """

    def __init__(self) -> None:
        self._here: Counter[UUID] = Counter()
        self._screens = 0
        self._elsewhere: dict[str, _Heard] = {}

    def arrive(self, participant: UUID | None, *, host: bool = False) -> None:
        """Count a connection in; without a participant it is a screen."""
        if participant is None:
            self._screens += 1
        elif not host:
            self._here[participant] += 1

    def leave(self, participant: UUID | None, *, host: bool = False) -> None:
        """Count out a connection that was counted in with the same arguments."""
        if participant is None:
            self._screens -= 1
        elif not host:
            self._here[participant] -= 1
            if self._here[participant] == 0:
                del self._here[participant]

    def hear(self, process: str, counts: Counts, now: float) -> None:
        """Note the counts of another process; `now` is in the loop's seconds."""
        self._elsewhere[process] = _Heard(counts, now)

    def expire(self, now: float) -> None:
        """Forget processes that have fallen silent."""
        for process in [
            p for p, heard in self._elsewhere.items() if now - heard.at > EXPIRY_SECONDS
        ]:
            del self._elsewhere[process]

    @property
    def here(self) -> Counts:
        """Those connected to this process."""
        return len(self._here), self._screens

    @property
    def total(self) -> Counts:
        """Those connected anywhere."""
        people, screens = self.here
        for heard in self._elsewhere.values():
            people += heard.counts[0]
            screens += heard.counts[1]
        return people, screens
