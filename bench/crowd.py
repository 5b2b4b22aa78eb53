"""Many people in one room, from one process that must not become the bottleneck.

They speak docs/PROTOCOL.md. To stay cheap, only observers keep what they get
(it is parsed after the measurement); the others count bytes, and look into a
frame only where it may be addressed to them.
"""

from __future__ import annotations

import asyncio
import random
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from itertools import count

import msgspec
from picows import WSCloseCode, WSError, WSFrame, WSListener, WSMsgType, WSTransport, ws_connect

from bench.ages import longitude, now
from bench.wire import wire_bytes

HANDSHAKE_SECONDS = 60
PATIENCE_SECONDS = 90.0
# While only counting: what is addressed to one person (ack, refused, error,
# bye) is shorter than this; only ticks and snapshots are longer.
PERSONAL_BYTES = 1024
MOVES_PER_SECOND = 10
_DATA = (WSMsgType.TEXT, WSMsgType.BINARY)


class Head(msgspec.Struct):
    """What every frame from the server has, and what answers have."""

    t: str
    op: int = 0
    moves_per_second: int = 0
    rev: int = 0
    marker: int = 0
    code: str = ""


_head = msgspec.json.Decoder(Head).decode
_encode = msgspec.json.encode


class BadRun(Exception):
    """What was set up did not come about, so there is nothing to measure."""


@dataclass(slots=True)
class Answer:
    """A change's answer, and how many seconds it took."""

    head: Head
    seconds: float


class Person(WSListener):
    """One connection.

    `problems` is shared: refusals, errors and closes by their codes. `moves` is
    how it takes positions: as "json" or as "binary".
    """

    def __init__(self, problems: Counter[str], moves: str) -> None:
        self.problems = problems
        self.moves = moves
        # How many moves a second the server asks for.
        self.pace = MOVES_PER_SECOND
        self.frames = 0
        self.bytes_received = 0
        self.moves_sent = 0
        self.marker = 0
        self.grab = 0
        self.lat = random.uniform(-60, 60)
        self.counting = False
        self.kept: list[tuple[float, bytes]] | None = None
        self.joined_after = float("nan")  # seconds from connecting to the snapshot
        self._transport: WSTransport
        self._began = 0.0
        self._state: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._ops = count(1)
        self._waiting: dict[int, tuple[float, asyncio.Future[Answer]]] = {}
        self._leaving = False
        self.connected = False

    # --- what it does -----------------------------------------------------------

    async def connect(self, url: str) -> None:
        """Open the socket, and say nothing."""
        self._began = now()
        try:
            await ws_connect(
                lambda: self,
                url,
                extra_headers={"Sec-WebSocket-Protocol": "map.v1"},
                websocket_handshake_timeout=HANDSHAKE_SECONDS,
            )
        except (WSError, OSError) as error:
            raise BadRun(f"somebody could not connect: {error}") from error

    async def join(self, url: str) -> None:
        """Connect, say hello, and return once the room's state has come."""
        await self.connect(url)
        hello = {"t": "hello", "as": "participant", "client": str(uuid.uuid4())}
        self._send({**hello, "moves": self.moves})
        await self._state

    async def place(self) -> Answer:
        """Put a marker on the map."""
        answer = await self._change({"t": "add", "lat": self.lat, "lng": 0.0})
        self.marker = answer.head.marker
        return answer

    async def take(self) -> Answer:
        """Grab the marker."""
        answer = await self._change({"t": "grab", "marker": self.marker})
        self.grab = answer.head.rev
        return answer

    async def drop(self) -> Answer:
        """Let the marker go where it is."""
        where = {"lat": self.lat, "lng": longitude(now())}
        return await self._change({"t": "drop", "marker": self.marker, "grab": self.grab, **where})

    def move(self) -> None:
        """Drag the marker on: a little north, and to the longitude that says when."""
        self.lat += 0.000_1
        self.moves_sent += 1
        self._transport.send(
            WSMsgType.TEXT,
            b'{"t":"move","marker":%d,"grab":%d,"lat":%.6f,"lng":%.6f}'
            % (self.marker, self.grab, self.lat, longitude(now())),
        )

    def leave(self) -> None:
        self._leaving = True
        if self.connected:
            self._transport.disconnect(graceful=False)

    def _send(self, frame: dict[str, object]) -> None:
        self._transport.send(WSMsgType.TEXT, _encode(frame))

    async def _change(self, frame: dict[str, object]) -> Answer:
        if not self.connected:
            raise BadRun("a connection was lost")
        op = next(self._ops)
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting[op] = now(), answer
        self._send({**frame, "op": op})
        answered = await answer
        if answered.head.t != "ack":
            raise BadRun(f"{frame['t']} was not done: {answered.head.code}")
        return answered

    # --- what it hears ----------------------------------------------------------

    def on_ws_connected(self, transport: WSTransport) -> None:
        self._transport, self.connected = transport, True

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        size = frame.payload_size
        kind = frame.msg_type
        if kind in _DATA:
            self.frames += 1
            self.bytes_received += wire_bytes(size)
            if self.kept is not None:
                self.kept.append((now(), frame.get_payload_as_bytes()))
            if kind == WSMsgType.TEXT and not (self.counting and size >= PERSONAL_BYTES):
                self._hear(_head(frame.get_payload_as_memoryview()))
        elif kind == WSMsgType.CLOSE:
            self.problems[f"close {frame.get_close_code()}"] += 1
            transport.send_close(WSCloseCode.OK)

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        self.connected = False
        if self._leaving:
            return
        self.problems["disconnected"] += 1
        lost = BadRun("a connection was lost while it waited for an answer")
        if not self._state.done():
            self._state.set_exception(lost)
        for _, answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(lost)

    def _hear(self, head: Head) -> None:
        match head.t:
            case "snapshot":
                if not self._state.done():
                    self.joined_after = now() - self._began
                    self._state.set_result(None)
            case "pace":
                self.pace = head.moves_per_second
            case "ack" | "refused" | "error":
                if head.code:
                    self.problems[head.code] += 1
                if head.op in self._waiting:
                    sent, answer = self._waiting.pop(head.op)
                    answer.set_result(Answer(head, now() - sent))


class Crowd:
    """The people of a run. They leave with `leave`."""

    def __init__(self, url: str, moves: str = "binary") -> None:
        self.url = url
        self._moves = moves
        self.people: list[Person] = []
        self.problems: Counter[str] = Counter()

    def expect(self, number: int) -> list[Person]:
        """Add people who have not come in yet."""
        newcomers = [Person(self.problems, self._moves) for _ in range(number)]
        self.people += newcomers
        return newcomers

    async def join(self, number: int, *, at_once: int = 100) -> None:
        """Add people and let them in, `at_once` of them at any time."""
        await in_turns(self.expect(number), lambda person: person.join(self.url), at_once)

    async def connect(self, number: int, *, at_once: int = 100) -> None:
        """Add people and connect them, as to a server that knows no rooms."""
        await in_turns(self.expect(number), lambda person: person.connect(self.url), at_once)

    def trouble(self) -> str:
        """The problems so far, in a few words; empty when there were none."""
        return ", ".join(f"{code} ({times})" for code, times in sorted(self.problems.items()))

    def leave(self) -> None:
        for person in self.people:
            person.leave()
        self.people = []


async def in_turns(
    people: Iterable[Person], action: Callable[[Person], Awaitable[object]], at_once: int
) -> None:
    """Let each of them do something, `at_once` of them at any time.

    Raises `BadRun` when it takes longer than `PATIENCE_SECONDS`.
    """
    turn = asyncio.Semaphore(at_once)

    async def one(person: Person) -> None:
        async with turn:
            await action(person)

    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await asyncio.gather(*(one(person) for person in people))
    except TimeoutError:
        raise BadRun(f"not all were ready within {PATIENCE_SECONDS:.0f} s") from None
