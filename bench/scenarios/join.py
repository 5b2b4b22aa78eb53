"""A hall full of people opens the room at the same moment."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import dataclass

from bench.ages import now, percentile
from bench.crowd import Crowd, Person, in_turns
from bench.figures import Figures, column
from bench.scenario import Scenario
from bench.target import Workshop


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


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--people", type=int, default=500)


async def run(workshop: Workshop, options: Namespace) -> Sequence[JoinFigures]:
    return [await measure(workshop, options.people)]


async def measure(workshop: Workshop, people: int) -> JoinFigures:
    """One run on a fresh server: connect, hello, snapshot, then a marker, each at once."""
    with workshop.server() as target:
        crowd = Crowd(target.open_room())
        cpu, began = target.cpu_seconds(), now()
        saved: list[float] = []

        async def come(person: Person) -> None:
            await person.join(crowd.url)
            await person.place()
            saved.append(now() - began)

        try:
            newcomers = crowd.expect(people)
            await in_turns(newcomers, come, at_once=people)
            cpu = target.cpu_seconds() - cpu
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
    )


def verdict(rows: Sequence[JoinFigures]) -> str:
    last = rows[-1]
    return f"{last.people} people have the map after {last.state_all:.1f} s."


SCENARIO = Scenario(
    "join",
    "all join at once and place their marker: how long each waits",
    add_arguments,
    run,
    verdict,
)
