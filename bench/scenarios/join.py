"""A hall full of people opens the room at the same moment."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import dataclass

from bench.ages import now, percentile
from bench.crowd import Crowd, Person, in_turns
from bench.figures import Figures, column
from bench.goals import Goal
from bench.metronome import BUSY_SHARE, OwnWork
from bench.scenario import Scenario
from bench.target import Workshop

# All have the map and their marker is saved, after this many seconds.
GOAL_SECONDS = 2.0


@dataclass(frozen=True)
class JoinFigures(Figures):
    people: int = column("people at once")
    state_p50: float = column("has the map p50 (s)", ".2f")
    state_p99: float = column("p99", ".2f")
    state_all: float = column("all", ".2f")
    saved_p50: float = column("marker saved p50 (s)", ".2f")
    saved_p99: float = column("p99", ".2f")
    saved_all: float = column("all", ".2f")
    cpu_seconds: float = column("server CPU (s)", ".2f")
    problems: str = column("problems")
    load_cpu: float = column("load CPU", ".0%")
    bottleneck: str = column("bottleneck")


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--people", type=int, default=500)


async def run(workshop: Workshop, options: Namespace) -> Sequence[JoinFigures]:
    return [await measure(workshop, options.people)]


async def measure(workshop: Workshop, people: int) -> JoinFigures:
    """One run on a fresh server: connect, hello, snapshot, then a marker, each at once."""
    with workshop.server() as target:
        crowd = Crowd(target.create_room())
        cpu, began, work = target.cpu_seconds(), now(), OwnWork()
        saved: list[float] = []

        async def come(person: Person) -> None:
            await person.join(crowd.url)
            await person.place()
            saved.append(now() - began)

        try:
            newcomers = crowd.expect(people)
            await in_turns(newcomers, come, at_once=people)
            cpu, busy = target.cpu_seconds() - cpu, work.share
        finally:
            crowd.leave()
    had_state = [person.joined_after for person in newcomers]
    return JoinFigures(
        people=people,
        state_p50=percentile(had_state, 0.50),
        state_p99=percentile(had_state, 0.99),
        state_all=max(had_state),
        saved_p50=percentile(saved, 0.50),
        saved_p99=percentile(saved, 0.99),
        saved_all=max(saved),
        cpu_seconds=cpu,
        problems=crowd.trouble(),
        load_cpu=busy,
        bottleneck="load" if busy > BUSY_SHARE else "",
    )


def verdict(rows: Sequence[JoinFigures]) -> str:
    last = rows[-1]
    return f"{last.people} people have the map after {last.state_all:.1f} s."


def goals(rows: Sequence[JoinFigures]) -> Sequence[Goal]:
    return [
        Goal(
            "join",
            f"{row.people} people open the room at once; after {GOAL_SECONDS:.0f} s all have the "
            "map and their saved marker",
            f"the map after {row.state_all:.1f} s, the marker after {row.saved_all:.1f} s",
            met=row.saved_all <= GOAL_SECONDS and not row.problems,
            bottleneck=bool(row.bottleneck),
        )
        for row in rows
    ]


SCENARIO = Scenario(
    "join",
    "all join at once and place their marker: how long each waits",
    add_arguments,
    run,
    verdict,
    goals,
)
