"""The consumer behind `/ws/<code>`: one per socket, from hello to goodbye."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from channels.consumer import AsyncConsumer

from consumers.gate import Gate, Rejected
from consumers.hearing import MoveHearing
from consumers.links import link_for
from consumers.rate_limits import RateLimits
from mapapp.domain.storing import Answer
from mapapp.live.fanout.connection import HOST, Connection
from mapapp.live.hub import Hub
from mapapp.live.ports import Link, NoHub
from mapapp.live.room import LiveRoom
from mapapp.protocol import SUBPROTOCOL, outgoing
from mapapp.protocol.codes import Close
from mapapp.protocol.framing import Frame
from mapapp.protocol.incoming import (
    FRAME_LIMIT,
    HOST_FRAME_LIMIT,
    BadFrame,
    ChangeMessage,
    Hello,
    Look,
    Message,
    Move,
    Ping,
    decode,
    operation_of,
)

logger = logging.getLogger(__name__)

Receive = Callable[[], Awaitable[dict[str, Any]]]


class _Left(Exception):
    """The client has closed the socket."""


class MapConsumer(AsyncConsumer):
    """Takes one client's frames, one after another.

    It has no channel of its own and touches no database, so it needs neither the
    two tasks nor the database clean-up that `AsyncConsumer` spends on every
    message, and reads its socket in a plain loop instead. `hub` returns the
    process's hub, which exists only once a loop runs, or raises `NoHub` if there
    cannot be one.
    """

    _link: Link
    _receive: Receive

    def __init__(
        self, *, hub: Callable[[], Awaitable[Hub]], gate: Gate, hello_seconds: float
    ) -> None:
        self._hub = hub
        self._gate = gate
        self._hello_seconds = hello_seconds
        self._loop = asyncio.get_running_loop()
        self._limits = RateLimits(self._loop.time())
        self._unanswered = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self._receive = receive
        await receive()  # websocket.connect
        offered = SUBPROTOCOL in scope["subprotocols"]
        # Always accepted: only an open socket can be closed with a code.
        await send({"type": "websocket.accept", "subprotocol": SUBPROTOCOL if offered else None})
        self._link = link_for(scope, send)
        address: str | None = None
        try:
            if not offered:
                raise Rejected(Close.SUBPROTOCOL)
            address = self._gate.enter(scope)
            hello = await self._hello()
            hub = await self._started_hub()
            code = scope["url_route"]["kwargs"]["code"]
            room = await self._gate.find_room(hub, code, address)
            if hello.pair is not None and hello.as_ == HOST:
                await self._gate.pair(hub, room, hello, address)
            connection, token = self._gate.admit(room, hello, self._link, address)
            room.join(connection, token=token, epoch=hello.epoch, revision=hello.rev)
            if connection.key:
                hub.key_used(room, connection.key)
            # Not kept in a field, which would make a cycle of it and this consumer.
            hearing = MoveHearing(room, connection, self._limits, self._loop.time, self._error)
            self._link.hear = hearing.hear
            try:
                await self._serve(hub, room, connection, hearing)
            finally:
                self._link.hear = None
                room.leave(connection)
        except Rejected as rejected:
            await self._turn_away(rejected)
        except _Left:
            pass
        finally:
            if address is not None:
                self._gate.exit(address)

    # --- before and after the room ----------------------------------------------

    async def _hello(self) -> Hello:
        try:
            async with asyncio.timeout(self._hello_seconds):
                message = self._parse(await self._next())
        except TimeoutError:
            raise Rejected(Close.HELLO_TIMEOUT) from None
        except BadFrame as bad:
            self._error(bad)
            raise Rejected(Close.BAD_HELLO) from None
        if not isinstance(message, Hello):
            self._error(BadFrame("hello_first"))
            raise Rejected(Close.BAD_HELLO)
        return message

    async def _started_hub(self) -> Hub:
        try:
            return await self._hub()
        except NoHub as error:
            logger.error("%s", error)
            raise Rejected(Close.NOT_READY) from None

    async def _turn_away(self, rejected: Rejected) -> None:
        self._link.send(Frame(outgoing.bye(rejected.close, rejected.retry_ms)))
        self._link.close(rejected.close)
        try:
            async with asyncio.timeout(self._hello_seconds):
                while True:
                    await self._next()
        except (TimeoutError, _Left):
            pass

    # --- in the room --------------------------------------------------------------

    async def _serve(
        self, hub: Hub, room: LiveRoom, connection: Connection, hearing: MoveHearing
    ) -> None:
        limit = HOST_FRAME_LIMIT if connection.host else FRAME_LIMIT
        while True:
            event = await self._next()
            if connection.closed:
                continue  # until the client closes its side, too
            try:
                message = self._parse(event, limit)
                if isinstance(message, Move):
                    self._move(hearing, message)
                else:
                    await self._take(hub, room, connection, message)
            except BadFrame as bad:
                self._complain(bad)

    def _move(self, hearing: MoveHearing, move: Move) -> None:
        now = self._loop.time()
        if self._limits.moves.take(now):
            hearing.take(move, now)
        else:
            self._too_fast()

    async def _take(
        self, hub: Hub, room: LiveRoom, connection: Connection, message: Message
    ) -> None:
        match message:
            case Look():
                if self._limits.may_ask(self._loop.time()):
                    room.fanout.look(
                        connection, message.south, message.west, message.north, message.east
                    )
                else:
                    self._too_fast()
            case ChangeMessage():
                await self._change(hub, room, connection, message)
            case Ping():
                if self._limits.may_ask(self._loop.time()):
                    self._send(outgoing.pong(message.id, connection.cursor.revision, hub.clock()))
                else:
                    self._too_fast()
            case Hello():
                raise BadFrame("hello_twice")

    async def _change(
        self, hub: Hub, room: LiveRoom, connection: Connection, message: ChangeMessage
    ) -> None:
        client = message.client or connection.client
        op, whose = message.op, message.client
        if connection.participant is None:
            raise BadFrame("read_only", op=op, client=whose)
        if client is None:
            raise BadFrame(
                "bad_field", "client: hello must give one before changes.", op=op, client=whose
            )
        operation = operation_of(message)
        if self._unanswered >= outgoing.UNANSWERED_LIMIT:
            # As after `unavailable`: none of the client's later ops may overtake this one.
            connection.turned_away.note(client, op)
            raise BadFrame("too_many_unanswered", op=op, client=whose)
        if wait := self._limits.change_wait(self._loop.time()):
            # Only this socket waits for its turn.
            if self._limits.warn(self._loop.time()):
                self._error(BadFrame("slow_down"))
            await asyncio.sleep(wait)
        self._unanswered += 1

        def answered(answer: Answer) -> None:
            self._unanswered -= 1
            self._send(outgoing.answer(message.op, message.client, answer))

        hub.submit(room, connection, client, message.op, operation, answered)

    # --- frames -------------------------------------------------------------------

    async def _next(self) -> dict[str, Any]:
        event = await self._receive()
        if event["type"] == "websocket.disconnect":
            raise _Left
        return event

    @staticmethod
    def _parse(event: Mapping[str, Any], limit: int = FRAME_LIMIT) -> Message:
        text = event.get("text")
        if text is None:
            raise BadFrame("binary")
        return decode(text, limit)

    def _complain(self, bad: BadFrame) -> None:
        """Report the error in a frame, unless there are too many of them (A3)."""
        if self._limits.may_ask(self._loop.time()):
            self._error(bad)
        else:
            self._too_fast()

    def _too_fast(self) -> None:
        now = self._loop.time()
        if self._limits.flooding(now):
            raise Rejected(Close.TOO_FAST)
        if self._limits.warn(now):
            self._error(BadFrame("slow_down"))

    def _error(self, bad: BadFrame) -> None:
        self._send(outgoing.error(bad.code, bad.message, bad.op, bad.client))

    def _send(self, payload: bytes) -> None:
        self._link.send(Frame(payload))
