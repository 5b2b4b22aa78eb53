"""A crowd of which some drag, and the measurements taken meanwhile."""

from __future__ import annotations

import asyncio
import random
from argparse import ArgumentParser
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

from bench.ages import now, percentile
from bench.crowd import MOVES_PER_SECOND, Client, Person, in_turns
from bench.machine import undisturbed
from bench.metronome import Metronome
from bench.observation import Observation
from bench.target import Running
from bench.wire import Decoder, longitudes

# The highest allowed age of positions on people's maps, at p99.
AGE_LIMIT_MS = 300
WARM_UP_SECONDS = 2.0
LOOK_SECONDS = 0.1


@dataclass(frozen=True)
class Measurement:
    """The data that people got between two moments, and its cost to the server and the load."""

    begin: float
    end: float
    received: list[int]  # bytes of each of the people
    moves_sent: int  # of all of them
    cpu_seconds: float
    others_seconds: float
    load_late: float  # seconds
    load_cpu: float
    was_bottleneck: bool

    @property
    def seconds(self) -> float:
        return self.end - self.begin

    @property
    def cpu_share(self) -> float:
        """The share of a core that the server has used."""
        return self.cpu_seconds / self.seconds

    @property
    def others_share(self) -> float:
        """The share of the server's core that anything else has used."""
        return max(0.0, self.others_seconds / self.seconds)

    @property
    def bottleneck(self) -> str:
        return "load" if self.was_bottleneck else ""


class Session:
    """People in a room while some of them drag; `observers` keep what they get."""

    def __init__(
        self,
        target: Running,
        people: Sequence[Client],
        observers: Sequence[Client],
        metronome: Metronome[Any],
    ) -> None:
        self._target = target
        self._people = people
        self._metronome = metronome
        self.observers = len(observers)
        self._kept: list[tuple[Client, list[tuple[float, bytes]]]] = []
        for person in people:
            person.counting = True
        for person in observers:
            person.kept = []
            self._kept.append((person, person.kept))

    async def measure(self, meanwhile: Awaitable[object]) -> Measurement:
        """Measure until `meanwhile` is done."""
        with undisturbed():
            self._metronome.reset()
            begin, before, moves = now(), self._received(), self._moves_sent()
            cpu, others = self._target.cpu_seconds(), self._target.others_seconds()
            await meanwhile
            return Measurement(
                begin=begin,
                end=now(),
                received=[
                    late - early for early, late in zip(before, self._received(), strict=True)
                ],
                moves_sent=self._moves_sent() - moves,
                cpu_seconds=self._target.cpu_seconds() - cpu,
                others_seconds=self._target.others_seconds() - others,
                load_late=self._metronome.late_seconds,
                load_cpu=self._metronome.busy_share,
                was_bottleneck=self._metronome.was_bottleneck,
            )

    def seen(
        self,
        measurement: Measurement,
        decode: Decoder = longitudes,
        *,
        by: Callable[[Client], bool] = lambda _: True,
    ) -> Observation:
        """What the observers, or some of them, saw in this time.

        It takes a while: not while people drag.
        """
        seen = Observation(measurement.begin, measurement.end, decode)
        for person, frames in self._kept:
            if by(person):
                seen.add(person.marker, frames)
        return seen

    @staticmethod
    def delivered(seen: Observation, measurement: Measurement) -> int:
        """Positions that all people got: what the observers' bytes held goes for all bytes."""
        return round(seen.positions * sum(measurement.received) / seen.bytes) if seen.bytes else 0

    def close(self) -> None:
        """Stop counting and keeping frames."""
        for person in self._people:
            person.counting, person.kept = False, None

    def _received(self) -> list[int]:
        return [person.bytes_received for person in self._people]

    def _moves_sent(self) -> int:
        return sum(person.moves_sent for person in self._people)


class ShortDrags:
    """Short drags by people who have no marker yet, and how long their changes took in seconds."""

    def __init__(self) -> None:
        self.adds: list[float] = []
        self.drops: list[float] = []

    async def one(self, person: Person) -> None:
        """Put a marker on the map, take it and let it go."""
        self.adds.append((await person.place()).seconds)
        await person.take()
        self.drops.append((await person.drop()).seconds)

    def percentiles(self, share: float) -> tuple[float, float]:
        """The seconds until an add and a drop were answered, at this percentile (0 to 1)."""
        return percentile(self.adds, share), percentile(self.drops, share)


async def hold(people: Sequence[Person]) -> None:
    """Let each of them put a marker on the map and take it."""
    await in_turns(people, Person.place, at_once=500)
    await in_turns(people, Person.take, at_once=500)


def add_load_arguments(parser: ArgumentParser) -> None:
    """Add the options that do not depend on the size."""
    parser.add_argument("--seconds", type=float, default=10.0, help="measured, after a warm-up")
    parser.add_argument("--observers", type=int, default=20, help="whose frames are looked into")
    parser.add_argument("--moves", choices=("packed", "binary", "json"), default="packed")
    parser.add_argument(
        "--phone-bytes", type=int, default=0, help="a phone's budget per second (0: none)"
    )


def _move(person: Client) -> None:
    person.move()


@asynccontextmanager
async def dragging(
    target: Running,
    people: Sequence[Client],
    draggers: Sequence[Client],
    observers: int | Sequence[Client],
    *,
    evenly: bool = True,
    one_pace: bool = True,
) -> AsyncIterator[Session]:
    """Meanwhile `draggers`, who hold their markers, drag at the pace that the server asks for.

    They are some or all of `people`, and so are the observers. It begins after a
    warm-up. Without `one_pace` not all of them are asked alike, or not all obey, so
    each sees to that in its turns.
    """
    watching = (
        random.sample(people, min(observers, len(people)))
        if isinstance(observers, int)
        else observers
    )
    action = Client.take_turn if not one_pace else _move
    metronome = Metronome(draggers, action, MOVES_PER_SECOND, evenly=evenly)
    session = Session(target, people, watching, metronome)

    async def follow_the_pace() -> None:
        # All are asked alike; one of them notices for all.
        while one_pace:
            metronome.per_second = draggers[0].pace
            await asyncio.sleep(LOOK_SECONDS)

    running = asyncio.gather(metronome.run(), follow_the_pace())
    try:
        await asyncio.sleep(WARM_UP_SECONDS)
        yield session
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        session.close()
