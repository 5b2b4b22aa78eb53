"""A few people drag in one room: how soon each sees the others' moves."""

from __future__ import annotations

import asyncio
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import dataclass

from bench.crowd import Crowd
from bench.dragging import dragging, hold
from bench.figures import Figures, column
from bench.goals import Goal
from bench.scenario import Scenario
from bench.target import PHONE_BYTES, Target, Workshop

GOAL_P50_MS, GOAL_P99_MS = 5, 12
# The sending time is taken when a move is sent, so only a late reading by the load
# adds to the delay. Its timer shows how late it is in general; a millisecond or two
# mean nothing there, because it ticks no more often.
LATE_SECONDS = 0.005


@dataclass(frozen=True)
class SmallFigures(Figures):
    people: int = column("people")
    pace: int = column("sent/s")
    delay_p50: float = column("move to socket p50 (ms)", ".0f")
    delay_p95: float = column("p95", ".0f")
    delay_p99: float = column("p99", ".0f")
    updates: float = column("seen/s", ".1f")
    cpu_share: float = column("server CPU", ".0%")
    others_share: float = column("others there", ".0%")
    problems: str = column("problems")
    load_late: float = column("load late p99 (ms)", ".0f")
    load_cpu: float = column("load CPU", ".0%")
    bottleneck: str = column("bottleneck")


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--people", type=int, nargs="+", default=[10])
    parser.add_argument("--seconds", type=float, default=20.0, help="measured, after a warm-up")


async def run(workshop: Workshop, options: Namespace) -> Sequence[SmallFigures]:
    return [await measure(workshop, people, options.seconds) for people in options.people]


async def measure(workshop: Workshop, people: int, seconds: float) -> SmallFigures:
    """One run on a fresh server. All observe."""
    with workshop.server(PHONE_BYTES) as target:
        crowd = Crowd(target.create_room())
        try:
            await crowd.join(people)
            await hold(crowd.people)
            return await _drag(target, crowd, seconds)
        finally:
            crowd.leave()


async def _drag(target: Target, crowd: Crowd, seconds: float) -> SmallFigures:
    people = crowd.people
    async with dragging(target, people, people, len(people), evenly=False) as session:
        measured = await session.measure(asyncio.sleep(seconds))
    seen = session.seen(measured)
    delay = seen.arriving.percentiles(0.50, 0.95, 0.99)
    late = measured.load_late > LATE_SECONDS or measured.was_bottleneck
    return SmallFigures(
        people=len(people),
        pace=people[0].pace,
        delay_p50=delay[0] * 1000,
        delay_p95=delay[1] * 1000,
        delay_p99=delay[2] * 1000,
        updates=seen.positions / session.observers / len(people) / measured.seconds,
        cpu_share=measured.cpu_share,
        others_share=measured.others_share,
        problems=crowd.trouble(),
        load_late=measured.load_late * 1000,
        load_cpu=measured.load_cpu,
        bottleneck="load" if late else "",
    )


def verdict(rows: Sequence[SmallFigures]) -> str:
    last = rows[-1]
    return (
        f"From one of {last.people} phones to another a move takes {last.delay_p50:.0f} ms at p50 "
        f"and {last.delay_p99:.0f} ms at p99."
    )


def goals(
    rows: Sequence[SmallFigures],
    *,
    name: str = "small",
    p50: float = GOAL_P50_MS,
    p99: float = GOAL_P99_MS,
) -> Sequence[Goal]:
    """What was asked of each size; `p50` and `p99` are in milliseconds."""
    return [
        Goal(
            name,
            f"{row.people} people drag; a move reaches the others after at most {p50} ms at p50 "
            f"and {p99} ms at p99",
            f"{row.delay_p50:.0f} and {row.delay_p99:.0f} ms; {row.problems or 'no problems'}",
            met=row.delay_p50 <= p50 and row.delay_p99 <= p99 and not row.problems,
            bottleneck=bool(row.bottleneck),
        )
        for row in rows
    ]


SCENARIO = Scenario(
    "small",
    "a few people drag: how long a move takes from one phone to another",
    add_arguments,
    run,
    verdict,
    goals,
)
