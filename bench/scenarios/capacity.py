"""How many people one room holds while all of them drag."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence

from bench.crowd import BadRun
from bench.dragging import AGE_LIMIT_MS
from bench.goals import Goal
from bench.scenario import Scenario
from bench.scenarios import drag
from bench.scenarios.drag import DragFigures, is_good
from bench.target import Workshop

LADDER = (20, 100, 300, 500, 750, 1000, 1500, 2000, 3000, 4000, 5000)
# Between the last that went well and the first that did not, this often in the middle.
HALVINGS = 2
# A size has failed when it failed this often: other work on the machine spoils
# a run easily, and nothing makes one better than the server is.
TRIES = 3
GOAL_PEOPLE = 1000


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--people", type=int, nargs="+", default=LADDER, help="sizes to try")
    drag.add_load_arguments(parser)


async def run(workshop: Workshop, options: Namespace) -> Sequence[DragFigures]:
    rows: list[DragFigures] = []

    async def holds(people: int) -> bool:
        row = None
        for _ in range(TRIES):
            try:
                row = await drag.measure(workshop, people, options)
            except BadRun as error:
                print(f"{people} people: {error}", file=sys.stderr)
                continue
            if is_good(row):
                rows.append(row)
                return True
        if row is not None:
            rows.append(row)
        return False

    good, bad = 0, 0
    for people in options.people:
        if not await holds(people):
            bad = people
            break
        good = people
    if good and bad:
        for _ in range(HALVINGS):
            people = (good + bad) // 20 * 10
            if await holds(people):
                good = people
            else:
                bad = people
    return sorted(rows, key=lambda row: row.people)


def verdict(rows: Sequence[DragFigures]) -> str:
    """The capacity in one sentence."""
    good = [row for row in rows if is_good(row)]
    if not good:
        return "Capacity: fewer people than were tried."
    best, bad = good[-1], [row for row in rows if not is_good(row)]
    if not bad or bad[0].bottleneck:
        return f"Capacity: at least {best.people} people (the load, not the server, set the end)."
    return f"Capacity: {best.people} people."


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
