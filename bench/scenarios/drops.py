"""Short drags: each is a grab and a drop, and both are stored before they are answered.

SQLite does its work inside the server. A PostgreSQL shares the server's core, so
the figure is the work of both on one core; the load keeps its own.
"""

from __future__ import annotations

import asyncio
import math
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from bench.ages import percentile
from bench.backing import databases, start_postgres
from bench.crowd import Crowd, Person, in_turns
from bench.dragging import WARM_UP_SECONDS, Session
from bench.figures import Figures, column
from bench.goals import Goal
from bench.metronome import Metronome
from bench.scenario import Scenario
from bench.target import Running, Workshop

GOAL_P99_MS = 250
# Some drags are under way when the measurement ends, so this share counts as all of them.
ALL_SHARE = 0.99


@dataclass(frozen=True)
class DropFigures(Figures):
    database: str = column("database", "<")
    people: int = column("people")
    asked: float = column("drops/s asked", ".0f")
    done: float = column("done", ".0f")
    missed: int = column("missed turns")
    ack_p50: float = column("ack p50 (ms)", ".0f")
    ack_p95: float = column("p95", ".0f")
    ack_p99: float = column("p99", ".0f")
    cpu_share: float = column("server CPU", ".0%")
    database_share: float = column("database CPU", ".0%")
    others_share: float = column("others there", ".0%")
    problems: str = column("problems")
    load_late: float = column("load late p99 (ms)", ".0f")
    load_cpu: float = column("load CPU", ".0%")
    bottleneck: str = column("bottleneck")


def add_arguments(parser: ArgumentParser) -> None:
    there = databases()
    parser.add_argument(
        "--database",
        nargs="+",
        choices=("sqlite", "postgres"),
        default=there,
        help=f"one or both (here: {' '.join(there)})",
    )
    parser.add_argument("--people", type=int, default=500)
    parser.add_argument("--per-second", type=float, default=1000.0, help="drops, of all together")
    parser.add_argument("--seconds", type=float, default=10.0, help="measured, after a warm-up")


async def run(workshop: Workshop, options: Namespace) -> Sequence[DropFigures]:
    return [await measure(workshop, database, options) for database in options.database]


async def measure(workshop: Workshop, database: str, options: Namespace) -> DropFigures:
    """One run on a fresh server."""
    with ExitStack() as stack:
        cluster = stack.enter_context(start_postgres(workshop)) if database == "postgres" else None
        settings = {"DATABASE_URL": cluster.url} if cluster else {}
        server = stack.enter_context(workshop.server(0, **settings))
        crowd = Crowd(server.create_room())
        stack.callback(crowd.leave)
        await crowd.join(options.people)
        await in_turns(crowd.people, Person.place, at_once=500)
        return await _drop(server, cluster, crowd, options)


async def _drop(
    server: Running, cluster: Running | None, crowd: Crowd, options: Namespace
) -> DropFigures:
    waits: list[float] = []
    missed = 0
    drags: dict[Person, asyncio.Task[None]] = {}

    async def short_drag(person: Person) -> None:
        await person.take()
        waits.append((await person.drop()).seconds)

    def begin(person: Person) -> None:
        nonlocal missed
        if person in drags and not drags[person].done():
            # A person who still waits for an answer misses a turn, as in reality.
            missed += 1
            return
        drags[person] = asyncio.ensure_future(short_drag(person))

    metronome = Metronome(crowd.people, begin, options.per_second / options.people)
    session = Session(
        Running.together([server, cluster]) if cluster else server, crowd.people, (), metronome
    )
    running = asyncio.create_task(metronome.run())
    await asyncio.sleep(WARM_UP_SECONDS)
    waits.clear()
    missed = 0
    database_cpu = cluster.cpu_seconds() if cluster else 0.0
    measured = await session.measure(asyncio.sleep(options.seconds))
    done, missed_turns = len(waits), missed
    database_cpu = cluster.cpu_seconds() - database_cpu if cluster else 0.0
    running.cancel()
    # Those that were begun count with how long they took.
    await in_turns(drags, lambda person: drags[person], at_once=options.people)
    session.close()
    return DropFigures(
        database="postgres" if cluster else "sqlite",
        people=options.people,
        asked=options.per_second,
        done=done / measured.seconds,
        missed=missed_turns,
        ack_p50=percentile(waits, 0.50) * 1000,
        ack_p95=percentile(waits, 0.95) * 1000,
        ack_p99=percentile(waits, 0.99) * 1000,
        cpu_share=(measured.cpu_seconds - database_cpu) / measured.seconds,
        database_share=database_cpu / measured.seconds if cluster else math.nan,
        others_share=measured.others_share,
        problems=crowd.trouble(),
        load_late=measured.load_late * 1000,
        load_cpu=measured.load_cpu,
        bottleneck=measured.bottleneck,
    )


def verdict(rows: Sequence[DropFigures]) -> str:
    return " ".join(
        f"{row.database}: {row.done:.0f} drops a second are acknowledged with a p99 of "
        f"{row.ack_p99:.0f} ms."
        for row in rows
    )


def goals(rows: Sequence[DropFigures]) -> Sequence[Goal]:
    return [
        Goal(
            f"drops, {row.database}",
            f"{row.asked:,.0f} drops a second among {row.people} people are acknowledged, at p99 "
            f"within {GOAL_P99_MS} ms",
            f"{row.done:,.0f} a second, {row.ack_p99:.0f} ms; {row.problems or 'no problems'}",
            met=row.done >= ALL_SHARE * row.asked
            and row.ack_p99 <= GOAL_P99_MS
            and not row.problems,
            bottleneck=bool(row.bottleneck),
        )
        for row in rows
    ]


SCENARIO = Scenario(
    "drops",
    "many short drags: how long a drop waits for its answer",
    add_arguments,
    run,
    verdict,
    goals,
)
