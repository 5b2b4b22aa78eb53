"""A WebSocket under Daphne: a link for the room to send by, and limits on the client."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

from daphne.ws_protocol import WebSocketProtocol
from twisted.internet.interfaces import IPushProducer
from zope.interface import implementer  # type: ignore[import-untyped]

from mapapp.protocol import outgoing
from mapapp.protocol.codes import Close
from mapapp.protocol.framing import Frame, short_text
from mapapp.server.allowance import UNREAD_ANSWERS, Allowance
from mapapp.server.transport import SEND_BUFFER

# Frames of one client that may wait for its consumer; beyond this its socket is
# not read for a while, so that TCP slows it down.
INBOX_HIGH, INBOX_PAUSE_SECONDS = 64, 0.05
# A client that has taken something within this time counts as present.
PROGRESS_SECONDS = 15.0
# No answer is longer than this; longer frames are the room's news.
_LONGEST_ANSWER = 1024
_WHOLE_MESSAGE = (1, 2)  # opcodes of text and binary frames


@implementer(IPushProducer)
class SharedSend:
    """The link that `consumers.links` finds in the scope's extensions.

    As the transport's producer it learns when bytes begin to wait, and when all have
    been written.
    """

    def __init__(self, protocol: LiveProtocol) -> None:
        self.on_ready: Callable[[], None] = _nothing
        self.hear: Callable[[bytes], bool] | None = None
        self.ready = True
        self._protocol: LiveProtocol | _Gone = protocol

    @property
    def taken_at(self) -> float:
        """When the client last took something that had to wait, in the loop's seconds."""
        return self._protocol.taken_at

    def send(self, frame: Frame) -> None:
        protocol = self._protocol
        if protocol.state == protocol.STATE_OPEN:
            protocol.transport.write(frame.wire)
            if not self.ready:
                protocol.count_unread(len(frame.wire))

    def limit_waiting(self, size: int) -> None:
        if self._protocol.state == self._protocol.STATE_OPEN:
            self._protocol.transport.limit_unsent(size)

    def close(self, code: int, *, abort: bool = False) -> None:
        # Not `sendClose`, which refuses codes below 3000, such as 1012.
        if self._protocol.state == self._protocol.STATE_OPEN:
            self._protocol.sendCloseFrame(code=int(code))
        if abort:
            self._protocol.leave_to_kernel()

    def end(self) -> None:
        """Let go of the connection, which has ended; a consumer may keep the link longer."""
        self.on_ready, self.hear, self._protocol = _nothing, None, _GONE

    def pauseProducing(self) -> None:
        self.ready = False

    def resumeProducing(self) -> None:
        self.ready = True
        self._protocol.all_is_taken()
        self.on_ready()

    def stopProducing(self) -> None:
        self.ready = False


class LiveProtocol(WebSocketProtocol):
    """Daphne's WebSocket protocol, with a link and with limits on waiting frames."""

    transport: Any  # Twisted's interface lists none of what its transports have
    current_frame: Any  # Autobahn's: the frame that it is reading, or None
    autoPingTimeoutCall: Any  # likewise: what fires when a ping is not answered, or None
    link: SharedSend | None = None
    _allowance: Allowance | None = None
    # Reasons not to read the socket now; any of them suffices.
    _inbox_is_full = False
    _too_many_bytes = False
    _answers_unread = 0
    # Closed for flooding; its input is ignored.
    _deaf = False
    # Whether anything has come in since the last look (`check_timeouts`).
    _has_spoken = False

    def onOpen(self) -> None:
        super().onOpen()
        self._allowance = Allowance(time.monotonic())
        if self.link is not None:
            self.transport.limit_send_buffer(SEND_BUFFER)
            self.transport.unregisterProducer()
            self.transport.registerProducer(self.link, True)

    def connectionLost(self, reason: Any = None) -> None:
        super().connectionLost(reason)
        if self.link is not None:
            self.link.end()
        # Each of these refers to this protocol, which would live until the garbage
        # collection with everything it holds.
        self.is_open = self.is_closed = self.link = None
        self.__dict__.pop("handshake_deferred", None)
        self.__dict__.pop("application_deferred", None)

    def onClose(self, wasClean: bool, code: int | None, reason: str | None) -> None:
        """Daphne's, which fails if the handshake ended before Daphne heard of it."""
        if hasattr(self, "server"):
            super().onClose(wasClean, code, reason)

    # --- what comes in --------------------------------------------------------------

    def dataReceived(self, data: bytes) -> None:
        """Hand short text frames straight to `hear`, and all else to Autobahn.

        Only between messages: once Autobahn has begun one, the following bytes belong to it.
        """
        self._has_spoken = True
        hear = self.link.hear if self.link is not None else None
        # Before the handshake is over, Autobahn has none of these fields.
        if hear is not None and not (self.data or self.inside_message or self.current_frame):
            at = 0
            while (frame := short_text(data, at)) is not None and hear(frame[0]):
                at = frame[1]
                if at == len(data):
                    return
            data = data[at:]
        if self._deaf:
            return
        self._dataReceived(data)
        if self._allowance is not None and not self._deaf:
            wait = self._allowance.pause(len(data), time.monotonic())
            if wait and not self._too_many_bytes:
                self._too_many_bytes = True
                asyncio.get_running_loop().call_later(wait, self._bytes_allowed)
                self._read_or_not()

    def onFrameBegin(self) -> None:
        """Autobahn's hook: the header of a frame has arrived."""
        super().onFrameBegin()
        frame, allowance = self.current_frame, self._allowance
        if allowance is None or self._deaf:
            return
        now = time.monotonic()
        is_message = frame.fin and frame.opcode in _WHOLE_MESSAGE
        if not (allowance.message(now) if is_message else allowance.frame(now)):
            self._close_for_flood()

    def _close_for_flood(self) -> None:
        """Say why, and ignore further input; the line is cut if the client does not close it."""
        if self.state == self.STATE_OPEN:
            self.transport.write(Frame(outgoing.bye(Close.TOO_FAST)).wire)
            self.sendCloseFrame(code=int(Close.TOO_FAST))
        self._deaf = True
        self.data = b""
        self._read_or_not()

    def onMessage(self, payload: bytes, isBinary: bool) -> None:
        super().onMessage(payload, isBinary)
        if self.application_queue.qsize() > INBOX_HIGH and not self._inbox_is_full:
            self._inbox_is_full = True
            self._read_or_not()
            asyncio.get_running_loop().call_later(INBOX_PAUSE_SECONDS, self._look_at_inbox)

    def _look_at_inbox(self) -> None:
        if self.state != self.STATE_OPEN:
            return
        if self.application_queue.qsize() > INBOX_HIGH // 2:
            asyncio.get_running_loop().call_later(INBOX_PAUSE_SECONDS, self._look_at_inbox)
        else:
            self._inbox_is_full = False
            self._read_or_not()

    def _bytes_allowed(self) -> None:
        self._too_many_bytes = False
        self._read_or_not()

    def _read_or_not(self) -> None:
        """Read the socket, unless there is a reason not to."""
        if self.state == self.STATE_CLOSED or not self.transport.connected:
            return
        if (
            self._deaf
            or self._inbox_is_full
            or self._too_many_bytes
            or self._answers_unread > UNREAD_ANSWERS
        ):
            self.transport.pauseProducing()
        else:
            self.transport.resumeProducing()

    # --- what goes out ----------------------------------------------------------------

    def sendData(self, data: bytes, sync: bool = False, chopsize: int | None = None) -> None:
        """Autobahn's way out, for handshakes, pings, pongs and closes."""
        super().sendData(data, sync, chopsize)
        if self.link is not None and not self.link.ready:
            self.count_unread(len(data))

    def count_unread(self, size: int) -> None:
        """Note that a frame of `size` bytes waits for a client that takes nothing now."""
        if size <= _LONGEST_ANSWER:
            self._answers_unread += size
            if self._answers_unread > UNREAD_ANSWERS:
                self._read_or_not()

    def all_is_taken(self) -> None:
        """Note that nothing waits now."""
        if self._answers_unread:
            unread, self._answers_unread = self._answers_unread, 0
            if unread > UNREAD_ANSWERS:
                self._read_or_not()

    def serverAccept(self, subprotocol: str | None = None) -> None:
        # Autobahn accepts only the subprotocols offered, which Daphne has decoded.
        super().serverAccept(subprotocol if subprotocol in self.websocket_protocols else None)

    # --- who is still there --------------------------------------------------------------

    @property
    def taken_at(self) -> float:
        """When the client last took something that had to wait, in the loop's seconds."""
        return float(self.transport.taken_at) if self.transport is not None else 0.0

    def leave_to_kernel(self) -> None:
        """Close the connection after the bytes already written; see the transport's method."""
        self.transport.leave_to_kernel()

    def check_timeouts(self) -> None:
        """Daphne's check, every other second, without a ping for who is known to be there.

        Daphne would not know, for moves do not get as far; and to one that is still
        reading, a ping would wait behind the other bytes, and its answer would come too late.
        """
        if self._is_there():
            self._has_spoken = False
            self.last_ping = time.monotonic()  # so that Daphne measures it (mapapp.server.checkers)
            self._forget_ping()
        super().check_timeouts()

    def onAutoPingTimeout(self) -> None:
        """Autobahn's hook: a ping was not answered."""
        if self._is_there():
            self._forget_ping()  # the next check asks again
        else:
            super().onAutoPingTimeout()

    def _forget_ping(self) -> None:
        """Wait no longer for the answer to a ping."""
        if self.autoPingTimeoutCall is not None:
            self.autoPingTimeoutCall.cancel()
        self.autoPingTimeoutCall = self.autoPingPending = None

    def _is_there(self) -> bool:
        return self._has_spoken or self._makes_progress()

    def _makes_progress(self) -> bool:
        transport = self.transport
        return (
            transport is not None
            and transport.waiting > 0
            and asyncio.get_running_loop().time() - transport.taken_at < PROGRESS_SECONDS
        )


def _nothing() -> None:
    pass


class _Gone:
    """Stands in for a protocol whose connection has ended."""

    STATE_OPEN = 1
    state = 0
    transport: Any = None
    taken_at = 0.0

    def leave_to_kernel(self) -> None: ...

    def sendCloseFrame(self, code: int) -> None: ...

    def count_unread(self, size: int) -> None: ...

    def all_is_taken(self) -> None: ...


_GONE = _Gone()
