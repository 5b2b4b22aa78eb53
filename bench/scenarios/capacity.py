"""The capacity of one room while everybody in it drags."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from functools import partial

from bench.dragging import AGE_LIMIT_MS, add_load_arguments
from bench.goals import Goal
from bench.ladder import climb, is_good, most
from bench.scenario import Scenario
from bench.scenarios import drag
from bench.scenarios.drag import DragFigures
from bench.target import Workshop

LADDER = (20, 100, 300, 500, 750, 1000, 1500, 2000, 3000, 4000, 5000)
GOAL_PEOPLE = 3000


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--people", type=int, nargs="+", default=LADDER, help="sizes to try")
    add_load_arguments(parser)


async def run(workshop: Workshop, options: Namespace) -> Sequence[DragFigures]:
    return await climb(options.people, partial(drag.measure, workshop, options=options))


def verdict(rows: Sequence[DragFigures]) -> str:
    """The capacity in one sentence."""
    return f"Capacity: {most(rows)}."


def goals(rows: Sequence[DragFigures]) -> Sequence[Goal]:
    best = max((row.people for row in rows if is_good(row)), default=0)
    return [
        Goal(
            "capacity",
            f"a room holds {GOAL_PEOPLE:,} people who all drag, with a p99 age of "
            f"{AGE_LIMIT_MS} ms or less",
            verdict(rows),
            met=best >= GOAL_PEOPLE,
            bottleneck=any(row.bottleneck for row in rows if row.people > best),
        )
    ]


SCENARIO = Scenario(
    "capacity",
    "the most people with a p99 age of 300 ms or less and no disconnect",
    add_arguments,
    run,
    verdict,
    goals,
)
