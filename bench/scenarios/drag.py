"""Everybody in one room drags, and everybody sees everybody."""

from __future__ import annotations

import asyncio
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import dataclass

from bench.ages import percentile
from bench.crowd import Answer, Crowd, Person, in_turns
from bench.dragging import AGE_LIMIT_MS, add_load_arguments, dragging, hold
from bench.figures import Figures, column
from bench.goals import Goal
from bench.ladder import is_good
from bench.scenario import Scenario
from bench.target import Target, Workshop


@dataclass(frozen=True)
class DragFigures(Figures):
    people: int = column("people")
    moves: str = column("moves")
    pace: int = column("sent/s")
    age_p50: float = column("age p50 (ms)", ".0f")
    age_p95: float = column("p95", ".0f")
    age_p99: float = column("p99", ".0f")
    delay_p50: float = column("delay p50 (ms)", ".0f")
    delay_p99: float = column("p99", ".0f")
    updates: float = column("seen/s", ".1f")
    positions: int = column("positions/s", ",")
    cpu_share: float = column("server CPU", ".0%")
    others_share: float = column("others there", ".0%")
    cpu_each: float = column("µs/position", ".2f")
    bytes_each: float = column("B/position", ".1f")
    drop_p99: float = column("drop ack p99 (ms)", ".0f")
    lost: int = column("lost")
    problems: str = column("problems")
    load_late: float = column("load late p99 (ms)", ".0f")
    load_cpu: float = column("load CPU", ".0%")
    bottleneck: str = column("bottleneck")


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--people", type=int, nargs="+", default=[300])
    add_load_arguments(parser)


async def run(workshop: Workshop, options: Namespace) -> Sequence[DragFigures]:
    return [await measure(workshop, people, options) for people in options.people]


async def measure(workshop: Workshop, people: int, options: Namespace) -> DragFigures:
    """One run on a fresh server."""
    with workshop.server(options.phone_bytes) as target:
        crowd = Crowd(target.create_room(), options.moves)
        try:
            await crowd.join(people)
            await hold(crowd.people)
            return await _drag(target, crowd, options)
        finally:
            crowd.leave()


async def _drag(target: Target, crowd: Crowd, options: Namespace) -> DragFigures:
    people = crowd.people
    async with dragging(target, people, people, options.observers) as session:
        measured = await session.measure(asyncio.sleep(options.seconds))
        pace = people[0].pace  # with nobody dragging it will be another
    drops: list[Answer] = []

    async def drop(person: Person) -> None:
        drops.append(await person.drop())

    await in_turns([p for p in people if p.connected], drop, at_once=len(people))

    seen = session.seen(measured)
    delivered = session.delivered(seen, measured)
    age = seen.on_screen.percentiles(0.50, 0.95, 0.99)
    delay = seen.arriving.percentiles(0.50, 0.99)
    lost = crowd.problems.pop("disconnected", 0)
    return DragFigures(
        people=len(people),
        moves=options.moves,
        pace=pace,
        age_p50=age[0] * 1000,
        age_p95=age[1] * 1000,
        age_p99=age[2] * 1000,
        delay_p50=delay[0] * 1000,
        delay_p99=delay[1] * 1000,
        updates=seen.positions / session.observers / len(people) / measured.seconds,
        positions=round(delivered / measured.seconds),
        cpu_share=measured.cpu_share,
        others_share=measured.others_share,
        cpu_each=measured.cpu_seconds / delivered * 1e6 if delivered else float("nan"),
        bytes_each=sum(measured.received) / delivered if delivered else float("nan"),
        drop_p99=percentile((drop.seconds for drop in drops), 0.99) * 1000,
        lost=lost,
        problems=crowd.trouble(),
        load_late=measured.load_late * 1000,
        load_cpu=measured.load_cpu,
        bottleneck=measured.bottleneck,
    )


def verdict(rows: Sequence[DragFigures]) -> str:
    good = [row.people for row in rows if is_good(row)]
    return f"p99 age {AGE_LIMIT_MS} ms or less and no trouble with: {good or 'none of them'}"


def goals(rows: Sequence[DragFigures]) -> Sequence[Goal]:
    return [
        Goal(
            "drag",
            f"{row.people} people drag; what they see is at most {AGE_LIMIT_MS} ms old at p99, "
            "and nobody is lost",
            f"{row.age_p99:.0f} ms, {row.lost} lost; {row.problems or 'no problems'}",
            met=is_good(row),
            bottleneck=bool(row.bottleneck),
        )
        for row in rows
    ]


SCENARIO = Scenario(
    "drag",
    "all drag at 10 moves a second: age of positions, CPU and bytes for each",
    add_arguments,
    run,
    verdict,
    goals,
)
