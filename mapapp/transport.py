"""A client's connection under Daphne: bytes in and bytes out by the shortest way.

Per tick a room writes to everybody in it, and everybody who drags is read ten
times a second: what runs here runs ten thousands of times a second.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from daphne.ws_protocol import WebSocketProtocol
from twisted.internet import main, tcp
from twisted.internet.interfaces import IPushProducer
from twisted.python.failure import Failure
from zope.interface import implementer  # type: ignore[import-untyped]

from mapapp.protocol.framing import Frame, short_text

logger = logging.getLogger(__name__)

# Bytes read at once. Frames from clients are short, and Python clears away
# what it reserved for more.
READ_BYTES = 4096
# Frames of one client that wait for its consumer; beyond this its socket is
# not read for a while, so that TCP slows it down.
INBOX_HIGH, INBOX_PAUSE_SECONDS = 64, 0.05
# What the kernel keeps for one client, in bytes. Left to itself it keeps up to
# 4 MiB for one that does not read: stale positions, and memory that nobody sees.
SEND_BUFFER = 128 * 1024
# Python knows the option's name from 3.12 on.
_NOTSENT_LOWAT = {"linux": 25, "darwin": 0x201}.get(sys.platform)


class LiveTransport(tcp.Server):
    """Twisted's connection without its detours.

    Reading: the loop calls it directly, without a logging context around each
    read. Writing: straight to the socket while nothing waits in the buffer,
    which is most of the time; what does not fit goes Twisted's way.
    """

    protocol: Any
    reactor: Any
    # A producer is paused as soon as anything waits here.
    bufferSize = 0

    def __init__(self, *args: Any) -> None:
        self._loop = asyncio.get_running_loop()
        self._watched = -1
        super().__init__(*args)

    def startReading(self) -> None:
        self._watched = self.fileno()
        self._loop.add_reader(self._watched, self._readable)

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
        # A protocol that can go on half-closed would otherwise be told of the end for ever.
        self.stopReading()
        self.reactor._disconnectSelectable(self, end, True)

    def write(self, data: bytes) -> None:
        if self.connected and not (self.dataBuffer or self._tempDataBuffer):
            try:
                sent = self.socket.send(data)
            except OSError:
                sent = 0  # full, or broken: Twisted finds out which
            if sent == len(data):
                return
            data = data[sent:]
        super().write(data)

    def limit_send_buffer(self, size: int) -> None:
        """Let the kernel keep no more than so many bytes for the client (Linux: twice as many)."""
        with suppress(OSError):  # the client has gone a moment before
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, size)

    def limit_unsent(self, size: int) -> None:
        """Let the kernel take no more when so many bytes wait there for the client."""
        if _NOTSENT_LOWAT is not None:
            with suppress(OSError):
                self.socket.setsockopt(socket.IPPROTO_TCP, _NOTSENT_LOWAT, size)

    def leave_to_kernel(self) -> None:
        """Close; the kernel delivers what is written, if the client ever reads it.

        What does not fit there is lost, and the line is cut instead.
        """
        if not self.connected:
            return
        # Room for the last words behind all that is not read.
        self.limit_send_buffer(2 * SEND_BUFFER)
        self.limit_unsent(2 * SEND_BUFFER)
        self.doWrite()
        if self.dataBuffer or self._tempDataBuffer:
            self.abortConnection()
        else:
            self.stopReading()
            self.stopWriting()
            self._loop.call_soon(self.connectionLost, Failure(main.CONNECTION_DONE))


@implementer(IPushProducer)
class SharedSend:
    """The link that `consumers.links` finds in the scope's extensions.

    As the transport's producer it learns when something waits to be written,
    and when all of it is.
    """

    def __init__(self, protocol: LiveProtocol) -> None:
        self.on_ready: Callable[[], None] = lambda: None
        self.hear: Callable[[bytes], bool] | None = None
        self.ready = True
        self._protocol = protocol

    def send(self, frame: Frame) -> None:
        protocol = self._protocol
        if protocol.state == protocol.STATE_OPEN:
            protocol.transport.write(frame.wire)

    def limit_waiting(self, size: int) -> None:
        if self._protocol.state == self._protocol.STATE_OPEN:
            self._protocol.transport.limit_unsent(size)

    def close(self, code: int, *, abort: bool = False) -> None:
        # Not `sendClose`: it takes no codes below 3000, such as 1012.
        if self._protocol.state == self._protocol.STATE_OPEN:
            self._protocol.sendCloseFrame(code=int(code))
        if abort:
            self._protocol.transport.leave_to_kernel()

    def pauseProducing(self) -> None:
        self.ready = False

    def resumeProducing(self) -> None:
        self.ready = True
        self.on_ready()

    def stopProducing(self) -> None:
        self.ready = False


class LiveProtocol(WebSocketProtocol):
    """Daphne's websocket protocol, with a link and with limits on what waits."""

    transport: Any  # Twisted's interface lists none of what its transports have
    current_frame: Any  # Autobahn's: the frame that it is reading, or None
    link: SharedSend | None = None
    _reading_paused = False

    def onOpen(self) -> None:
        super().onOpen()
        if self.link is not None:
            self.transport.limit_send_buffer(SEND_BUFFER)
            self.transport.unregisterProducer()
            self.transport.registerProducer(self.link, True)

    def dataReceived(self, data: bytes) -> None:
        """Hand short text frames straight to whoever hears them, and all else to Autobahn.

        Only between messages: while Autobahn has begun one, what follows is its.
        """
        hear = self.link.hear if self.link is not None else None
        # Autobahn has none of these fields before the handshake is over.
        if hear is not None and not (self.data or self.inside_message or self.current_frame):
            at = 0
            while (frame := short_text(data, at)) is not None and hear(frame[0]):
                at = frame[1]
            if at == len(data):
                return
            data = data[at:]
        self._dataReceived(data)

    def onMessage(self, payload: bytes, isBinary: bool) -> None:
        super().onMessage(payload, isBinary)
        if self.application_queue.qsize() > INBOX_HIGH and not self._reading_paused:
            self._reading_paused = True
            self.transport.pauseProducing()
            self._read_on_later()

    def _read_on_later(self) -> None:
        asyncio.get_running_loop().call_later(INBOX_PAUSE_SECONDS, self._read_on)

    def _read_on(self) -> None:
        if self.state != self.STATE_OPEN:
            return
        if self.application_queue.qsize() > INBOX_HIGH // 2:
            self._read_on_later()
            return
        self._reading_paused = False
        self.transport.resumeProducing()
