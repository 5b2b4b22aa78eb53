"""People who are in a room and do nothing: the memory that each costs."""

from __future__ import annotations

import asyncio
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import dataclass

from bench.ages import now
from bench.crowd import Crowd
from bench.figures import Figures, column
from bench.goals import Goal
from bench.scenario import Scenario
from bench.target import Target, Workshop

# Nothing sent for this long, in seconds, means that everybody has everything.
QUIET_SECONDS = 1.5
CPU_SECONDS = 5.0
LOOK_SECONDS = 0.1
# What a stock Channels consumer on Daphne takes; it holds no room and no map.
GOAL_KB = 30


@dataclass(frozen=True)
class IdleFigures(Figures):
    people: int = column("idle people")
    before: float = column("memory without (MB)", ".1f")
    after: float = column("with (MB)", ".1f")
    each: float = column("kB each", ".1f")
    cpu_share: float = column("server CPU", ".1%")
    problems: str = column("problems")


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--people", type=int, default=1000)


async def run(workshop: Workshop, options: Namespace) -> Sequence[IdleFigures]:
    return [await measure(workshop, options.people)]


async def measure(workshop: Workshop, people: int) -> IdleFigures:
    """One run on a fresh server. The room is open and has one person before it is measured."""
    with workshop.server() as target:
        crowd = Crowd(target.create_room())
        try:
            await crowd.join(1)
            before = await _settled(target, crowd)
            await crowd.join(people)
            after = await _settled(target, crowd)
            cpu = target.cpu_seconds()
            await asyncio.sleep(CPU_SECONDS)
            cpu = target.cpu_seconds() - cpu
        finally:
            crowd.leave()
    return IdleFigures(
        people=people,
        before=before / 1e6,
        after=after / 1e6,
        each=(after - before) / people / 1e3,
        cpu_share=cpu / CPU_SECONDS,
        problems=crowd.trouble(),
    )


async def _settled(target: Target, crowd: Crowd) -> int:
    """The server's memory once it has nothing more to tell anybody."""
    quiet_since, frames = now(), -1
    while now() - quiet_since < QUIET_SECONDS:
        await asyncio.sleep(LOOK_SECONDS)
        if frames != (frames := sum(person.frames for person in crowd.people)):
            quiet_since = now()
    return target.memory_bytes()


def verdict(rows: Sequence[IdleFigures]) -> str:
    return f"One idle person costs {rows[-1].each:.1f} kB."


def goals(rows: Sequence[IdleFigures]) -> Sequence[Goal]:
    return [
        Goal(
            "idle",
            f"an idle person costs at most {GOAL_KB} kB of server memory",
            f"{row.each:.1f} kB, of {row.people:,} people",
            met=row.each <= GOAL_KB and not row.problems,
            bottleneck=False,
        )
        for row in rows
    ]


SCENARIO = Scenario(
    "idle", "people who only look: server memory for each", add_arguments, run, verdict, goals
)
