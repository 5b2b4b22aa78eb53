"""The other processes that have a room open, and how much of their news has come."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

# A process without a sign of life for this long counts as away. If this process's own
# heartbeat does not come back for this long, the relay counts as down.
SILENCE_SECONDS = 5.0
# A process that has been silent for this long is forgotten.
FORGET_SECONDS = 60.0

# Less than any sequence number: nothing at all is known.
_NOTHING = -1


@dataclass(slots=True)
class Peer:
    """Another process that has a room open.

    `seen_at` is when it last said so, in the loop's seconds. `newest` is the
    sequence number of the newest news received; up to `complete` none is missing.
    `asked`: it was asked for missing news, and the answer has not come.
    """

    seen_at: float
    newest: int = 0
    complete: int = 0
    asked: bool = False

    def take(self, sequence: int, *, whole: bool) -> bool:
        """Note that news with this number has come; return whether it was overtaken.

        `whole` news repeats everything before it.
        """
        overtaken = sequence <= self.newest
        if sequence == self.complete + 1 or (whole and not overtaken):
            self.complete = max(self.complete, sequence)
            self.asked = self.asked and self.newest > self.complete
        self.newest = max(self.newest, sequence)
        return overtaken


class Peers:
    """The other processes that have one room open. `clock` is the loop's time, in seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._peers: dict[str, Peer] = {}

    def __iter__(self) -> Iterator[str]:
        return iter(self._peers)

    def get(self, process: str) -> Peer:
        """The peer for this process; a new one counts as away."""
        return self._peers.setdefault(process, Peer(float("-inf")))

    def saw(self, peer: Peer) -> bool:
        """Note a sign of life; return whether the peer had counted as away until now."""
        was_away = self._is_away(peer)
        peer.seen_at = self._clock()
        return was_away

    @property
    def any_present(self) -> bool:
        """Whether any other process has the room open now."""
        # Mostly there are none, and every move asks.
        return bool(self._peers) and not all(map(self._is_away, self._peers.values()))

    def ask_all(self) -> None:
        """Note that all of them are asked to repeat everything."""
        for peer in self._peers.values():
            peer.complete, peer.asked = _NOTHING, True

    def forget_silent(self) -> None:
        """Forget those that have been silent so long that no old news of theirs can still come."""
        oldest = self._clock() - FORGET_SECONDS
        self._peers = {name: peer for name, peer in self._peers.items() if peer.seen_at >= oldest}

    def forget_all(self) -> None:
        """Forget everything, because the room is closed here."""
        self._peers.clear()

    def _is_away(self, peer: Peer) -> bool:
        return peer.seen_at < self._clock() - SILENCE_SECONDS
