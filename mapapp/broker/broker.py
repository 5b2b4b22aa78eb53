"""The broker: everybody who has subscribed to a name gets what is published under it."""

from __future__ import annotations

import asyncio
import logging
import socket
from pathlib import Path
from typing import cast

from mapapp.broker.counts import Counts
from mapapp.broker.frames import BadFrame, Cutter, Frame, Verb, packed, unpacked

logger = logging.getLogger(__name__)

# With more than this waiting for a process that does not read, it misses what follows. It
# notices (news is numbered), asks the others, and reads the rest from the database.
WAITING_BYTES = 8 * 1024 * 1024
# A process that misses messages is logged at most this often, in seconds.
_COMPLAIN_SECONDS = 60.0


class Broker:
    """Keeps who has subscribed to what, what waits to be sent, and a minute's counts.

    It never waits for anybody: to a process with more than `waiting_bytes` unread it
    sends nothing until that has been read.
    """

    def __init__(self, *, waiting_bytes: int = WAITING_BYTES) -> None:
        self._waiting_bytes = waiting_bytes
        self._subscribers: dict[str, dict[_Client, None]] = {}
        self._clients: set[_Client] = set()
        self._counts = Counts()
        self._server: asyncio.Server | None = None

    async def listen(self, listener: socket.socket) -> None:
        """Serve everybody who connects to this socket, until `close`."""
        self._server = await asyncio.get_running_loop().create_unix_server(
            lambda: _Client(self), sock=listener
        )

    async def close(self) -> None:
        """Take no more connections, and end those that there are."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for client in list(self._clients):
            client.end()

    # --- for its clients ----------------------------------------------------------

    def came(self, client: _Client) -> None:
        """A process has connected."""
        self._clients.add(client)

    def left(self, client: _Client) -> None:
        """A process has gone, and takes its subscriptions along."""
        self._clients.discard(client)
        for name in list(client.names):
            self._unsubscribe(client, name)

    def take(self, client: _Client, frame: Frame, data: bytes) -> None:
        """Do what a frame asks for; `data` are its bytes. Raises `BadFrame`."""
        match frame.verb:
            case Verb.PUBLISH:
                for subscriber in self._subscribers.get(frame.name, ()):
                    subscriber.offer(data, self._waiting_bytes)
            case Verb.SUBSCRIBE:
                client.names.add(frame.name)
                self._subscribers.setdefault(frame.name, {})[client] = None
                client.write(data)
            case Verb.UNSUBSCRIBE:
                self._unsubscribe(client, frame.name)
            case Verb.COUNT:
                client.write(packed(self._counts.answer(frame)))

    def _unsubscribe(self, client: _Client, name: str) -> None:
        client.names.discard(name)
        if subscribers := self._subscribers.get(name):
            subscribers.pop(client, None)
            if not subscribers:
                del self._subscribers[name]


class _Client(asyncio.Protocol):
    """The broker's end of one process's line."""

    def __init__(self, broker: Broker) -> None:
        self.names: set[str] = set()
        self._broker = broker
        self._cutter = Cutter()
        self._transport: asyncio.WriteTransport
        self._missed = 0
        self._complained = float("-inf")

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.WriteTransport", transport)
        self._broker.came(self)

    def connection_lost(self, error: Exception | None) -> None:
        self._broker.left(self)

    def data_received(self, data: bytes) -> None:
        try:
            for frame in self._cutter.cut(data):
                self._broker.take(self, unpacked(frame), frame)
        except BadFrame as error:
            logger.warning("The broker cuts off a process that sends no frames: %s", error)
            self.end()

    def write(self, data: bytes) -> None:
        """Send this in any case."""
        self._transport.write(data)

    def offer(self, data: bytes, most: int) -> None:
        """Send this unless more than `most` bytes wait already."""
        if self._transport.get_write_buffer_size() <= most:
            self._transport.write(data)
            return
        self._missed += 1
        now = asyncio.get_running_loop().time()
        if now - self._complained >= _COMPLAIN_SECONDS:
            self._complained = now
            logger.warning("A worker does not read: it has missed %d messages", self._missed)

    def end(self) -> None:
        """Cut the line."""
        self._transport.abort()


def listen_at(path: Path) -> socket.socket:
    """A Unix socket at `path`, for this user alone. Raises `OSError`.

    What lies there is replaced: it is from a run that was killed.
    """
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        listener.bind(str(path))
        path.chmod(0o600)
        listener.listen(64)
    except OSError:
        listener.close()
        raise
    return listener
