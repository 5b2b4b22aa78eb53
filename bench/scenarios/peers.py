"""Everybody in one room drags and sees everybody: this server, and others as people build them."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence

from bench import beside
from bench.comparison import OURS, BesideFigures
from bench.crowd import BadRun
from bench.dragging import add_load_arguments
from bench.ladder import climb, most
from bench.peers.servers import PEERS
from bench.scenario import Scenario
from bench.target import Workshop

LADDER = (10, 20, 50, 100, 200, 300, 500, 750, 1000, 1500, 2000, 3000, 4000, 5000)


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--people", type=int, nargs="+", default=LADDER, help="sizes to try")
    beside.add_servers_argument(parser, (OURS, *PEERS))
    add_load_arguments(parser)
    parser.set_defaults(obey=True)


async def run(workshop: Workshop, options: Namespace) -> Sequence[BesideFigures]:
    beside.bring(options.only)
    rows: list[BesideFigures] = []
    for name in options.only:
        print(f"{name} ...", file=sys.stderr)

        async def measure(people: int, name: str = name) -> BesideFigures:
            return await beside.measure(workshop, name, 1, people, options)

        rows += await climb(options.people, measure)
    if not rows:
        raise BadRun("no server could be measured with any size")
    return rows


def verdict(rows: Sequence[BesideFigures]) -> str:
    """How many each held, in one sentence."""
    kinds = dict.fromkeys(row.built_as for row in rows)
    held = (f"{kind}: {most([row for row in rows if row.built_as == kind])}" for kind in kinds)
    return "; ".join(held) + "."


SCENARIO = Scenario(
    "peers",
    "the same room on servers that are built in other ways: the most people that each holds",
    add_arguments,
    run,
    verdict,
)
