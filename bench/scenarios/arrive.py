"""People keep coming in, each with a browser's full page load, while others drag."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import dataclass

from bench.ages import now, percentile
from bench.crowd import Crowd, Person, spread
from bench.dragging import AGE_LIMIT_MS, dragging, hold
from bench.figures import Figures, column
from bench.goals import Goal
from bench.scenario import Scenario
from bench.target import PHONE_BYTES, Target, Workshop
from bench.visit import page_of, visit

# From asking for the page to having the map, at p99.
GOAL_SECONDS = 2.0


@dataclass(frozen=True)
class ArriveFigures(Figures):
    people: int = column("people come")
    within: float = column("within (s)", ".0f")
    draggers: int = column("others drag")
    requests: int = column("requests each")
    map_p50: float = column("has page and map p50 (s)", ".3f")
    map_p99: float = column("p99", ".3f")
    map_max: float = column("max", ".3f")
    age_p50: float = column("draggers: age p50 (ms)", ".0f")
    age_p99: float = column("p99", ".0f")
    cpu_share: float = column("server CPU", ".0%")
    others_share: float = column("others there", ".0%")
    problems: str = column("problems")
    load_late: float = column("load late p99 (ms)", ".0f")
    load_cpu: float = column("load CPU", ".0%")
    bottleneck: str = column("bottleneck")


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--people", type=int, default=1000, help="who come")
    parser.add_argument("--within", type=float, default=5.0, help="seconds in which they come")
    parser.add_argument("--draggers", type=int, default=200, help="who are there and drag")
    parser.add_argument("--observers", type=int, default=20, help="draggers who are looked into")


async def run(workshop: Workshop, options: Namespace) -> Sequence[ArriveFigures]:
    """One run on a fresh server."""
    with workshop.server(PHONE_BYTES) as target:
        crowd = Crowd(target.create_room())
        try:
            await crowd.join(options.draggers)
            await hold(crowd.people)
            return [await _arrive(target, crowd, options)]
        finally:
            crowd.leave()


async def _arrive(target: Target, crowd: Crowd, options: Namespace) -> ArriveFigures:
    draggers = list(crowd.people)
    newcomers = crowd.expect(options.people)
    had_map: list[float] = []
    requests = 0

    async def come(person: Person) -> None:
        nonlocal requests
        began = now()
        requests = await visit(page_of(crowd.url))
        await person.join(crowd.url)
        had_map.append(now() - began)

    async with dragging(target, draggers, draggers, options.observers) as session:
        measured = await session.measure(spread(newcomers, come, options.within))
    age = session.seen(measured).on_screen.percentiles(0.50, 0.99)
    return ArriveFigures(
        people=options.people,
        within=measured.seconds,
        draggers=len(draggers),
        requests=requests,
        map_p50=percentile(had_map, 0.50),
        map_p99=percentile(had_map, 0.99),
        map_max=max(had_map),
        age_p50=age[0] * 1000,
        age_p99=age[1] * 1000,
        cpu_share=measured.cpu_share,
        others_share=measured.others_share,
        problems=crowd.trouble(),
        load_late=measured.load_late * 1000,
        load_cpu=measured.load_cpu,
        bottleneck=measured.bottleneck,
    )


def verdict(rows: Sequence[ArriveFigures]) -> str:
    last = rows[-1]
    return (
        f"{last.people} people who come within {last.within:.0f} s have page and map after "
        f"{last.map_p99:.2f} s at p99, while {last.draggers} drag and see what is "
        f"{last.age_p99:.0f} ms old at p99."
    )


def goals(rows: Sequence[ArriveFigures]) -> Sequence[Goal]:
    return [
        goal
        for row in rows
        for goal in (
            Goal(
                "arrive",
                f"{row.people} people come in {row.within:.0f} s; each has page and map after at "
                f"most {GOAL_SECONDS:.0f} s at p99",
                f"{row.map_p99:.2f} s, all of them {row.map_max:.2f} s; "
                f"{row.problems or 'no problems'}",
                met=row.map_p99 <= GOAL_SECONDS and not row.problems,
                bottleneck=bool(row.bottleneck),
            ),
            Goal(
                "arrive",
                f"meanwhile {row.draggers} drag; what they see is at most {AGE_LIMIT_MS} ms old "
                "at p99",
                f"{row.age_p99:.0f} ms",
                met=row.age_p99 <= AGE_LIMIT_MS,
                bottleneck=bool(row.bottleneck),
            ),
        )
    ]


SCENARIO = Scenario(
    "arrive",
    "people come in, as with a browser, while others drag: how long they wait",
    add_arguments,
    run,
    verdict,
    goals,
)
