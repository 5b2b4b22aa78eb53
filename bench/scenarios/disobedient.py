"""Everybody in one room drags, and nearly nobody listens when asked for fewer moves."""

from __future__ import annotations

import random
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import dataclass

from bench import beside
from bench.beside import Gathering, Site
from bench.comparison import OURS, BesideFigures, Pair, by, compared, middle
from bench.crowd import Client, in_turns, spread
from bench.dragging import Measurement, Session, ShortDrags, dragging
from bench.figures import column
from bench.goals import Goal
from bench.scenario import Scenario
from bench.target import Workshop

RIVALS = ("colyseus", "ws")
# An add and a drop are answered within this time at p99.
GOAL_ANSWER_MS = 1_000
# Two groups of observers of the same room differ by this factor at most, by chance.
CHANCE = 1.05


@dataclass(frozen=True)
class DisobedientFigures(BesideFigures):
    obedient: int = column("obedient")
    obedient_p99: float = column("what these see p99 (ms)", ".0f")
    others_p99: float = column("the others", ".0f")
    add_p99: float = column("add ack p99 (ms)", ".0f")
    drop_p99: float = column("drop ack p99 (ms)", ".0f")


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--people", type=int, nargs="+", default=[5000], help="who drag")
    parser.add_argument("--obedient", type=float, default=0.1, help="the share of them that obeys")
    parser.add_argument(
        "--changers", type=int, default=50, help="others, with a short drag each (of ours alone)"
    )
    beside.add_arguments(parser, (OURS, *RIVALS))
    parser.set_defaults(observers=40, times=1)


async def run(workshop: Workshop, options: Namespace) -> Sequence[DisobedientFigures]:
    async def one(name: str, people: int) -> DisobedientFigures:
        with beside.serving(workshop, name, options) as site:
            async with beside.gathered(site, 1, people) as gathering:
                return await _measure(site, gathering, options)

    return await beside.in_rounds(options, options.people, one)


async def _measure(site: Site, gathering: Gathering, options: Namespace) -> DisobedientFigures:
    draggers = random.sample(gathering.people, gathering.each)
    count = round(options.obedient * len(draggers))
    obedient, others = draggers[:count], draggers[count:]
    for person in others:
        person.obeys = False
    half = options.observers // 2
    observers = [*obedient[:half], *others[:half]]
    (room,) = gathering.rooms
    # The peers have no changes that are answered.
    changers = room.expect(options.changers if site.name == OURS else 0)
    await in_turns(changers, lambda person: person.join(room.url), at_once=100)
    changes = ShortDrags()
    async with dragging(
        site.running, [*draggers, *changers], draggers, observers, one_pace=False
    ) as session:
        meanwhile = spread(changers, changes.one, options.seconds)
        measured = await session.measure(beside.at_least(options.seconds, meanwhile))
    return _row(site, gathering, session, measured, changes, count)


def _row(
    site: Site,
    gathering: Gathering,
    session: Session,
    measured: Measurement,
    changes: ShortDrags,
    obedient: int,
) -> DisobedientFigures:
    def age_ms(obeys: bool) -> float:
        def is_one(person: Client) -> bool:
            return person.obeys == obeys

        seen = session.seen(measured, site.decode, by=is_one)
        return seen.on_screen.percentiles(0.99)[0] * 1000

    add, drop = changes.percentiles(0.99)
    return DisobedientFigures(
        **beside.row(site, gathering, session, measured).as_json(),
        obedient=obedient,
        obedient_p99=age_ms(obeys=True),
        others_p99=age_ms(obeys=False),
        add_p99=add * 1000,
        drop_p99=drop * 1000,
    )


def verdict(rows: Sequence[DisobedientFigures]) -> str:
    """Age and CPU of each server, in one sentence for each size."""
    return " ".join(
        f"{people} people of whom {of_size[0].obedient} obey: {compared(of_size)}."
        for people, of_size in by(rows, lambda row: row.people).items()
    )


def goals(rows: Sequence[DisobedientFigures]) -> Sequence[Goal]:
    return [
        goal for of_size in by(rows, lambda row: row.people).values() for goal in _goals(of_size)
    ]


def _goals(rows: Sequence[DisobedientFigures]) -> Sequence[Goal]:
    people = rows[0].people
    found = [
        Goal(
            "disobedient",
            f"{people} people who do not obey: p99 age below that of {rival} beside it",
            pair.in_words,
            met=pair.is_no_older,
            bottleneck=pair.bottleneck,
        )
        for rival in RIVALS
        if (pair := Pair.of(rows, rival))
    ]
    ours = [row for row in rows if row.server == OURS]
    if ours:
        found.append(_answers(ours))
        if ours[0].obedient:
            found.append(_fairness(ours))
    return found


def _answers(ours: Sequence[DisobedientFigures]) -> Goal:
    add, drop = middle(ours, lambda row: row.add_p99), middle(ours, lambda row: row.drop_p99)
    lost = sum(row.lost for row in ours)
    return Goal(
        "disobedient",
        f"meanwhile an add and a drop are answered after at most {GOAL_ANSWER_MS / 1000:.0f} s "
        "at p99, and nobody is lost",
        f"{add:.0f} and {drop:.0f} ms, {lost} lost",
        met=max(add, drop) <= GOAL_ANSWER_MS and not lost,
        bottleneck=any(row.bottleneck for row in ours),
    )


def _fairness(ours: Sequence[DisobedientFigures]) -> Goal:
    obedient = middle(ours, lambda row: row.obedient_p99)
    others = middle(ours, lambda row: row.others_p99)
    return Goal(
        "disobedient",
        "who obeys sees no worse than who does not",
        f"{obedient:.0f} and {others:.0f} ms old at p99",
        met=obedient <= others * CHANCE,
        bottleneck=any(row.bottleneck for row in ours),
    )


SCENARIO = Scenario(
    "disobedient",
    "far too many drag and do not listen: age beside other servers, and how long changes wait",
    add_arguments,
    run,
    verdict,
    goals,
)
