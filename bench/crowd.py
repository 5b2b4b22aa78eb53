"""Many people in one room, from one process that must not become the bottleneck.

A `Person` speaks docs/PROTOCOL.md; clients of other servers are in bench.peers.
To stay cheap, only observers keep what they get (it is parsed after the
measurement); the others count bytes, and look into a frame only where it may be
addressed to them.
"""

from __future__ import annotations

import asyncio
import random
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Generic, TypeVar

import msgspec
from picows import WSCloseCode, WSError, WSFrame, WSListener, WSMsgType, WSTransport, ws_connect

from bench.ages import longitude, now
from bench.wire import wire_bytes

HANDSHAKE_SECONDS = 60
PATIENCE_SECONDS = 90.0
# Frames for one person (ack, refused, error, bye) are shorter than this; only ticks
# and snapshots are longer, and need not be parsed to be counted.
PERSONAL_BYTES = 1024
MOVES_PER_SECOND = 10
# Looked up once: an enumeration's members are slow to find.
_TEXT, _BINARY = WSMsgType.TEXT, WSMsgType.BINARY
_DATA = (_TEXT, _BINARY)
# The first byte of a packed snapshot, and of a compressed one.
SNAPSHOT_KINDS = (4, 5)


class Head(msgspec.Struct):
    """The fields of every frame from the server, and of answers."""

    t: str
    op: int = 0
    moves_per_second: int = 0
    rev: int = 0
    marker: int = 0
    code: str = ""


_head = msgspec.json.Decoder(Head).decode
_encode = msgspec.json.encode


class BadRun(Exception):
    """The setup failed, so there is nothing to measure."""


@dataclass(slots=True)
class Answer:
    """A change's answer, and how many seconds it took."""

    head: Head
    seconds: float


class Client(WSListener):
    """One connection to any server, of somebody who drags one marker.

    `problems` is shared: refusals, errors and closes by their codes.
    """

    subprotocol = ""

    def __init__(self, problems: Counter[str]) -> None:
        self.problems = problems
        # How many moves a second the server asks for.
        self.pace = MOVES_PER_SECOND
        self.frames = 0
        self.bytes_received = 0
        self.moves_sent = 0
        # Whether its turns follow the pace, and the part of a move that it has saved up.
        self.obeys = True
        self._saved = 0.0
        self.marker = 0
        self.lat = random.uniform(-60, 60)
        self.counting = False
        self.kept: list[tuple[float, bytes]] | None = None
        self.connected = False
        self._transport: WSTransport
        self._leaving = False

    async def connect(self, url: str) -> None:
        """Open the socket, and say nothing."""
        headers = {"Sec-WebSocket-Protocol": self.subprotocol} if self.subprotocol else None
        try:
            await ws_connect(
                lambda: self,
                url,
                extra_headers=headers,
                websocket_handshake_timeout=HANDSHAKE_SECONDS,
            )
        except (WSError, OSError) as error:
            raise BadRun(f"somebody could not connect: {error}") from error

    async def join(self, url: str) -> None:
        """Connect, and return once positions can come."""
        await self.connect(url)

    async def appear(self, turn: int) -> None:
        """Have a marker on the map, as the `turn`th of those in the room (from 1)."""
        self.marker = turn

    async def take(self) -> object:
        """Grab the marker, where that is needed."""

    def move(self) -> None:
        """Drag the marker on."""
        raise NotImplementedError

    def take_turn(self) -> None:
        """Drag on, in each of `MOVES_PER_SECOND` turns or, if it obeys, as the server asks."""
        if self.obeys:
            self._saved += self.pace / MOVES_PER_SECOND
            if self._saved < 1:
                return
            self._saved -= 1
        self.move()

    def leave(self) -> None:
        self._leaving = True
        if self.connected:
            self._transport.disconnect(graceful=False)

    def on_ws_connected(self, transport: WSTransport) -> None:
        self._transport, self.connected = transport, True

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        kind = frame.msg_type
        if kind in _DATA:
            self.frames += 1
            self.bytes_received += wire_bytes(frame.payload_size)
            if self.kept is not None:
                self.kept.append((now(), frame.get_payload_as_bytes()))
            self._hear(frame)
        elif kind == WSMsgType.CLOSE:
            self.problems[f"close {frame.get_close_code()}"] += 1
            transport.send_close(WSCloseCode.OK)

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        self.connected = False
        if not self._leaving:
            self.problems["disconnected"] += 1
            self._lost()

    def _hear(self, frame: WSFrame) -> None:
        """Look into a frame that may be addressed to this one."""

    def _lost(self) -> None:
        """The connection was lost: nothing that it waits for will come."""


class Person(Client):
    """One connection to this project's server.

    `moves` is how it takes positions: as "json", "binary" or "packed".
    """

    subprotocol = "map.v1"

    def __init__(
        self, problems: Counter[str], moves: str, *, role: str = "participant", key: str = ""
    ) -> None:
        super().__init__(problems)
        self.moves = moves
        # As the pages do, whoever packs moves packs snapshots.
        self._hello = {
            **{"t": "hello", "as": role, "client": str(uuid.uuid4())},
            **{"moves": moves, "snapshot": "deflated" if moves == "packed" else "json"},
        }
        if key:
            self._hello["key"] = key
        self.grab = 0
        self.joined_after = float("nan")  # seconds from connecting to the snapshot
        self._began = 0.0
        self._outside = True
        self._state: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._ops = count(1)
        self._waiting: dict[int, tuple[float, asyncio.Future[Answer]]] = {}

    # --- actions ----------------------------------------------------------------

    async def join(self, url: str) -> None:
        """Connect, say hello, and return once the room's state has come."""
        self._began = now()
        await self.connect(url)
        self._send({**self._hello})
        await self._state

    async def appear(self, turn: int) -> None:
        """Put a marker on the map."""
        await self.place()

    async def place(self) -> Answer:
        """Put a marker on the map."""
        answer = await self.change({"t": "add", "lat": self.lat, "lng": 0.0})
        self.marker = answer.head.marker
        return answer

    async def take(self) -> Answer:
        """Grab the marker."""
        answer = await self.change({"t": "grab", "marker": self.marker})
        self.grab = answer.head.rev
        return answer

    async def drop(self) -> Answer:
        """Let the marker go where it is."""
        where = {"lat": self.lat, "lng": longitude(now())}
        return await self.change({"t": "drop", "marker": self.marker, "grab": self.grab, **where})

    def move(self) -> None:
        """Drag the marker on: a little north, and to the longitude that says when."""
        self.lat += 0.000_1
        self.moves_sent += 1
        self._transport.send(
            _TEXT,
            b'{"t":"move","marker":%d,"grab":%d,"lat":%.6f,"lng":%.6f}'
            % (self.marker, self.grab, self.lat, longitude(now())),
        )

    def _send(self, frame: dict[str, object]) -> None:
        self._transport.send(WSMsgType.TEXT, _encode(frame))

    async def change(self, frame: dict[str, object]) -> Answer:
        """Ask for a change, and return its answer."""
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

    # --- input ------------------------------------------------------------------

    def _hear(self, frame: WSFrame) -> None:
        if frame.msg_type == _BINARY:
            # Once it is in, none of these is for it alone.
            if self._outside and frame.get_payload_as_memoryview()[0] in SNAPSHOT_KINDS:
                self._joined()
            return
        if self.counting and frame.payload_size >= PERSONAL_BYTES:
            return
        head = _head(frame.get_payload_as_memoryview())
        match head.t:
            case "snapshot":
                self._joined()
            case "pace":
                self.pace = head.moves_per_second
            case "ack" | "refused" | "error":
                if head.code:
                    self.problems[head.code] += 1
                if head.op in self._waiting:
                    sent, answer = self._waiting.pop(head.op)
                    answer.set_result(Answer(head, now() - sent))

    def _joined(self) -> None:
        if self._outside:
            self._outside = False
            self.joined_after = now() - self._began
            self._state.set_result(None)

    def _lost(self) -> None:
        lost = BadRun("a connection was lost while it waited for an answer")
        if not self._state.done():
            self._state.set_exception(lost)
        for _, answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(lost)


def in_words(problems: Counter[str]) -> str:
    """Problems and how often they came; empty when there were none."""
    return ", ".join(f"{code} ({times})" for code, times in sorted(problems.items()))


C = TypeVar("C", bound=Client)
T = TypeVar("T")


class Clients(Generic[C]):
    """The clients of a run, each made by `newcomer`. They leave with `leave`."""

    def __init__(self, url: str, newcomer: Callable[[Counter[str]], C]) -> None:
        self.url = url
        self._newcomer = newcomer
        self.people: list[C] = []
        self.problems: Counter[str] = Counter()

    def expect(self, number: int) -> list[C]:
        """Add people who have not come in yet."""
        newcomers = [self._newcomer(self.problems) for _ in range(number)]
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
        return in_words(self.problems)

    def leave(self) -> None:
        for person in self.people:
            person.leave()
        self.people = []


class Crowd(Clients[Person]):
    """The people of a run against this project's server."""

    def __init__(self, url: str, moves: str = "packed") -> None:
        super().__init__(url, lambda problems: Person(problems, moves))


async def in_turns(
    people: Iterable[T],
    action: Callable[[T], Awaitable[object]],
    at_once: int,
    *,
    patience: float = PATIENCE_SECONDS,
) -> None:
    """Let each of them do something, `at_once` of them at any time.

    Raises `BadRun` when it takes longer than `patience` seconds.
    """
    turn = asyncio.Semaphore(at_once)

    async def one(person: T) -> None:
        async with turn:
            await action(person)

    await _patiently((one(person) for person in people), patience)


async def spread(
    people: Sequence[Person], action: Callable[[Person], Awaitable[object]], seconds: float
) -> None:
    """Let each of them begin something within `seconds`: evenly spread, but for some jitter.

    Raises `BadRun` when it takes longer than `PATIENCE_SECONDS`.
    """

    async def one(turn: int, person: Person) -> None:
        await asyncio.sleep((turn + random.random()) * seconds / len(people))
        await action(person)

    await _patiently((one(turn, person) for turn, person in enumerate(people)), PATIENCE_SECONDS)


async def _patiently(actions: Iterable[Awaitable[object]], seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await asyncio.gather(*actions)
    except TimeoutError:
        raise BadRun(f"not all were ready within {seconds:.0f} s") from None
