"""Rate limits on one WebSocket below the level of messages (A3).

A client's messages are counted by its consumer. These limits are for frames that
never get there: pings, pongs and fragments, and the bytes of refused messages.
Each costs little, but one read brings hundreds, and fifty sockets may do it at
once.
"""

from __future__ import annotations

from mapapp.limits.buckets import TokenBucket

# Browsers send a pong every twenty seconds, no pings and no fragments.
FRAMES_PER_SECOND, FRAMES_BURST = 10.0, 100.0
# More than a consumer accepts before it closes, because it may be slow to do so.
_MESSAGES_PER_SECOND, _MESSAGES_BURST = 100.0, 500.0
# The burst is four times all the changes that a client may have waiting; the rate
# is more than a dragging phone sends.
BYTES_PER_SECOND, BYTES_BURST = 64.0 * 1024, 512.0 * 1024
# Bytes of answers that a client has not read. Beyond this its socket is not read
# until it has taken them, or a client that never reads would pile them up.
UNREAD_ANSWERS = 16 * 1024


class Allowance:
    """One connection's limits. `now` is in seconds and must not go back."""

    __slots__ = ("_bytes", "_frames", "_messages")

    def __init__(self, now: float) -> None:
        self._frames = TokenBucket.full(FRAMES_BURST, FRAMES_PER_SECOND, now)
        self._messages = TokenBucket.full(_MESSAGES_BURST, _MESSAGES_PER_SECOND, now)
        self._bytes = TokenBucket.full(BYTES_BURST, BYTES_PER_SECOND, now)

    def frame(self, now: float) -> bool:
        """Count a control frame or a fragment; return whether it is within the limit."""
        return self._frames.take(now)

    def message(self, now: float) -> bool:
        """Count a message before its consumer does; return whether it is within the limit."""
        return self._messages.take(now)

    def pause(self, size: int, now: float) -> float:
        """Count `size` bytes; return the seconds for which to read nothing."""
        wait = self._bytes.wait_seconds(now, size)
        self._bytes.take(now + wait, size)
        return wait
