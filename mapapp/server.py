"""Daphne, extended through its own hooks.

Three things that a live map needs and stock Daphne does not have: frames that
are built once and written to many sockets (F2), a way to see that a client
cannot take more (F3) and to stop reading from one that sends too much, and a
shutdown that tells everybody to come back (S1).
"""

from __future__ import annotations

# Daphne installs Twisted's asyncio reactor when it is imported, and that must
# come before any other import of Twisted.
from daphne.server import Server

import asyncio  # isort: skip
import logging  # isort: skip
import os  # isort: skip
import signal  # isort: skip
import socket  # isort: skip
import threading  # isort: skip
from collections.abc import Awaitable, Callable, Mapping  # isort: skip
from typing import Any  # isort: skip

from daphne.endpoints import build_endpoint_description_strings  # isort: skip
from daphne.utils import import_by_path  # isort: skip
from daphne.ws_protocol import WebSocketProtocol  # isort: skip
from django.conf import settings  # isort: skip
from twisted.internet import reactor as twisted_reactor  # isort: skip
from twisted.internet.defer import Deferred  # isort: skip
from twisted.internet.interfaces import IPushProducer  # isort: skip
from zope.interface import implementer  # type: ignore[import-untyped]  # isort: skip

from consumers.links import SHARED_SEND  # isort: skip
from mapapp.apps import this_app  # isort: skip
from mapapp.protocol.framing import Frame, short_text  # isort: skip

logger = logging.getLogger(__name__)

# Larger frames are refused before they are read to the end, with close code
# 1009; smaller ones get this far and then a clear error (4 KiB, docs/PROTOCOL.md).
FRAME_BYTES = 64 * 1024
PING_SECONDS = 20
PONG_SECONDS = 15  # less than PING_SECONDS, or one ping overtakes the other
HANDSHAKE_SECONDS = 20  # a storm of reconnects takes its time
# Connections that wait to be accepted while a whole room joins.
BACKLOG = 2048
# Frames of one client that wait for its consumer; beyond this its socket is
# not read for a while, so that TCP slows it down.
INBOX_HIGH, INBOX_PAUSE_SECONDS = 64, 0.05
# What the kernel keeps for one client, in bytes. Left to itself it keeps up to
# 4 MiB for one that does not read: stale positions, and memory that nobody sees.
SEND_BUFFER = 64 * 1024
# After goodbye, how long clients may take to close.
GOODBYE_SECONDS = 3.0
# After that, how long the process may take to end by itself.
EXIT_SECONDS = 2.0

reactor: Any = twisted_reactor


@implementer(IPushProducer)
class SharedSend:
    """The link that `consumers.links` finds in the scope's extensions.

    A frame is written straight to the socket while nothing waits in the
    transport's own buffer, which is most of the time and costs a quarter of
    the way through the transport; what does not fit goes the ordinary way.
    As the transport's producer it learns when that buffer is above 64 KiB,
    and when it has drained.
    """

    def __init__(self, protocol: LiveProtocol) -> None:
        self.on_ready: Callable[[], None] = lambda: None
        self.hear: Callable[[bytes], bool] | None = None
        self._protocol = protocol
        self._paused = False

    @property
    def ready(self) -> bool:
        return not self._paused

    def send(self, frame: Frame) -> None:
        protocol = self._protocol
        if protocol.state != protocol.STATE_OPEN:
            return
        transport = protocol.transport
        wire = frame.wire
        if not transport.dataBuffer and not transport._tempDataBuffer:
            try:
                sent = transport.socket.send(wire)
            except (BlockingIOError, InterruptedError):
                sent = 0
            except OSError:
                return  # the reactor finds the broken line by itself
            if sent == len(wire):
                return
            wire = wire[sent:]
        transport.write(wire)

    def close(self, code: int, *, abort: bool = False) -> None:
        # Not `sendClose`: it takes no codes below 3000, such as 1012.
        if self._protocol.state == self._protocol.STATE_OPEN:
            self._protocol.sendCloseFrame(code=int(code))
        if abort:
            self._protocol.transport.abortConnection()

    def pauseProducing(self) -> None:
        self._paused = True

    def resumeProducing(self) -> None:
        self._paused = False
        self.on_ready()

    def stopProducing(self) -> None:
        self._paused = True


class BufferedSend(SharedSend):
    """The same over a transport that hides its socket (TLS)."""

    def send(self, frame: Frame) -> None:
        if self._protocol.state == self._protocol.STATE_OPEN:
            self._protocol.transport.write(frame.wire)


class LiveProtocol(WebSocketProtocol):
    """Daphne's websocket protocol, with a link and with limits on what waits."""

    transport: Any  # Twisted's interface lists none of what its transports have
    current_frame: Any  # Autobahn's: the frame that it is reading, or None
    link: SharedSend | None = None
    _reading_paused = False

    def onOpen(self) -> None:
        super().onOpen()
        if self.link is not None:
            self.transport.getHandle().setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
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
            reactor.callLater(INBOX_PAUSE_SECONDS, self._read_on)

    def _read_on(self) -> None:
        if self.state != self.STATE_OPEN:
            return
        if self.application_queue.qsize() > INBOX_HIGH // 2:
            reactor.callLater(INBOX_PAUSE_SECONDS, self._read_on)
            return
        self._reading_paused = False
        self.transport.resumeProducing()


class LiveServer(Server):
    """Daphne's server with a graceful end.

    `drain` is awaited before anything is cut. It stores what is held and
    tells the clients to come back.
    """

    def __init__(self, *args: Any, drain: Callable[[], Awaitable[None]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._drain = drain
        self._ports: list[Any] = []
        self._told_ready = self.ready_callable
        self.ready_callable = self._prepare
        self.failed = False

    def _prepare(self) -> None:
        self.ws_factory.protocol = LiveProtocol
        # Say 1009 or 1007 instead of just cutting the line; and leave it to the
        # gate to tell a page without an origin that it may not connect.
        self.ws_factory.setProtocolOptions(
            failByDrop=False, closeHandshakeTimeout=2, allowNullOrigin=True
        )
        reactor.callWhenRunning(
            signal.signal, signal.SIGHUP, lambda *_: reactor.callFromThread(reactor.stop)
        )

    def listen_success(self, port: Any) -> None:
        super().listen_success(port)
        self._ports.append(port)
        if self._told_ready is not None and len(self._ports) == len(self.endpoints):
            self._told_ready()

    def listen_error(self, failure: Any) -> None:
        self.failed = True
        super().listen_error(failure)

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Any:
        if isinstance(protocol, LiveProtocol):
            # Only a plain TCP transport shows its socket and its buffer.
            plain = hasattr(protocol.transport, "_tempDataBuffer")
            protocol.link = (SharedSend if plain else BufferedSend)(protocol)
            extensions: Mapping[str, Any] = scope.get("extensions") or {}
            scope["extensions"] = {**extensions, SHARED_SEND: protocol.link}
        return super().create_application(protocol, scope)

    def kill_all_applications(self) -> Deferred[None]:
        """Called by the reactor before it stops; it waits for the result."""
        return Deferred.fromFuture(asyncio.ensure_future(self._end()))

    async def _end(self) -> None:
        for port in self._ports:
            port.stopListening()
        try:
            await self._drain()
        except Exception:
            logger.exception("Could not drain")
        running = self._running()
        if running:
            await asyncio.wait(running, timeout=GOODBYE_SECONDS)
        left = self._running()
        for application in left:
            application.cancel()
        if left:
            await asyncio.wait(left, timeout=1.0)
        logger.info("Stopped; %d connections were cut", len(left))

    def _running(self) -> list[asyncio.Future[Any]]:
        applications = (
            details.get("application_instance") for details in self.connections.values()
        )
        return [a for a in applications if a is not None and not a.done()]


async def _drain() -> None:
    drain = this_app().drain
    if drain is not None:
        await drain(settings.DRAIN_SECONDS)


def serve(*, host: str, port: int, on_ready: Callable[[], None] | None = None) -> None:
    """Serve the ASGI application on a TCP port until a signal ends it.

    SIGTERM, SIGINT and SIGHUP end it gracefully. Raises `OSError` if the port
    cannot be had.
    """
    application = import_by_path(settings.ASGI_APPLICATION.replace(".application", ":application"))
    endpoints = [
        f"{endpoint}:backlog={BACKLOG}"
        for endpoint in build_endpoint_description_strings(host=host, port=port)
    ]
    # Threads for the database work of views; two cores run no more at a time.
    os.environ.setdefault("ASGI_THREADS", "8")
    server = LiveServer(
        application,
        endpoints=endpoints,
        drain=_drain,
        ready_callable=on_ready,
        ping_interval=PING_SECONDS,
        ping_timeout=PONG_SECONDS,
        websocket_handshake_timeout=HANDSHAKE_SECONDS,
        websocket_connect_timeout=HANDSHAKE_SECONDS,
        websocket_max_message_size=FRAME_BYTES,
        websocket_max_frame_size=FRAME_BYTES,
        websocket_timeout=-1,
        server_name="livemap",
        verbosity=1,
    )
    server.run()
    if server.failed:
        raise OSError(f"Cannot listen on {host}:{port}")
    # Python waits for its threads, and one may wait for a database that hangs.
    last_resort = threading.Timer(EXIT_SECONDS, os._exit, (0,))
    last_resort.daemon = True
    last_resort.start()
