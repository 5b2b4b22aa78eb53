"""Daphne's HTTP, with bounds on what a client may send (A3).

Daphne and Twisted take a whole body before anybody can look at the request, on
any path, and wait without limit for one that comes byte by byte. Here a request is
refused, with a sentence, as soon as it is known to be too much, and before any of
it is kept.
"""

from __future__ import annotations

import asyncio
import io
import re
from typing import Any

from daphne.http_protocol import HTTPFactory, WebRequest
from twisted.internet.defer import Deferred, succeed
from twisted.internet.error import ConnectionAborted, ConnectionDone
from twisted.web import http

from mapapp.server.arrivals import TOO_MANY, Arrivals
from mapapp.server.origins import client_address
from mapapp.server.transport import SEND_BUFFER

# Many times the largest body that any of our forms and API calls needs.
BODY_BYTES = 64 * 1024
# From a request's first byte to its last. One of ours takes ten seconds on a line
# with a round trip of five.
REQUEST_SECONDS = 30.0
# The time that a connection may wait for its next request.
IDLE_SECONDS = 60.0
# An answer is given up if the client has taken nothing of it for this long.
UNREAD_SECONDS = 20.0
# After a refusal the line stays open for this long, and input up to this size is
# discarded, because cutting the line at once would lose the answer.
_LINGER_SECONDS, _LINGER_BYTES = 2.0, 256 * 1024
# The most refused connections that may linger: each is an open file.
_LINGERING_MOST = 8

_STATUS = {
    400: b"Bad Request",
    408: b"Request Timeout",
    413: b"Content Too Large",
    429: b"Too Many Requests",
    431: b"Request Header Fields Too Large",
    503: b"Service Unavailable",
}
_TOO_LARGE = f"A request may hold at most {BODY_BYTES // 1024} kB."
_PRINTABLE = re.compile(rb"[\x20-\x7e]*")
# More digits than any real length has, and few enough for `int`.
_LENGTH_DIGITS = 18


class LiveFactory(HTTPFactory):
    """Makes the channel of each TCP connection."""

    def __init__(self, server: Any, arrivals: Arrivals) -> None:
        super().__init__(server)
        self.arrivals = arrivals
        self.lingering = 0

    def buildProtocol(self, addr: Any) -> Any:
        # Twisted's own wraps each channel for HTTP/2, which needs TLS.
        channel = LiveChannel(self, addr.host)
        channel.requestFactory = LiveRequest
        return channel

    def log(self, request: Any) -> None:
        """Do nothing: Twisted would build an access log line per request, and Daphne drops it."""


class LiveChannel(http.HTTPChannel):
    """A TCP connection that speaks HTTP, until it becomes a WebSocket."""

    transport: Any
    requests: list[Any]
    requestFactory: Any
    timeOut = None  # Twisted's timeout restarts with each byte; ours is below

    def __init__(self, factory: LiveFactory, host: str) -> None:
        super().__init__()
        self.factory = factory
        self._address = client_address({"client": (host, 0)})
        self._loop = asyncio.get_running_loop()
        self._clock: asyncio.TimerHandle | None = None
        self._answering = False
        self._receiving = False
        self._refused = False
        self._thrown_away = 0
        self._is_http = True

    # --- from the first byte to the last ----------------------------------------

    def connectionMade(self) -> None:
        super().connectionMade()
        self.transport.limit_send_buffer(SEND_BUFFER)
        self.transport.on_lost = self.factory.arrivals.leave
        if refusal := self.factory.arrivals.enter(self._address):
            self.refuse(429 if refusal == TOO_MANY else 503, refusal)
            return
        self._await_request()

    def dataReceived(self, data: bytes) -> None:
        if self._refused:
            self._throw_away(data)
            return
        if not (self._answering or self._receiving):
            self._receiving = True
            self._watch(REQUEST_SECONDS, self._too_slow)
        super().dataReceived(data)

    def headerReceived(self, line: bytes) -> bool:
        name, _, value = line.partition(b":")
        # Python raises an exception for a number of thousands of digits.
        too_long = name.lower() == b"content-length" and len(value.strip()) > _LENGTH_DIGITS
        if not too_long and not super().headerReceived(line):
            return False
        if too_long or (self.length is not None and self.length > BODY_BYTES):
            self.refuse(413, _TOO_LARGE)
            return False
        return True

    def allHeadersReceived(self) -> None:
        if self.requests[-1].requestHeaders.hasHeader(b"Upgrade") and self.length != 0:
            self.refuse(400, "A request for an upgrade has no body.")
            return
        super().allHeadersReceived()

    def allContentReceived(self) -> None:
        if self._refused:
            return
        self._receiving = False
        self._answering = True
        self._watch(None)
        self.factory.arrivals.work(self)
        super().allContentReceived()

    def requestDone(self, request: Any) -> None:
        self._answering = False
        super().requestDone(request)  # goes on with what has arrived meanwhile
        if not (self._answering or self._receiving or self._refused):
            self._await_request()

    def connectionLost(self, reason: Any = None) -> None:
        self._watch(None)
        self._leave_http()
        if self._refused:
            self.factory.lingering -= 1
        super().connectionLost(reason)
        # Unfinished requests refer to this channel, and would keep it alive.
        self.requests.clear()
        self._transferDecoder = None

    def become_socket(self) -> None:
        """Let go of everything: a WebSocket has taken over the transport."""
        self._watch(None)
        self._leave_http()
        self.requests.clear()

    def _leave_http(self) -> None:
        self.factory.arrivals.work(self)
        if self._is_http:
            self._is_http = False
            self.factory.arrivals.end_requests(self._address)

    # --- time ---------------------------------------------------------------------

    def _watch(self, seconds: float | None, then: Any = None) -> None:
        if self._clock is not None:
            self._clock.cancel()
        self._clock = None if seconds is None else self._loop.call_later(seconds, then)

    def _await_request(self) -> None:
        """Wait for the next request; the last answer may still be on its way."""
        self.factory.arrivals.wait(self)
        self._watch(UNREAD_SECONDS if self.transport.waiting else IDLE_SECONDS, self._idle)

    def _idle(self) -> None:
        if not self.transport.waiting:
            self.transport.loseConnection()
        elif self._loop.time() - self.transport.taken_at >= UNREAD_SECONDS:
            self.transport.abortConnection()
        else:
            self._await_request()  # it makes progress, however slow

    def _too_slow(self) -> None:
        self.refuse(408, f"A request has to be complete within {REQUEST_SECONDS:.0f} seconds.")

    def make_way(self) -> None:
        """Close: a newcomer needs the place, and nobody waits for an answer here."""
        self.transport.close_now(ConnectionAborted())

    # --- refusals -----------------------------------------------------------------

    def refuse(self, status: int, sentence: str) -> None:
        """Answer with an error and close. Further input is ignored."""
        if self._refused:
            return
        self._refused = True
        self._receiving = False
        self.factory.lingering += 1
        self.factory.arrivals.work(self)
        body = f"{sentence}\n".encode()
        self.transport.write(
            b"HTTP/1.1 %d %s\r\nContent-Type: text/plain; charset=utf-8\r\n"
            b"Content-Length: %d\r\nCache-Control: no-store\r\nRetry-After: 60\r\n"
            b"Connection: close\r\n\r\n%s" % (status, _STATUS[status], len(body), body)
        )
        self.transport.unregisterProducer()
        self.lineReceived = self.rawDataReceived = _ignore  # type: ignore[method-assign]
        if self.factory.lingering > _LINGERING_MOST and not self.transport.waiting:
            self.transport.close_now(ConnectionDone())
            return
        self.transport.loseWriteConnection()
        self.transport.resumeProducing()
        self._watch(_LINGER_SECONDS, self.transport.loseConnection)

    def _throw_away(self, data: bytes) -> None:
        self._thrown_away += len(data)
        if self._thrown_away > _LINGER_BYTES:
            # TCP stops the client, which still has its time to read the answer: to cut
            # the line now would take it out of the client's hands.
            self.transport.pauseProducing()

    def lineLengthExceeded(self, line: bytes) -> None:
        self.refuse(431, "A line of the request is too long.")

    def _respondToBadRequestAndDisconnect(self) -> None:
        """Answer input that is not HTTP; Twisted's own cuts the line without a word."""
        self.refuse(400, "This isn't a valid HTTP request.")


def _ignore(data: bytes) -> None:
    pass


class LiveRequest(WebRequest):
    """Daphne's request, with its body in memory and within bounds."""

    channel: Any
    transport: Any
    content: Any
    requestHeaders: Any

    def __init__(self, channel: LiveChannel, queued: object = False) -> None:
        # Twisted would parse forms; Django does that.
        super().__init__(channel, queued, parsePOSTFormSubmission=False)

    def gotLength(self, length: int | None) -> None:
        """Keep the body in memory: Twisted's temporary file is for large bodies."""
        self.content = io.BytesIO()

    def handleContentChunk(self, data: bytes) -> None:
        if self.content.tell() + len(data) > BODY_BYTES:
            self.channel.refuse(413, _TOO_LARGE)
        else:
            self.content.write(data)

    def finish(self) -> None:
        """End the answer, without reporting a disconnect to the application.

        Django, which has just answered, would take it for an abort: an exception
        whose traceback keeps the whole request until the garbage collection.
        """
        self.application_queue = None
        super().finish()

    def process(self) -> Deferred[None]:
        """Hand the request on, without a header that clients must not set."""
        headers, channel = self.requestHeaders, self.channel
        # Daphne believes it, whoever sends it, and routes by it.
        headers.removeHeader(b"Daphne-Root-Path")
        if headers.hasHeader(b"Upgrade") and not _all_printable(
            headers.getRawHeaders(b"Sec-WebSocket-Protocol", ())
        ):
            channel.refuse(400, "Sec-WebSocket-Protocol has to be ASCII.")
            return succeed(None)
        handled: Deferred[None] = super().process()
        if self.transport is None:  # Daphne has given it to a WebSocket
            channel.become_socket()
        return handled


def _all_printable(values: Any) -> bool:
    return all(_PRINTABLE.fullmatch(value) for value in values)
