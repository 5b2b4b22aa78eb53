"""What one move costs in Python, from its bytes to the tick's set, without any kernel.

The chain is the server's own: transport, protocol, consumer, room. Only the sockets
are made up, so what is left is the interpreter and the memory that it touches.
The more connections take turns, the less of that memory is still in the cache.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from random import Random
from statistics import median
from typing import Any

from bench.figures import Figures, column
from bench.goals import Goal
from bench.scenario import Scenario
from bench.target import Workshop
from consumers.hearing import MoveHearing
from consumers.rate_limits import RateLimits
from mapapp.domain.change import Change
from mapapp.domain.room import Person, RoomState
from mapapp.domain.storing import StoredRoom
from mapapp.live.fanout.connection import PARTICIPANT, Connection
from mapapp.live.load import Load
from mapapp.live.relay.line import RoomLine
from mapapp.live.room import LiveRoom
from mapapp.live.services import Services
from mapapp.server.socket_protocol import LiveProtocol, SharedSend
from mapapp.server.transport import LiveTransport

GOAL_US = 4.0
GOAL_PEOPLE = 3_000
_OPEN = 3  # Autobahn's STATE_OPEN


@dataclass(frozen=True)
class ChainFigures(Figures):
    people: int = column("connections", ",")
    moves: int = column("moves", ",")
    each: float = column("one move (µs)", ".2f")
    bare: float = column("its reading alone (µs)", ".2f")
    taken: float = column("taken", ".1%")


class _Bytes:
    """A socket that has one frame to read at a time, and takes everything."""

    __slots__ = ("data",)

    def recv(self, size: int) -> bytes:
        return self.data

    def send(self, data: bytes) -> int:
        return len(data)

    data: bytes


class _Deaf:
    """A protocol that does nothing with what is read."""

    def dataReceived(self, data: bytes) -> None:
        pass


class _Phone:
    """A connection of somebody who holds a marker."""

    def __init__(self, room: LiveRoom, number: int, participant: uuid.UUID, chance: Random) -> None:
        self._chance = chance
        self.number = number
        self.socket = _Bytes()
        protocol: Any = LiveProtocol()
        protocol.state = _OPEN
        protocol.data, protocol.inside_message, protocol.current_frame = b"", False, None
        link = protocol.link = SharedSend(protocol)
        transport: Any = LiveTransport.__new__(LiveTransport)
        transport.socket, transport.protocol = self.socket, protocol
        transport.connected, transport._writeDisconnected, transport._outbox = 1, False, None
        protocol.transport = transport
        connection = Connection(link, role=PARTICIPANT, participant=participant, moves="packed")
        room.join(connection, token=None, epoch=None, revision=-1)
        loop = asyncio.get_running_loop()
        limits = RateLimits(loop.time())
        limits.moves.burst = limits.moves.tokens = float("inf")
        link.hear = MoveHearing(room, connection, limits, loop.time, _no_warning).hear
        self.readable = transport._readable
        self.transport = transport
        self.grab = 0

    def frame(self) -> bytes:
        """A move as a browser sends it."""
        lat, lng = self._chance.uniform(-60, 60), self._chance.uniform(-170, 170)
        payload = b'{"t":"move","marker":%d,"grab":%d,"lat":%.6f,"lng":%.6f}' % (
            self.number,
            self.grab,
            lat,
            lng,
        )
        key = self._chance.randbytes(4)
        masked = bytes(byte ^ key[i % 4] for i, byte in enumerate(payload))
        return bytes((0x81, 0x80 | len(payload))) + key + masked


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--people", type=int, nargs="+", default=[300, 3_000])
    parser.add_argument("--moves", type=int, default=60_000)
    parser.add_argument("--rounds", type=int, default=5)


async def run(workshop: Workshop, options: Namespace) -> Sequence[ChainFigures]:
    return [_measure(people, options.moves, options.rounds) for people in options.people]


def _measure(people: int, moves: int, rounds: int) -> ChainFigures:
    room, phones = _full_room(people)
    try:
        before = room.replica.tick
        costs, bares = [], []
        for _ in range(rounds):
            bares.append(_time(_turns(phones), moves, deaf=True))
            costs.append(_time(_turns(phones), moves))
        moved = sum(1 for hold in room.replica.holds.in_motion() if hold.tick >= before)
    finally:
        room.stop()
    return ChainFigures(people, moves * rounds, median(costs), median(bares), moved / people)


def _full_room(people: int) -> tuple[LiveRoom, list[_Phone]]:
    """A room in which everybody holds a marker."""
    loop = asyncio.get_running_loop()
    state = RoomState(uuid.uuid4(), "314159", "epoch")
    participants = [uuid.uuid4() for _ in range(people)]
    for number, participant in enumerate(participants, start=1):
        state.know(Person(number, participant, f"Person {number}"))
    line = RoomLine("here", state.id, "epoch", sent=0, clock=loop.time, due=_ignore)
    services = Services(load=Load(loop.time(), time.thread_time), submit=_ignore, renew=_ignore)
    room = LiveRoom(StoredRoom(state, 1e12), line=line, services=services, fetch=_ignore)
    chance = Random(7)
    phones = [
        _Phone(room, number, participant, chance)
        for number, participant in enumerate(participants, start=1)
    ]
    for phone in phones:
        here = {"lat": 1.0, "lng": 2.0, "colour": 0, "icon": 0, "label": ""}
        added = Change(room.state.revision + 1, "add", phone.number, phone.number, here)
        phone.grab = added.revision + 1
        room.receive([added, Change(phone.grab, "grab", phone.number, phone.number)])
    return room, phones


def _turns(phones: Sequence[_Phone]) -> Iterator[_Phone]:
    """The phones in a random order, again and again, each with a frame of its own to read."""
    for phone in phones:
        phone.socket.data = phone.frame()
    mixed = list(phones)
    Random(11).shuffle(mixed)
    return cycle(mixed)


def _time(turns: Iterator[_Phone], moves: int, *, deaf: bool = False) -> float:
    """The processor time of one read, in microseconds."""
    readers = []
    for _ in range(moves):
        phone = next(turns)
        readers.append(phone.readable)
    kept: dict[Any, Any] = {}
    if deaf:
        for reader in readers:
            transport = reader.__self__
            kept.setdefault(transport, transport.protocol)
            transport.protocol = _DEAF
    began = time.thread_time()
    for readable in readers:
        readable()
    took = time.thread_time() - began
    for transport, protocol in kept.items():
        transport.protocol = protocol
    return took / moves * 1e6


_DEAF = _Deaf()


def _ignore(*_: object) -> None:
    pass


def _no_warning(bad: object) -> None:
    raise AssertionError("there are no limits here")


def verdict(rows: Sequence[ChainFigures]) -> str:
    last = rows[-1]
    return f"With {last.people:,} connections a move costs {last.each:.1f} µs of Python."


def goals(rows: Sequence[ChainFigures]) -> Sequence[Goal]:
    return [
        Goal(
            "chain",
            f"a move costs at most {GOAL_US:.0f} µs of Python at {GOAL_PEOPLE:,} connections",
            f"{row.each:.2f} µs",
            met=row.each <= GOAL_US,
            bottleneck=False,
        )
        for row in rows
        if row.people == GOAL_PEOPLE
    ]


SCENARIO = Scenario(
    "chain",
    "what a move costs in Python, from its bytes to the tick's set, without a kernel",
    add_arguments,
    run,
    verdict,
    goals,
)
