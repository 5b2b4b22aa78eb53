"""The marginal cost of something on our server, next to a bare peer.

Much costs the same for few and for many: a tick is encoded once, timers are
checked. So the cost is a slope: the CPU with many minus the CPU with few, divided
by the difference in number. A machine's speed varies over time, so ours and the
peer take turns, and the medians count.
"""

from __future__ import annotations

import asyncio
import dataclasses
import sys
from argparse import ArgumentParser
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from statistics import median

from bench.crowd import BadRun, Person
from bench.dragging import WARM_UP_SECONDS, Measurement, Session
from bench.figures import Figures, column
from bench.goals import Goal
from bench.metronome import Metronome
from bench.target import Running

# Figures that should be the same with few and with many may differ by this share.
TOLERANCE = 0.05
# A server busier than this may not have processed all its input.
FULL_SHARE = 0.9


@dataclass(frozen=True)
class Stretch:
    """One measurement; `done` is the number of things whose cost is measured."""

    measured: Measurement
    done: int
    frames: int  # that all people together got

    @property
    def done_per_second(self) -> float:
        return self.done / self.measured.seconds

    @property
    def ticks_per_second(self) -> float:
        return self.frames / len(self.measured.received) / self.measured.seconds

    @property
    def frame_bytes(self) -> float:
        return sum(self.measured.received) / self.frames if self.frames else 0.0


@dataclass(frozen=True)
class Slope:
    """The same server with few and with many of something."""

    few: Stretch
    many: Stretch

    @property
    def seconds_each(self) -> float:
        """The CPU of one more, in seconds."""
        more = self.many.done_per_second - self.few.done_per_second
        if more <= 0:
            raise BadRun("with many there was no more done than with few")
        each = (self.many.measured.cpu_share - self.few.measured.cpu_share) / more
        if each <= 0:
            raise BadRun("one more cost too little to be measured: it takes more seconds")
        return each

    def check_ticks(self) -> None:
        """Raise `BadRun` unless everybody got as many ticks, of the same size, both times."""
        for what, few, many in (
            ("ticks a second", self.few.ticks_per_second, self.many.ticks_per_second),
            ("bytes in a tick", self.few.frame_bytes, self.many.frame_bytes),
        ):
            if abs(many - few) > TOLERANCE * few:
                raise BadRun(f"not comparable: {few:.1f} {what} with few, {many:.1f} with many")


@dataclass(frozen=True)
class CostFigures(Figures):
    round: str = column("round")
    few: int = column("few (/s)", ",")
    many: int = column("many (/s)", ",")
    tick_bytes: int = column("tick (B)", ",")
    ours: float = column("ours (µs each)", ".2f")
    bare: float = column("bare (µs each)", ".2f")
    ratio: float = column("ratio", ".2f")
    ours_cpu: float = column("our CPU with many", ".0%")
    bare_cpu: float = column("bare CPU", ".0%")
    others_share: float = column("others there", ".0%")
    load_late: float = column("load late p99 (ms)", ".0f")
    load_cpu: float = column("load CPU", ".0%")
    bottleneck: str = column("bottleneck")

    @classmethod
    def of(cls, ours: Slope, bare: Slope) -> CostFigures:
        all_four = [slope.measured for slope in (ours.few, ours.many, bare.few, bare.many)]
        return cls(
            round="",
            few=round(ours.few.done_per_second),
            many=round(ours.many.done_per_second),
            tick_bytes=round(ours.many.frame_bytes),
            ours=ours.seconds_each * 1e6,
            bare=bare.seconds_each * 1e6,
            ratio=ours.seconds_each / bare.seconds_each,
            ours_cpu=ours.many.measured.cpu_share,
            bare_cpu=bare.many.measured.cpu_share,
            others_share=max(measured.others_share for measured in all_four),
            load_late=max(measured.load_late for measured in all_four) * 1000,
            load_cpu=max(measured.load_cpu for measured in all_four),
            bottleneck=max(measured.bottleneck for measured in all_four),
        )


def add_round_arguments(parser: ArgumentParser) -> None:
    # Holds are renewed every ten seconds, which shorter stretches see or miss by chance.
    parser.add_argument("--seconds", type=float, default=10.0, help="measured, four times a round")
    parser.add_argument("--rounds", type=int, default=3)


async def in_rounds(
    number: int, measure: Callable[[], Awaitable[CostFigures]]
) -> Sequence[CostFigures]:
    """A row for each round that could be measured, and one with their medians.

    Raises `BadRun` unless most could.
    """
    rows: list[CostFigures] = []
    for turn in range(1, number + 1):
        try:
            rows.append(dataclasses.replace(await measure(), round=str(turn)))
        except BadRun as error:
            print(f"round {turn}: {error}", file=sys.stderr)
    if len(rows) * 2 <= number:
        raise BadRun(f"only {len(rows)} of {number} rounds could be measured")
    return [*rows, medians(rows)]


def ratio_goal(scenario: str, asked: str, row: CostFigures, limit: float, told: str = "") -> Goal:
    """The goal that one more costs at most `limit` times as much as at the peer."""
    return Goal(
        scenario,
        asked,
        f"{row.ratio:.2f} times{told}",
        met=row.ratio <= limit,
        bottleneck=bool(row.bottleneck),
    )


def medians(rows: Sequence[CostFigures]) -> CostFigures:
    """The median costs, and of what may spoil them the worst."""
    return dataclasses.replace(
        rows[-1],
        round="median",
        ours=median(row.ours for row in rows),
        bare=median(row.bare for row in rows),
        ratio=median(row.ratio for row in rows),
        ours_cpu=median(row.ours_cpu for row in rows),
        bare_cpu=median(row.bare_cpu for row in rows),
        others_share=max(row.others_share for row in rows),
        load_late=max(row.load_late for row in rows),
        load_cpu=max(row.load_cpu for row in rows),
        bottleneck=max(row.bottleneck for row in rows),
    )


@asynccontextmanager
async def beating(metronome: Metronome[Person]) -> AsyncIterator[None]:
    """Let it run meanwhile."""
    running = asyncio.create_task(metronome.run())
    try:
        yield
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


async def measure(
    server: Running,
    people: Sequence[Person],
    metronome: Metronome[Person],
    done: Callable[[Person], int],
    seconds: float,
) -> Stretch:
    """One stretch, while the metronome beats; `done` is what one of them has done of it so far.

    Raises `BadRun` if there was any trouble, or if the server had too much to do.
    """

    def totals() -> tuple[int, int]:
        return sum(done(person) for person in people), sum(person.frames for person in people)

    session = Session(server, people, (), metronome)
    await asyncio.sleep(WARM_UP_SECONDS)
    done_before, frames_before = totals()
    measured = await session.measure(asyncio.sleep(seconds))
    done_after, frames_after = totals()
    session.close()
    if people[0].problems:
        raise BadRun(f"there was trouble: {', '.join(people[0].problems)}")
    if measured.cpu_share > FULL_SHARE:
        raise BadRun(f"the server was at its limit ({measured.cpu_share:.0%} of a core)")
    return Stretch(measured, done_after - done_before, frames_after - frames_before)
