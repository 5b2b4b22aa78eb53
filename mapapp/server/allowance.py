"""How much of the loop's time one websocket may use, below the level of messages (A3).

What a client says in messages is counted by its consumer. Here is what never
gets there: pings, pongs and fragments, and the bytes of what is refused. Each
costs little, but a read brings hundreds, and fifty sockets do it at once.
"""

from __future__ import annotations

from mapapp.limits.buckets import TokenBucket

# Browsers send one pong in twenty seconds, and no pings and no fragments.
FRAMES_PER_SECOND, FRAMES_BURST = 10.0, 100.0
# More than a consumer takes before it closes; it may be slow to do so.
_MESSAGES_PER_SECOND, _MESSAGES_BURST = 100.0, 500.0
# All the changes that a client may have waiting, four times over; and then
# more than a phone sends that drags.
BYTES_PER_SECOND, BYTES_BURST = 64.0 * 1024, 512.0 * 1024
# Answers that a client does not take, in bytes. Beyond this it is not read until
# it has taken what waits: whoever asks without listening would pile them up.
UNREAD_ANSWERS = 16 * 1024


class Allowance:
    """One connection's. `now` is in seconds and must not go back."""

    __slots__ = ("_bytes", "_frames", "_messages")

    def __init__(self, now: float) -> None:
        self._frames = TokenBucket.full(FRAMES_BURST, FRAMES_PER_SECOND, now)
        self._messages = TokenBucket.full(_MESSAGES_BURST, _MESSAGES_PER_SECOND, now)
        self._bytes = TokenBucket.full(BYTES_BURST, BYTES_PER_SECOND, now)

    def frame(self, now: float) -> bool:
        """Count a control frame or a fragment; whether it is one that may come."""
        return self._frames.take(now)

    def message(self, now: float) -> bool:
        """Count a message that its consumer has yet to count; whether it is one that may come."""
        return self._messages.take(now)

    def pause(self, size: int, now: float) -> float:
        """Count so many bytes; return for how many seconds to read nothing."""
        wait = self._bytes.wait_seconds(now, size)
        self._bytes.take(now + wait, size)
        return wait
