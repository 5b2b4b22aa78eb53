"""Short drags: each is a grab and a drop, and both are stored before they are answered."""

from __future__ import annotations

import asyncio
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import dataclass

from bench.ages import now, percentile
from bench.crowd import Crowd, Person, in_turns
from bench.figures import Figures, column
from bench.metronome import Metronome
from bench.scenario import Scenario
from bench.target import Workshop


@dataclass(frozen=True)
class DropFigures(Figures):
    people: int = column("people")
    asked: float = column("drops/s asked", ".0f")
    done: float = column("done", ".0f")
    ack_p50: float = column("ack p50 (ms)", ".0f")
    ack_p95: float = column("p95", ".0f")
    ack_p99: float = column("p99", ".0f")
    cpu_share: float = column("server CPU", ".0%")
    problems: str = column("problems")
    bottleneck: str = column("bottleneck")


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--per-second", type=float, default=100.0, help="drops, of all together")
    parser.add_argument("--seconds", type=float, default=10.0)


async def run(workshop: Workshop, options: Namespace) -> Sequence[DropFigures]:
    return [await measure(workshop, options.people, options.per_second, options.seconds)]


async def measure(
    workshop: Workshop, people: int, per_second: float, seconds: float
) -> DropFigures:
    """One run on a fresh server."""
    waits: list[float] = []
    drags: dict[Person, asyncio.Task[None]] = {}

    async def short_drag(person: Person) -> None:
        await person.take()
        waits.append((await person.drop()).seconds)

    def begin(person: Person) -> None:
        # Whoever still waits for an answer misses a turn, as a person would.
        if person not in drags or drags[person].done():
            drags[person] = asyncio.ensure_future(short_drag(person))

    with workshop.server() as target:
        crowd = Crowd(target.open_room())
        try:
            await crowd.join(people)
            await in_turns(crowd.people, Person.place, at_once=500)
            metronome = Metronome(crowd.people, begin, per_second / people)
            running = asyncio.create_task(metronome.run())
            cpu, began = target.cpu_seconds(), now()
            await asyncio.sleep(seconds)
            done, cpu, lasted = len(waits), target.cpu_seconds() - cpu, now() - began
            running.cancel()
            await in_turns(drags, lambda person: drags[person], at_once=people)
        finally:
            crowd.leave()
    return DropFigures(
        people=people,
        asked=per_second,
        done=done / lasted,
        ack_p50=percentile(waits, 0.50) * 1000,
        ack_p95=percentile(waits, 0.95) * 1000,
        ack_p99=percentile(waits, 0.99) * 1000,
        cpu_share=cpu / lasted,
        problems=crowd.trouble(),
        bottleneck="load" if metronome.was_bottleneck else "",
    )


def verdict(rows: Sequence[DropFigures]) -> str:
    last = rows[-1]
    return f"{last.done:.0f} drops a second are acknowledged with a p99 of {last.ack_p99:.0f} ms."


SCENARIO = Scenario(
    "drops", "many short drags: how long a drop waits for its answer", add_arguments, run, verdict
)
