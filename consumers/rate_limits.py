"""Rate limits on one connection's frames (A3)."""

from __future__ import annotations

from mapapp.limits.buckets import TokenBucket
from mapapp.protocol.outgoing import MOVES_PER_SECOND

CHANGES_PER_SECOND, CHANGES_BURST = 10.0, 40.0
_OTHERS_PER_SECOND, _OTHERS_BURST = 20.0, 60.0
# A phone that has been out of reach sends its kept changes at once, so bursts are
# allowed; and so is a second of moves at three times the rate asked for.
_MOVES_PER_SECOND = 3.0 * MOVES_PER_SECOND
# Above this rate of excess frames the client is flooding, and gets disconnected.
_EXCESS_PER_SECOND, _EXCESS_BURST = 5.0, 300.0
_WARNING_SECONDS = 1.0


class RateLimits:
    """Counts one connection's frames. `now` is in seconds and must not go back.

    A move beyond `moves` is skipped.
    """

    def __init__(self, now: float) -> None:
        self.moves = TokenBucket.full(_MOVES_PER_SECOND, _MOVES_PER_SECOND, now)
        self._changes = TokenBucket.full(CHANGES_BURST, CHANGES_PER_SECOND, now)
        self._others = TokenBucket.full(_OTHERS_BURST, _OTHERS_PER_SECOND, now)
        self._excess = TokenBucket.full(_EXCESS_BURST, _EXCESS_PER_SECOND, now)
        self._warned = float("-inf")

    def may_ask(self, now: float) -> bool:
        """Whether to answer this frame, which is neither a move nor a change."""
        return self._others.take(now)

    def change_wait(self, now: float) -> float:
        """The seconds that this change has to wait for its turn."""
        wait = self._changes.wait_seconds(now)
        self._changes.take(now + wait)
        return wait

    def flooding(self, now: float) -> bool:
        """Count an excess frame; return whether there were enough to close the connection."""
        return not self._excess.take(now)

    def warn(self, now: float) -> bool:
        """Whether to say `slow_down` now: once a second is enough."""
        if now - self._warned < _WARNING_SECONDS:
            return False
        self._warned = now
        return True
