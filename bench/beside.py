"""This server and its peers under one load: each is started, filled and measured alike."""

from __future__ import annotations

import asyncio
import random
import sys
from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any, TypeVar

from bench.comparison import OURS, BesideFigures
from bench.crowd import BadRun, Client, Clients, Crowd, in_turns, in_words
from bench.dragging import Measurement, Session, add_load_arguments, dragging
from bench.peers.servers import PEERS, install
from bench.target import Running, Workshop
from bench.wire import Decoder, longitudes

# Some servers tell each newcomer of everybody and everybody of each newcomer, which takes
# time that grows with the square of the people.
COME_AT_ONCE, COMING_SECONDS = 100, 300.0


@dataclass(frozen=True)
class Site:
    """A server that has just been started. `open_room` is where the people of a room come."""

    name: str
    built_as: str
    running: Running
    decode: Decoder
    open_room: Callable[[], Clients[Any]]


@contextmanager
def serving(workshop: Workshop, name: str, options: Namespace) -> Iterator[Site]:
    """A fresh server: this project's (`OURS`) or a peer (see `PEERS`)."""
    if name == OURS:
        moves = options.moves
        with workshop.server(options.phone_bytes) as target:
            yield Site(
                name,
                f"this server, {moves} positions",
                target,
                longitudes,
                lambda: Crowd(target.create_room(), moves),
            )
        return
    kind = PEERS[name]
    numbers = count(1)
    with workshop.peer(kind.command) as peer:
        yield Site(
            name,
            kind.built_as,
            peer,
            kind.decode,
            lambda: Clients(
                peer.websocket_url + kind.path.format(room=f"room-{next(numbers)}"), kind.newcomer
            ),
        )


class Gathering:
    """The people in the rooms of one server, `each` in every one, with a marker to drag."""

    def __init__(self, rooms: Sequence[Clients[Any]], each: int) -> None:
        self.rooms = rooms
        self.each = each

    async def come(self) -> None:
        """Let them in, and let each of them have a marker."""
        newcomers = [
            (room.url, turn, person)
            for room in self.rooms
            for turn, person in enumerate(room.expect(self.each), start=1)
        ]
        await in_turns(
            newcomers,
            lambda one: one[2].join(one[0]),
            at_once=COME_AT_ONCE,
            patience=COMING_SECONDS,
        )
        await in_turns(newcomers, lambda one: one[2].appear(one[1]), at_once=500)
        # One after the other, because a hold ends when its holder does not move.
        await in_turns(newcomers, lambda one: one[2].take(), at_once=500)

    @property
    def people(self) -> list[Client]:
        return [person for room in self.rooms for person in room.people]

    def trouble(self) -> tuple[int, str]:
        """How many were lost, and the other problems in a few words."""
        problems = sum((room.problems for room in self.rooms), Counter[str]())
        return problems.pop("disconnected", 0), in_words(problems)

    def leave(self) -> None:
        for room in self.rooms:
            room.leave()


@asynccontextmanager
async def gathered(site: Site, rooms: int, each: int) -> AsyncIterator[Gathering]:
    """Rooms on this server, with `each` people in every one of them."""
    gathering = Gathering([site.open_room() for _ in range(rooms)], each)
    try:
        await gathering.come()
        yield gathering
    finally:
        gathering.leave()


async def measure(
    workshop: Workshop, name: str, rooms: int, each: int, options: Namespace
) -> BesideFigures:
    """Everybody drags in these rooms of a fresh server."""
    with serving(workshop, name, options) as site:
        async with gathered(site, rooms, each) as gathering:
            # In random order: neighbours in a room do not move one right after the other.
            people = random.sample(gathering.people, rooms * each)
            for person in people:
                person.obeys = options.obey
            async with dragging(
                site.running, people, people, options.observers, one_pace=False
            ) as session:
                measured = await session.measure(asyncio.sleep(options.seconds))
            return row(site, gathering, session, measured)


def row(site: Site, gathering: Gathering, session: Session, measured: Measurement) -> BesideFigures:
    """The figures of one run. It takes a while: not while people drag."""
    seen = session.seen(measured, site.decode)
    # A server with far too much to do may not deliver anything: no ages then.
    age = seen.on_screen.percentiles(0.50, 0.95, 0.99)
    rooms, each = len(gathering.rooms), gathering.each
    lost, problems = gathering.trouble()
    return BesideFigures(
        server=site.name,
        built_as=site.built_as,
        rooms=rooms,
        people=each,
        sent=measured.moves_sent / (rooms * each) / measured.seconds,
        updates=seen.positions / session.observers / each / measured.seconds,
        age_p50=age[0] * 1000,
        age_p95=age[1] * 1000,
        age_p99=age[2] * 1000,
        bytes_each=seen.bytes / seen.positions if seen.positions else float("nan"),
        cpu_share=measured.cpu_share,
        others_share=measured.others_share,
        lost=lost,
        problems=problems,
        load_late=measured.load_late * 1000,
        load_cpu=measured.load_cpu,
        bottleneck=measured.bottleneck,
    )


async def at_least(seconds: float, meanwhile: Awaitable[object]) -> None:
    """Return after this time, or later if the other thing takes longer."""
    await asyncio.gather(asyncio.sleep(seconds), meanwhile)


R = TypeVar("R", bound=BesideFigures)


async def in_rounds(
    options: Namespace, sizes: Sequence[int], run: Callable[[str, int], Awaitable[R]]
) -> list[R]:
    """`run` for each of the servers and sizes that were asked for, `options.times` times.

    The servers take turns, every other time in the opposite order: a machine that
    becomes slower meanwhile does not decide. A peer that cannot be measured is left
    out. Raises `BadRun` if ours cannot be, or none.
    """
    names = list(options.only)
    bring(names)
    rows: list[R] = []
    for size in sizes:
        for turn in range(options.times):
            for name in names if turn % 2 == 0 else reversed(names):
                print(f"{name}, {size} ...", file=sys.stderr)
                try:
                    rows.append(await run(name, size))
                except BadRun as error:
                    if name == OURS:
                        raise
                    print(f"{name}, {size}: {error}", file=sys.stderr)
    if not rows:
        raise BadRun("no server could be measured with any size")
    return rows


def bring(names: Iterable[str]) -> None:
    """Install what these servers need, unless it is there."""
    if any(PEERS[name].on_node for name in names if name != OURS):
        install()


def add_arguments(parser: ArgumentParser, only: Sequence[str]) -> None:
    """Add the options of a comparison; `only` are the servers if none are named."""
    add_servers_argument(parser, only)
    parser.add_argument("--times", type=int, default=2, help="how often each is measured")
    parser.add_argument(
        "--obey", action="store_true", help="send fewer moves when the server asks for that"
    )
    add_load_arguments(parser)


def add_servers_argument(parser: ArgumentParser, only: Sequence[str]) -> None:
    parser.add_argument(
        "--only", nargs="+", choices=(OURS, *PEERS), default=only, help="these servers"
    )
