"""Limits on TCP connections, before anything is known about them (A3).

Each person takes one open file for the whole event. Requests come and go in
milliseconds, so a connection that waits for its next request, or has not finished
sending one, makes way for a newcomer when there is no room.
"""

from __future__ import annotations

import logging
from collections import Counter
from typing import Protocol

from mapapp.server.throttled_log import ThrottledLog

logger = logging.getLogger(__name__)

FULL = "This server has as many connections as it can hold. Please try again in a minute."
TOO_MANY = "Too many connections come from your address. Please try again in a minute."


class Waiting(Protocol):
    """A connection without a request, or with an incomplete one."""

    def make_way(self) -> None:
        """Close it; no answer is under way."""


class Arrivals:
    """Counts this process's connections.

    At most `room` may be open. `per_address` bounds those of one address that are
    not WebSockets, which the gate counts; None behind a proxy, where all come from
    one address.
    """

    def __init__(self, *, room: int, per_address: int | None) -> None:
        self.open = 0
        self.ended = 0
        self._room = room
        self._per_address = per_address
        self._requests: Counter[str] = Counter()
        # Waiting connections, longest first.
        self._waiting: dict[Waiting, None] = {}
        self._refused = ThrottledLog(logger)
        logger.info("There is room for %d connections.", room)

    def enter(self, address: str) -> str | None:
        """Count a connection in; return the reason to refuse it, or None. Pair with `leave`."""
        self.open += 1
        self._requests[address] += 1
        if self._per_address is not None and self._requests[address] > self._per_address:
            self._refused.warn(f"Refused a connection: {address} has {self._per_address} open.")
            return TOO_MANY
        if self.open > self._room and not self._make_room():
            self._refused.warn(
                f"Refused a connection: {self._room} are open, and the limit of open files "
                "allows no more (ulimit -n)."
            )
            return FULL
        return None

    def leave(self) -> None:
        """Count a connection out."""
        self.open -= 1
        self.ended += 1

    def end_requests(self, address: str) -> None:
        """Note that a connection is over, or has become a WebSocket."""
        self._requests[address] -= 1
        if self._requests[address] <= 0:
            del self._requests[address]

    def wait(self, connection: Waiting) -> None:
        """Note that a connection waits for its client from now on."""
        self._waiting.pop(connection, None)
        self._waiting[connection] = None

    def work(self, connection: Waiting) -> None:
        """Note that a connection no longer waits."""
        self._waiting.pop(connection, None)

    def _make_room(self) -> bool:
        longest = next(iter(self._waiting), None)
        if longest is None:
            return False
        del self._waiting[longest]
        longest.make_way()
        return True
