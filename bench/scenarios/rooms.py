"""Many small rooms at once, as a school or a host has them: everybody in each of them drags."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence

from bench import beside
from bench.comparison import OURS, BesideFigures, Pair, by, compared
from bench.goals import Goal
from bench.scenario import Scenario
from bench.target import Workshop

# The server that ours has to be level with.
RIVAL = "colyseus"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--rooms", type=int, nargs="+", default=[100, 150])
    parser.add_argument("--each", type=int, default=20, help="people in each room")
    beside.add_arguments(parser, (OURS, RIVAL, "ws"))
    # A room shows too little of how the others fare.
    parser.set_defaults(observers=200)


async def run(workshop: Workshop, options: Namespace) -> Sequence[BesideFigures]:
    async def one(name: str, rooms: int) -> BesideFigures:
        return await beside.measure(workshop, name, rooms, options.each, options)

    return await beside.in_rounds(options, options.rooms, one)


def verdict(rows: Sequence[BesideFigures]) -> str:
    """Age and CPU of each server, in one sentence for each size."""
    return " ".join(
        f"{size} rooms of {rows[0].people}: {compared(of_size)}."
        for size, of_size in by(rows, lambda row: row.rooms).items()
    )


def goals(rows: Sequence[BesideFigures]) -> Sequence[Goal]:
    return [
        Goal(
            "rooms",
            f"{rooms} rooms of {rows[0].people}, all drag: p99 age and CPU at most those of "
            f"{RIVAL} beside it, and nobody is lost",
            pair.in_words,
            met=pair.is_no_older and pair.is_no_busier and not pair.trouble,
            bottleneck=pair.bottleneck,
        )
        for rooms, of_size in by(rows, lambda row: row.rooms).items()
        if (pair := Pair.of(of_size, RIVAL))
    ]


SCENARIO = Scenario(
    "rooms",
    "many rooms of a few people who all drag: age and CPU beside other servers",
    add_arguments,
    run,
    verdict,
    goals,
)
