"""The same people at one process and at two: the cost of sharing a room, and the load on Redis.

Half of the people use each of two addresses, in all layouts: of one room or of
two rooms, of one process or of two. So a ratio compares the same rooms with the
same people, and only the processes differ. All processes use PostgreSQL; one
alone has the in-memory layer, as it would have in an installation.

A process ticks as its own people ask for, so two with half of a small room each
tick more often than one with all of it, and each position costs more. From 400
people on, all tick at the same pace; that is where the ratio is asked for.

A machine's speed varies over time: one process and two take turns, and of several
such pairs the one with the median ratio counts.

Both servers, Redis and PostgreSQL share the servers' core, because the load
needs one for itself. The figure is CPU seconds for each delivered position,
which this changes little; it says nothing about the speed of two cores.
"""

from __future__ import annotations

import asyncio
import math
import random
import secrets
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace

from bench.backing import Redis, start_postgres, start_redis
from bench.crowd import BadRun, Crowd
from bench.dragging import dragging, hold
from bench.figures import Figures, column
from bench.goals import Goal
from bench.scenario import Scenario
from bench.target import Running, Target, Workshop

GOAL_RATIO = 1.2
# One message for each tick, and now and then a heartbeat. Ticks are counted as
# the frames that people get, which a process may merge a little differently.
GOAL_COMMANDS = 1.25
OBSERVERS = 20


@dataclass(frozen=True)
class ProcessFigures(Figures):
    people: int = column("people")
    rooms: int = column("rooms")
    processes: int = column("processes")
    between: str = column("between them")
    positions: int = column("positions/s", ",")
    cpu_share: float = column("CPU of all servers", ".0%")
    cpu_each: float = column("µs/position", ".3f")
    ratio: float = column("to one process", ".2f")
    redis_cpu: float = column("Redis CPU", ".1%")
    commands: float = column("Redis commands/s", ".1f")
    ticks: float = column("ticks/s of a process", ".1f")
    commands_each: float = column("commands per tick and process", ".2f")
    age_p99: float = column("age p99 (ms)", ".0f")
    problems: str = column("problems")
    load_late: float = column("load late p99 (ms)", ".0f")
    load_cpu: float = column("load CPU", ".0%")
    bottleneck: str = column("bottleneck")


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--people", type=int, nargs="+", default=[500, 2000], help="sizes to try")
    parser.add_argument("--seconds", type=float, default=10.0, help="measured, after a warm-up")
    parser.add_argument("--rounds", type=int, default=3, help="pairs of one process and two")


async def run(workshop: Workshop, options: Namespace) -> Sequence[ProcessFigures]:
    if min(options.people) < 2 or options.rounds < 1:
        raise BadRun("it takes two people, one for each process, and one round")
    rows: list[ProcessFigures] = []
    for people in sorted(options.people):
        for rooms in (2, 1):
            pairs = [
                await _pair(workshop, people, rooms, options.seconds) for _ in range(options.rounds)
            ]
            rows += sorted(pairs, key=lambda pair: pair[1].ratio)[len(pairs) // 2]
    return rows


async def _pair(
    workshop: Workshop, people: int, rooms: int, seconds: float
) -> tuple[ProcessFigures, ProcessFigures]:
    """One process, and then two."""
    alone = await measure(workshop, people, rooms, 1, seconds)
    shared = await measure(workshop, people, rooms, 2, seconds)
    return alone, replace(shared, ratio=shared.cpu_each / alone.cpu_each)


async def measure(
    workshop: Workshop, people: int, rooms: int, processes: int, seconds: float
) -> ProcessFigures:
    """One run on fresh servers with a fresh PostgreSQL, and a Redis if there are two."""
    with ExitStack() as stack:
        settings = {
            "DATABASE_URL": stack.enter_context(start_postgres(workshop)).url,
            "SECRET_KEY": secrets.token_urlsafe(48),
        }
        between = stack.enter_context(start_redis(workshop)) if processes > 1 else None
        if between:
            settings["REDIS_URL"] = between.url
        servers = [stack.enter_context(workshop.server(0, **settings)) for _ in range(processes)]
        crowds = [Crowd(address) for address in _addresses(servers, rooms)]
        for crowd in crowds:
            stack.callback(crowd.leave)
            await crowd.join(people // len(crowds))
            await hold(crowd.people)
        return await drag_together(servers, between, crowds, rooms, seconds)


def _addresses(servers: Sequence[Target], rooms: int) -> Sequence[str]:
    """Where each half of the people goes."""
    first, last = servers[0], servers[-1]
    room = first.create_room()
    return room, last.create_room() if rooms > 1 else last.also(room)


async def drag_together(
    servers: Sequence[Target],
    between: Redis | None,
    crowds: Sequence[Crowd],
    rooms: int,
    seconds: float,
) -> ProcessFigures:
    """Let all of them drag, and count what that costs the servers and the Redis between them."""
    people = [person for crowd in crowds for person in crowd.people]
    ticks, commands, redis_cpu = 0.0, math.nan, math.nan

    async def meanwhile() -> None:
        nonlocal ticks, commands, redis_cpu
        frames = sum(crowd.people[0].frames for crowd in crowds)
        before = between and (between.commands(), between.cpu_seconds())
        await asyncio.sleep(seconds)
        ticks = (sum(crowd.people[0].frames for crowd in crowds) - frames) / len(crowds)
        if between and before:
            commands, redis_cpu = between.commands() - before[0], between.cpu_seconds() - before[1]

    # Mixed, so that the moves come evenly everywhere.
    draggers = random.sample(people, len(people))
    async with dragging(Running.together(servers), people, draggers, OBSERVERS) as session:
        measured = await session.measure(meanwhile())
    seen = session.seen(measured)
    delivered = session.delivered(seen, measured)
    return ProcessFigures(
        people=len(people),
        rooms=rooms,
        processes=len(servers),
        between="Redis" if between else "",
        positions=round(delivered / measured.seconds),
        cpu_share=measured.cpu_share,
        cpu_each=measured.cpu_seconds / delivered * 1e6 if delivered else math.nan,
        ratio=math.nan,
        redis_cpu=redis_cpu / measured.seconds,
        commands=commands / measured.seconds,
        ticks=ticks / measured.seconds,
        commands_each=commands / ticks / len(servers) if ticks else math.nan,
        age_p99=seen.on_screen.percentiles(0.99)[0] * 1000,
        problems=", ".join(filter(None, (crowd.trouble() for crowd in crowds))),
        load_late=measured.load_late * 1000,
        load_cpu=measured.load_cpu,
        bottleneck=measured.bottleneck,
    )


def verdict(rows: Sequence[ProcessFigures]) -> str:
    most = rows[-1].people
    apart, together = (row.ratio for row in rows if row.people == most and row.processes > 1)
    return (
        f"A position costs {apart:.2f} times the CPU when {most} people in two rooms use two "
        f"processes instead of one, and {together:.2f} times when they share a room."
    )


def goals(rows: Sequence[ProcessFigures]) -> Sequence[Goal]:
    alone = [row for row in rows if row.processes == 1]
    shared = [row for row in rows if row.processes > 1]
    most = max(row.people for row in rows)
    return [
        *(
            _ratio_goal(one, two)
            for one, two in zip(alone, shared, strict=True)
            if two.people == most
        ),
        *(_commands_goal([row for row in shared if row.rooms == rooms]) for rooms in (2, 1)),
    ]


def _ratio_goal(alone: ProcessFigures, shared: ProcessFigures) -> Goal:
    where = "in a room over both" if shared.rooms == 1 else "in a room at each"
    return Goal(
        "processes",
        f"two processes, {shared.people} people {where}: a position costs at most {GOAL_RATIO} "
        "times the CPU that it costs at one",
        f"{shared.ratio:.2f} times; {shared.problems or 'no problems'}",
        met=shared.ratio <= GOAL_RATIO and not shared.problems,
        bottleneck=bool(alone.bottleneck or shared.bottleneck),
    )


def _commands_goal(rows: Sequence[ProcessFigures]) -> Goal:
    where = "a room over both" if rows[0].rooms == 1 else "a room at each"
    return Goal(
        "processes",
        f"two processes, {where}: Redis hears one command per tick and process (at most "
        f"{GOAL_COMMANDS}), and of more people no more of them",
        "; ".join(
            f"{row.commands_each:.2f} of {row.people} people, {row.commands:.0f} a second"
            for row in rows
        ),
        met=all(row.commands_each <= GOAL_COMMANDS for row in rows)
        and rows[-1].commands <= GOAL_COMMANDS * rows[0].commands,
        bottleneck=any(row.bottleneck for row in rows),
    )


SCENARIO = Scenario(
    "processes",
    "one process and two: CPU for each position, and what Redis hears",
    add_arguments,
    run,
    verdict,
    goals,
)
