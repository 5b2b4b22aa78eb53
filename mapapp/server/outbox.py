"""Bytes waiting to be sent: shared buffers, and how far each client has taken them.

A large room's snapshot is a megabyte, and hundreds may wait for the same one. Each
of them holds a view into it instead of a copy of the rest.
"""

from __future__ import annotations

import logging
from collections import deque
from typing import Protocol

from mapapp.server.throttled_log import ThrottledLog

logger = logging.getLogger(__name__)

# The most bytes that the process holds for clients that do not take them.
PROCESS_BYTES = 64 * 1024 * 1024


class Client(Protocol):
    """A client that bytes are waiting for."""

    def abortConnection(self) -> None:
        """End the connection, and release the bytes that wait for it at once."""


class Backlog:
    """All waiting bytes of this process; each buffer counts once, however many share it.

    Beyond `most` bytes, the clients that have taken nothing for longest are cut off.
    """

    def __init__(self, most: int = PROCESS_BYTES) -> None:
        self.bytes = 0
        self._most = most
        # The number of outboxes that hold each buffer, by its id(): they keep it alive.
        self._holders: dict[int, int] = {}
        # The waiting clients; the one that has taken nothing for longest comes first.
        self._clients: dict[Client, None] = {}
        self._cut = ThrottledLog(logger)

    def hold(self, buffer: bytes) -> None:
        """Note that one more outbox holds a buffer."""
        holders = self._holders.get(id(buffer), 0)
        self._holders[id(buffer)] = holders + 1
        if not holders:
            self.bytes += len(buffer)

    def release(self, buffer: bytes) -> None:
        """Note that one outbox has let go of a buffer."""
        holders = self._holders[id(buffer)] - 1
        if holders:
            self._holders[id(buffer)] = holders
        else:
            del self._holders[id(buffer)]
            self.bytes -= len(buffer)

    def waits(self, client: Client) -> None:
        """Note that a client begins to wait."""
        self._clients.setdefault(client)
        if self.bytes > self._most:
            self._make_room()

    def has_taken(self, client: Client) -> None:
        """Note that a client has taken something, and still waits for more."""
        self._clients.pop(client, None)
        self._clients[client] = None

    def is_done(self, client: Client) -> None:
        """Note that a client no longer waits."""
        self._clients.pop(client, None)

    def _make_room(self) -> None:
        size, before = self.bytes, len(self._clients)
        while self.bytes > self._most and self._clients:
            slowest = next(iter(self._clients))
            del self._clients[slowest]
            slowest.abortConnection()
        self._cut.warn(
            f"{size / 1e6:.0f} MB were waiting for clients that do not take their data: cut off "
            f"the slowest {before - len(self._clients)} of {before}."
        )


class Outbox:
    """The bytes that wait for one client, in order."""

    __slots__ = ("_backlog", "_parts", "size")

    def __init__(self, backlog: Backlog) -> None:
        self.size = 0
        self._backlog = backlog
        self._parts: deque[tuple[bytes, memoryview]] = deque()

    def add(self, data: bytes, start: int = 0) -> None:
        """Append a buffer from `start` on. It must not change."""
        view = memoryview(data)[start:]
        self._parts.append((data, view))
        self.size += len(view)
        self._backlog.hold(data)

    def next_part(self, most: int) -> memoryview:
        """The bytes to be sent next, at most `most` of them. The outbox must not be empty."""
        return self._parts[0][1][:most]

    def took(self, count: int) -> None:
        """Drop the first `count` bytes, no more than `next_part` had."""
        data, view = self._parts[0]
        self.size -= count
        if count == len(view):
            self._parts.popleft()
            self._backlog.release(data)
        else:
            self._parts[0] = data, view[count:]

    def clear(self) -> None:
        """Drop everything."""
        for data, _view in self._parts:
            self._backlog.release(data)
        self._parts.clear()
        self.size = 0
