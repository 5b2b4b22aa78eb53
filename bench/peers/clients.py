"""People who drag on a peer: for most, one JSON text `{"id":7,"lat":1.5,"lng":-3.25}` a move."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable
from urllib.parse import urlsplit

import msgspec
from picows import WSFrame, WSMsgType

from bench.ages import longitude, now
from bench.crowd import BadRun, Client
from bench.peers import colyseus_wire


class _Move(msgspec.Struct):
    id: int
    lng: float


_move = msgspec.json.Decoder(_Move).decode
_event = msgspec.json.Decoder(tuple[str, _Move]).decode

# Engine.IO 4: a packet's first character is its type, a message's second is
# Socket.IO's. https://socket.io/docs/v4/engine-io-protocol/
PING, PONG = b"2", b"3"
CONNECT, CONNECTED = b"40", b"40{"
EVENT = b"42"


def one_move(payload: bytes) -> Iterable[tuple[int, float]]:
    """The marker and longitude of a frame that is a move."""
    move = _move(payload)
    return ((move.id, move.lng),)


def event_move(payload: bytes) -> Iterable[tuple[int, float]]:
    """The marker and longitude of a Socket.IO event; none in any other packet."""
    if not payload.startswith(EVENT):
        return ()
    _, move = _event(payload[len(EVENT) :])
    return ((move.id, move.lng),)


class PlainClient(Client):
    """Sends moves as they are; it is there as soon as its socket is."""

    def move(self) -> None:
        """Drag the marker on: a little north, and to the longitude that says when."""
        self.moves_sent += 1
        self.lat += 0.000_1
        self._transport.send(
            WSMsgType.TEXT,
            self._framed(
                b'{"id":%d,"lat":%.6f,"lng":%.6f}' % (self.marker, self.lat, longitude(now()))
            ),
        )

    def _framed(self, move: bytes) -> bytes:
        return move


class SocketIOClient(PlainClient):
    """Sends moves as events, on a websocket from the beginning."""

    def __init__(self, problems: Counter[str]) -> None:
        super().__init__(problems)
        self._admitted: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def join(self, url: str) -> None:
        """Connect to the server and to its main namespace."""
        await self.connect(url)
        self._transport.send(WSMsgType.TEXT, CONNECT)
        await self._admitted

    def _framed(self, move: bytes) -> bytes:
        return EVENT + b'["move",' + move + b"]"

    def _hear(self, frame: WSFrame) -> None:
        if self._admitted.done() and frame.payload_size > len(PING):
            return  # an event, as nearly all are
        payload = frame.get_payload_as_bytes()
        if payload == PING:
            self._transport.send(WSMsgType.TEXT, PONG)
        elif payload.startswith(CONNECTED):
            self._admitted.set_result(None)

    def _lost(self) -> None:
        if not self._admitted.done():
            self._admitted.set_exception(BadRun("a connection was lost before it was admitted"))


class _Seat(msgspec.Struct, rename="camel"):
    """What Colyseus reserves for somebody who asks for a room by its name."""

    session_id: str
    room_id: str
    process_id: str


_seat = msgspec.json.Decoder(_Seat).decode


class ColyseusClient(PlainClient):
    """Asks for a seat over HTTP, confirms it, and knows its marker from the first state."""

    def __init__(self, problems: Counter[str]) -> None:
        super().__init__(problems)
        self._key = ""
        self._admitted: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def join(self, url: str) -> None:
        """Come into the room that the last part of the address names."""
        site, _, room = url.rpartition("/")
        seat = await _reserve(urlsplit(site).netloc, room)
        self._key = seat.session_id
        await self.connect(f"{site}/{seat.process_id}/{seat.room_id}?sessionId={seat.session_id}")
        await self._admitted

    async def appear(self, turn: int) -> None:
        """It has a marker already: one comes with everybody."""

    def move(self) -> None:
        """Drag the marker on: a little north, and to the longitude that says when."""
        self.moves_sent += 1
        self.lat += 0.000_1
        self._transport.send(WSMsgType.BINARY, colyseus_wire.move(self.lat, longitude(now())))

    def _hear(self, frame: WSFrame) -> None:
        if self._admitted.done():
            return
        payload = frame.get_payload_as_bytes()
        if payload[0] == colyseus_wire.JOIN_ROOM:
            self._transport.send(WSMsgType.BINARY, payload[:1])
        elif payload[0] == colyseus_wire.ROOM_STATE:
            self.marker = colyseus_wire.reference_of(self._key, payload)
            self._admitted.set_result(None)

    def _lost(self) -> None:
        if not self._admitted.done():
            self._admitted.set_exception(BadRun("a connection was lost before it was admitted"))


async def _reserve(netloc: str, room: str) -> _Seat:
    """A seat in the room of this name, which is opened if nobody has come yet."""
    body = msgspec.json.encode({"code": room})
    host, _, port = netloc.partition(":")
    try:
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(
            b"POST /matchmake/joinOrCreate/map HTTP/1.1\r\nHost: %b\r\nConnection: close\r\n"
            b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
            % (netloc.encode(), len(body), body)
        )
        answer = await reader.read()
        writer.close()
    except OSError as error:
        raise BadRun(f"a seat could not be asked for: {error}") from error
    head, _, seat = answer.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200 "):
        raise BadRun(f"no seat was given: {head[:40]!r}")
    return _seat(seat)
