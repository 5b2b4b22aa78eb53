"""Everybody in one room drags while another program takes a share of the server's core."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence

from bench import beside
from bench.comparison import OURS, BesideFigures, Pair, by, compared, middle
from bench.disturbance import disturbed
from bench.goals import Goal
from bench.scenario import Scenario
from bench.target import Workshop

RIVALS = ("colyseus", "ws", "picows")
# Of the updates that a peer gives under the same disturbance, ours gives at least this share;
# and ages are at most so much higher.
GOAL_UPDATES, GOAL_AGE = 0.95, 1.05


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--people", type=int, nargs="+", default=[1000])
    parser.add_argument(
        "--share", type=float, default=0.4, help="of the server's core, for the other program"
    )
    beside.add_arguments(parser, (OURS, *RIVALS))


async def run(workshop: Workshop, options: Namespace) -> Sequence[BesideFigures]:
    async def one(name: str, people: int) -> BesideFigures:
        with disturbed(workshop.cores.server, options.share):
            return await beside.measure(workshop, name, 1, people, options)

    return await beside.in_rounds(options, options.people, one)


def verdict(rows: Sequence[BesideFigures]) -> str:
    """Age, CPU and updates of each server, in one sentence for each size."""
    return " ".join(
        f"{people} people: {compared(of_size)}; {_updates(of_size)}."
        for people, of_size in by(rows, lambda row: row.people).items()
    )


def _updates(rows: Sequence[BesideFigures]) -> str:
    seen = by(rows, lambda row: row.server)
    return ", ".join(
        f"{name} {middle(own, lambda row: row.updates):.1f} updates a second"
        for name, own in seen.items()
    )


def goals(rows: Sequence[BesideFigures]) -> Sequence[Goal]:
    return [
        _goal(people, rival, pair)
        for people, of_size in by(rows, lambda row: row.people).items()
        for rival in RIVALS
        if (pair := Pair.of(of_size, rival))
    ]


def _goal(people: int, rival: str, pair: Pair[BesideFigures]) -> Goal:
    age, updates = (
        middle(pair.ours, figure) / middle(pair.peer, figure)
        for figure in (lambda row: row.age_p99, lambda row: row.updates)
    )
    return Goal(
        "disturbed",
        f"{people} people drag beside another program: markers move as often as at {rival}, and "
        "are no older at p99",
        f"{updates:.2f} times as often, {age:.2f} times as old; {pair.trouble or 'no problems'}",
        met=updates >= GOAL_UPDATES and age <= GOAL_AGE and not pair.trouble,
        bottleneck=pair.bottleneck,
    )


SCENARIO = Scenario(
    "disturbed",
    "all drag while another program uses the server's core: age and updates beside other servers",
    add_arguments,
    run,
    verdict,
    goals,
)
