"""A client's connection under Daphne: bytes in and bytes out by the shortest path.

Each tick a room writes to everybody in it, and everybody who drags is read ten
times a second, so this code runs tens of thousands of times a second.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from twisted.internet import main, tcp
from twisted.python.failure import Failure

from mapapp.server.outbox import Backlog, Outbox

logger = logging.getLogger(__name__)

# Bytes read at once. Frames from clients are short, and Python would have to
# shrink a larger buffer after each read.
READ_BYTES = 4096
# The most bytes that one connection may send before others have their turn.
WRITE_BYTES = 128 * 1024
# The kernel's send buffer for one client, in bytes. By default it holds up to 4 MiB
# for a client that does not read: stale positions, and memory that nobody sees.
SEND_BUFFER = 128 * 1024
# Pieces up to this total are joined and sent as one.
_JOINED_BYTES = 16 * 1024
# Python has a name for this option only from 3.12 on.
_NOTSENT_LOWAT = {"linux": 25, "darwin": 0x201}.get(sys.platform)


class LiveTransport(tcp.Server):
    """Twisted's connection without its overhead.

    Reading: the loop calls it directly, without a logging context around each
    read. Writing: straight to the socket while nothing waits, which is most of
    the time; bytes that do not fit wait in an outbox, uncopied.
    """

    protocol: Any
    reactor: Any
    producer: Any
    backlog = Backlog()  # the process's
    # Called once, when the connection has ended.
    on_lost: Callable[[], None] | None = None
    # When the client last took something that had to wait, in the loop's seconds.
    taken_at = 0.0

    def __init__(self, *args: Any) -> None:
        self._loop = asyncio.get_running_loop()
        self._watched = -1
        self._outbox: Outbox | None = None
        super().__init__(*args)

    # --- reading ------------------------------------------------------------------

    def startReading(self) -> None:
        self._watched = self.fileno()
        try:
            self._loop.add_reader(self._watched, self._readable)
        except RuntimeError:
            self._reset_unnoticed()

    def stopReading(self) -> None:
        if self._watched != -1:
            self._loop.remove_reader(self._watched)
            self._watched = -1

    def _readable(self) -> None:
        end: Exception = main.CONNECTION_DONE
        try:
            data = self.socket.recv(READ_BYTES)
            if data:
                self.protocol.dataReceived(data)
                return
        except BlockingIOError:
            return
        except OSError:
            end = main.CONNECTION_LOST
        except Exception as error:
            logger.exception("Could not take what a client has sent")
            end = error
        # A protocol that can go on half-closed would otherwise be told of the end again and again.
        self.stopReading()
        self.reactor._disconnectSelectable(self, end, True)

    def _reset_unnoticed(self) -> None:
        """End a connection that was reset while a frame of it was still unread.

        uvloop reports both in one event: it calls the reader, which finds the
        frame, and closes its handle for good. It keeps the closed handle under
        the file descriptor, where the next connection would run into it, until
        somebody stops reading.
        """
        self._watched = self.fileno()
        self.stopReading()
        self._loop.call_soon(self.connectionLost, Failure(main.CONNECTION_LOST))

    # --- writing ------------------------------------------------------------------

    @property
    def waiting(self) -> int:
        """The number of bytes that the kernel has not taken yet."""
        return self._outbox.size if self._outbox is not None else 0

    def write(self, data: bytes) -> None:
        if not self.connected or self._writeDisconnected:
            return
        sent = 0
        if self._outbox is None:
            try:
                sent = self.socket.send(data)
            except OSError:
                sent = 0  # full, or broken: `doWrite` finds out which
            if sent == len(data):
                return
        self._keep(data, sent)

    def writeSequence(self, iovec: Iterable[bytes]) -> None:
        pieces = list(iovec)
        if sum(map(len, pieces)) <= _JOINED_BYTES:
            self.write(b"".join(pieces))
        else:
            for piece in pieces:
                self.write(piece)

    def startWriting(self) -> None:
        try:
            super().startWriting()
        except RuntimeError:
            self._reset_unnoticed()

    def _keep(self, data: bytes, start: int) -> None:
        if self._outbox is None:
            self._outbox = Outbox(self.backlog)
        self._outbox.add(data, start)
        self.backlog.waits(self)
        if self._outbox is not None:  # the backlog has not cut this connection off
            self._maybePauseProducer()
            self.startWriting()

    def _isSendBufferFull(self) -> bool:
        """A producer is paused as soon as anything waits."""
        return self._outbox is not None

    def doWrite(self) -> Any:
        """Send as much as the socket takes; called when it is writable, and before an orderly end.

        Returns why the connection has ended, or None, as Twisted expects.
        """
        outbox = self._outbox
        if outbox is not None:
            room = WRITE_BYTES
            while outbox.size and room:
                part = outbox.next_part(room)
                try:
                    sent = self.socket.send(part)
                except BlockingIOError:
                    sent = 0
                except OSError:
                    return main.CONNECTION_LOST
                if not sent:
                    break
                outbox.took(sent)
                room -= sent
            if outbox.size:
                if room < WRITE_BYTES:
                    self.taken_at = self._loop.time()
                    self.backlog.has_taken(self)
                return None
            self._outbox = None
            self.backlog.is_done(self)
        return self._all_sent()

    def _all_sent(self) -> Any:
        """Do as Twisted does when its buffer is empty."""
        self.stopWriting()
        if self.producer is not None and self.producerPaused:
            self.producerPaused = False
            self.producer.resumeProducing()
        elif self.disconnecting:
            return main.CONNECTION_DONE
        elif self._writeDisconnecting and not self._writeDisconnected:
            self._writeDisconnected = True
            self._closeWriteConnection()
        return None

    def abortConnection(self) -> None:
        self._drop_waiting()
        self._writeDisconnected = True  # no more writes until the loop's next turn closes it
        super().abortConnection()

    def close_now(self, reason: Exception) -> None:
        """End at once, not at the loop's next turn, because a newcomer needs the open file."""
        self.connectionLost(Failure(reason))

    def _drop_waiting(self) -> None:
        if self._outbox is not None:
            self._outbox.clear()
            self._outbox = None
            self.backlog.is_done(self)

    def connectionLost(self, reason: Failure) -> None:
        self._drop_waiting()
        if self.on_lost is not None:
            self.on_lost()
            self.on_lost = None
        super().connectionLost(reason)

    # --- limits -------------------------------------------------------------------

    def limit_send_buffer(self, size: int) -> None:
        """Set the kernel's send buffer for the client to `size` bytes (Linux doubles it)."""
        with suppress(OSError):  # the client has just gone
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, size)

    def limit_unsent(self, size: int) -> None:
        """Let the kernel take no more while `size` bytes wait there unsent."""
        if _NOTSENT_LOWAT is not None:
            with suppress(OSError):
                self.socket.setsockopt(socket.IPPROTO_TCP, _NOTSENT_LOWAT, size)

    def leave_to_kernel(self) -> None:
        """Close, and leave it to the kernel to deliver the bytes written so far.

        If they do not fit into its buffer, cut the line instead.
        """
        if not self.connected:
            return
        # Make room for the last frames behind all unread bytes.
        self.limit_send_buffer(2 * SEND_BUFFER)
        self.limit_unsent(2 * SEND_BUFFER)
        self.doWrite()
        if self._outbox is not None:
            self.abortConnection()
        else:
            self.stopReading()
            self.stopWriting()
            self._loop.call_soon(self.connectionLost, Failure(main.CONNECTION_DONE))
