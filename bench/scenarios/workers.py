"""One room at one worker and at two, with the server's own broker between them, or with Redis.

Everybody comes to one port, and the system spreads them over the workers. As in
`processes`, all processes share a core, so that the figure is CPU seconds for each
delivered position: what it costs to use a second core, not what that gains. With
`--cores all` they share all cores, with the load: then ages show how many people two
workers hold, unless the load was the bottleneck, which the row says.

The three take turns; of the rounds the one with the median ratio counts.
"""

from __future__ import annotations

import math
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from statistics import median_low

import psutil

from bench.backing import start_redis
from bench.crowd import BadRun, Crowd
from bench.dragging import hold
from bench.goals import Goal
from bench.scenario import Scenario
from bench.scenarios.processes import ProcessFigures, drag_together
from bench.target import Target, Workshop

# Of the CPU for a position: what the broker may cost beside Redis, which is compiled.
GOAL_BESIDE_REDIS = 1.1
LAYOUTS = ((1, ""), (2, "broker"), (2, "Redis"))


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--people", type=int, nargs="+", default=[500, 2000], help="sizes to try")
    parser.add_argument("--seconds", type=float, default=10.0, help="measured, after a warm-up")
    parser.add_argument("--rounds", type=int, default=3, help="times that each has its turn")
    parser.add_argument("--cores", choices=("one", "all"), default="one", help="for the server")


async def run(workshop: Workshop, options: Namespace) -> Sequence[ProcessFigures]:
    if min(options.people) < 2 or options.rounds < 1:
        raise BadRun("it takes two people, one for each worker, and one round")
    rows: list[ProcessFigures] = []
    for people in sorted(options.people):
        rounds = [
            [await _measure(workshop, people, *layout, options) for layout in LAYOUTS]
            for _ in range(options.rounds)
        ]
        for layout in range(len(LAYOUTS)):
            compared = [
                replace(each[layout], ratio=each[layout].cpu_each / each[0].cpu_each)
                for each in rounds
            ]
            middle = median_low(row.ratio for row in compared)
            rows.append(next(row for row in compared if row.ratio == middle))
    return rows


async def _measure(
    workshop: Workshop, people: int, workers: int, between: str, options: Namespace
) -> ProcessFigures:
    with ExitStack() as stack:
        settings = {"WORKERS": str(workers)}
        redis = stack.enter_context(start_redis(workshop)) if between == "Redis" else None
        if redis:
            settings["REDIS_URL"] = redis.url
        server = stack.enter_context(workshop.server(0, **settings))
        if workers > 1:
            server.wait_workers(workers)
        if options.cores == "all":
            _let_loose(server)
        crowd = Crowd(server.create_room())
        stack.callback(crowd.leave)
        await crowd.join(people)
        await hold(crowd.people)
        figures = await drag_together([server], redis, [crowd], 1, options.seconds)
    return replace(
        figures,
        processes=workers,
        between=between,
        commands_each=figures.commands_each / workers,
    )


def _let_loose(server: Target) -> None:
    """Let all its processes run on all cores."""
    process = psutil.Process(server.pid)
    for member in (process, *process.children(recursive=True)):
        member.cpu_affinity(list(range(psutil.cpu_count() or 1)))


def verdict(rows: Sequence[ProcessFigures]) -> str:
    _, broker, redis = rows[-3:]
    return (
        f"With {broker.people} people in one room a position costs {broker.ratio:.2f} times the "
        f"CPU at two workers with the broker between them, and {redis.ratio:.2f} times with Redis."
    )


def goals(rows: Sequence[ProcessFigures]) -> Sequence[Goal]:
    _, broker, redis = rows[-3:]
    ratio = broker.cpu_each / redis.cpu_each if redis.cpu_each else math.nan
    return [
        Goal(
            "workers",
            f"two workers, {broker.people} people in one room: a position costs at most "
            f"{GOAL_BESIDE_REDIS} times the CPU with the broker that it costs with Redis",
            f"{ratio:.2f} times; {broker.problems or 'no problems'}",
            met=ratio <= GOAL_BESIDE_REDIS and not broker.problems,
            bottleneck=bool(broker.bottleneck or redis.bottleneck),
        )
    ]


SCENARIO = Scenario(
    "workers",
    "one worker and two on one port: CPU for each position, with the broker and with Redis",
    add_arguments,
    run,
    verdict,
    goals,
)
