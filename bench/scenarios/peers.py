"""Everybody in one room drags and sees everybody: this server, and others as people build them."""

from __future__ import annotations

import asyncio
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from bench.crowd import BadRun, Clients
from bench.dragging import dragging
from bench.figures import Figures, column
from bench.ladder import climb, most
from bench.peers.servers import PEERS, PeerKind, install
from bench.scenario import Scenario
from bench.scenarios import drag
from bench.target import Workshop

OURS = "ours"
LADDER = (10, 20, 50, 100, 200, 300, 500, 750, 1000, 1500, 2000, 3000, 4000, 5000)


@dataclass(frozen=True)
class PeerFigures(Figures):
    built_as: str = column("built as", "<")
    people: int = column("people")
    pace: int = column("sent/s")
    updates: float = column("seen/s", ".1f")
    age_p50: float = column("age p50 (ms)", ".0f")
    age_p95: float = column("p95", ".0f")
    age_p99: float = column("p99", ".0f")
    bytes_each: float = column("B/position", ".1f")
    cpu_share: float = column("server CPU", ".0%")
    others_share: float = column("others there", ".0%")
    lost: int = column("lost")
    problems: str = column("problems")
    load_late: float = column("load late p99 (ms)", ".0f")
    load_cpu: float = column("load CPU", ".0%")
    bottleneck: str = column("bottleneck")


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--people", type=int, nargs="+", default=LADDER, help="sizes to try")
    parser.add_argument(
        "--only", nargs="+", choices=(OURS, *PEERS), default=(OURS, *PEERS), help="these servers"
    )
    drag.add_load_arguments(parser)


async def run(workshop: Workshop, options: Namespace) -> Sequence[PeerFigures]:
    if any(PEERS[name].on_node for name in options.only if name != OURS):
        install()
    rows: list[PeerFigures] = []
    for name in options.only:
        print(f"{name} ...", file=sys.stderr)
        rows += await climb(options.people, partial(_measure, workshop, name, options=options))
    if not rows:
        raise BadRun("no server could be measured with any size")
    return rows


async def _measure(workshop: Workshop, name: str, people: int, options: Namespace) -> PeerFigures:
    """One run on a fresh server of one kind."""
    if name == OURS:
        return await _measure_ours(workshop, people, options)
    return await measure(workshop, PEERS[name], people, options)


async def _measure_ours(workshop: Workshop, people: int, options: Namespace) -> PeerFigures:
    row = await drag.measure(workshop, people, options)
    return PeerFigures(
        built_as=f"this server, {row.moves} positions",
        people=row.people,
        pace=row.pace,
        updates=row.updates,
        age_p50=row.age_p50,
        age_p95=row.age_p95,
        age_p99=row.age_p99,
        bytes_each=row.bytes_each,
        cpu_share=row.cpu_share,
        others_share=row.others_share,
        lost=row.lost,
        problems=row.problems,
        load_late=row.load_late,
        load_cpu=row.load_cpu,
        bottleneck=row.bottleneck,
    )


async def measure(
    workshop: Workshop, kind: PeerKind, people: int, options: Namespace
) -> PeerFigures:
    """One run on a fresh server of this kind."""
    with workshop.peer(kind.command) as server:
        crowd = Clients(server.websocket_url + kind.path, kind.newcomer)
        try:
            await crowd.join(people)
            clients = crowd.people
            for marker, client in enumerate(clients, start=1):
                client.marker = marker
            async with dragging(server, clients, clients, options.observers) as session:
                measured = await session.measure(asyncio.sleep(options.seconds))
            seen = session.seen(measured, kind.decode)
        finally:
            crowd.leave()
    lost = crowd.problems.pop("disconnected", 0)
    # A server with far too much to do may not deliver anything: no ages then.
    age = seen.on_screen.percentiles(0.50, 0.95, 0.99)
    return PeerFigures(
        built_as=kind.built_as,
        people=people,
        pace=clients[0].pace,
        updates=seen.positions / session.observers / people / measured.seconds,
        age_p50=age[0] * 1000,
        age_p95=age[1] * 1000,
        age_p99=age[2] * 1000,
        bytes_each=seen.bytes / seen.positions if seen.positions else float("nan"),
        cpu_share=measured.cpu_share,
        others_share=measured.others_share,
        lost=lost,
        problems=crowd.trouble(),
        load_late=measured.load_late * 1000,
        load_cpu=measured.load_cpu,
        bottleneck=measured.bottleneck,
    )


def verdict(rows: Sequence[PeerFigures]) -> str:
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
