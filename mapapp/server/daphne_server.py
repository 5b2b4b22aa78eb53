"""Daphne, extended through its own hooks.

A live map needs two things that stock Daphne lacks: cheap connections
(`mapapp.server.transport`), and a shutdown that tells everybody to come back (S1).
"""

from __future__ import annotations

# On import, Daphne installs Twisted's asyncio reactor, on a loop made by the
# current policy. This must come before any other import of Twisted.
import mapapp.server.event_loop  # isort: skip  # noqa: F401
from mapapp.server.checkers import CheckedServer

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
from django.conf import settings  # isort: skip
from twisted.internet import reactor as twisted_reactor  # isort: skip
from twisted.internet.defer import Deferred  # isort: skip

from mapapp.server import open_files  # isort: skip
from mapapp.server.arrivals import Arrivals  # isort: skip
from mapapp.server.extension import SHARED_SEND  # isort: skip
from mapapp.server.gc_schedule import GarbageCollection  # isort: skip
from mapapp.server.http_channel import LiveFactory  # isort: skip
from mapapp.server.shared_port import BACKLOG  # isort: skip
from mapapp.server.socket_protocol import LiveProtocol, SharedSend  # isort: skip
from mapapp.server.timers import LoopTimers  # isort: skip
from mapapp.server.transport import LiveTransport  # isort: skip
from mapapp.server.worker_line import WorkerLine  # isort: skip

logger = logging.getLogger(__name__)

# Larger frames are refused before they are read to the end, with close code
# 1009; smaller ones get this far and then a clear error (4 KiB, docs/PROTOCOL.md).
FRAME_BYTES = 64 * 1024
PING_SECONDS = 20
PONG_SECONDS = 15  # less than PING_SECONDS, or one ping overtakes the other
HANDSHAKE_SECONDS = 20  # a storm of reconnects takes its time
# The time that clients have to close after the goodbye.
GOODBYE_SECONDS = 3.0
# The time that the process then has to end by itself.
EXIT_SECONDS = 2.0

reactor: Any = twisted_reactor


class LiveServer(CheckedServer):
    """Daphne's server with a graceful end.

    `drain` is awaited before anything is cut: it stores the held markers and tells
    the clients to come back. `calm` says whether nobody is dragging now. `supervisor`
    is a line to the process that has started this one; the server ends when it breaks.
    """

    def __init__(
        self,
        *args: Any,
        drain: Callable[[], Awaitable[None]],
        arrivals: Arrivals,
        calm: Callable[[], bool],
        supervisor: WorkerLine | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._supervisor = supervisor
        self._drain = drain
        self._arrivals = arrivals
        self._calm = calm
        self._ports: list[Any] = []
        self._told_ready = self.ready_callable
        self.ready_callable = self._prepare
        self.failed = False

    def _prepare(self) -> None:
        self.ws_factory.protocol = LiveProtocol
        self.ws_factory._batched_timer = LoopTimers()
        # Close with 1009 or 1007 instead of just cutting the line; and leave it to
        # the gate to refuse a page without an origin.
        self.ws_factory.setProtocolOptions(
            failByDrop=False, closeHandshakeTimeout=2, allowNullOrigin=True
        )
        if hasattr(signal, "SIGHUP"):  # not on Windows
            reactor.callWhenRunning(
                signal.signal, signal.SIGHUP, lambda *_: reactor.callFromThread(reactor.stop)
            )

    def listen_success(self, port: Any) -> None:
        super().listen_success(port)
        port.transport = LiveTransport
        port.factory = LiveFactory(self, self._arrivals)
        self._ports.append(port)
        if len(self._ports) == len(self.endpoints):
            reactor.callLater(0, self._take_over_garbage_collection)
            if self._supervisor is not None:
                reactor.callLater(0, self._supervisor.watch, self.stop)
            if self._told_ready is not None:
                self._told_ready()

    def _take_over_garbage_collection(self) -> None:
        GarbageCollection(self._calm, lambda: self._arrivals.ended).start()

    def listen_error(self, failure: Any) -> None:
        self.failed = True
        super().listen_error(failure)

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Any:
        if isinstance(protocol, LiveProtocol):
            protocol.link = SharedSend(protocol)
            extensions: Mapping[str, Any] = scope.get("extensions") or {}
            scope["extensions"] = {**extensions, SHARED_SEND: protocol.link}
            # As offered; Daphne decodes them, and Autobahn accepts nothing else.
            scope["subprotocols"] = protocol.websocket_protocols
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


def serve(
    *,
    host: str,
    port: int,
    drain: Callable[[], Awaitable[None]],
    calm: Callable[[], bool],
    on_ready: Callable[[], None] | None = None,
    listener: socket.socket | None = None,
    supervisor: WorkerLine | None = None,
) -> None:
    """Serve the ASGI application on a TCP port until a signal ends it.

    `drain` is awaited before it ends; `calm` says when a garbage collection disturbs
    nobody. A worker has a `listener`, a socket that listens on the port already, and a
    line to its `supervisor`, with which it ends.

    SIGTERM, SIGINT and (where there is one) SIGHUP end it gracefully. Raises
    `OSError` if it cannot listen on the port.
    """
    application = import_by_path(settings.ASGI_APPLICATION.replace(".application", ":application"))
    if listener is None:
        endpoints = [
            f"{endpoint}:backlog={BACKLOG}"
            for endpoint in build_endpoint_description_strings(host=host, port=port)
        ]
    else:
        endpoints = build_endpoint_description_strings(file_descriptor=listener.detach())
    arrivals = Arrivals(
        room=open_files.connections_within(open_files.raise_limit(), open_files.in_use()),
        per_address=None if settings.BEHIND_PROXY else settings.MAX_CONNECTIONS_PER_ADDRESS,
    )
    server = LiveServer(
        application,
        endpoints=endpoints,
        arrivals=arrivals,
        drain=drain,
        calm=calm,
        supervisor=supervisor,
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
