"""Everybody drags, with answers open and with answers hidden: what hiding saves."""

from __future__ import annotations

import asyncio
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import dataclass

from bench.crowd import Crowd
from bench.dragging import dragging, hold
from bench.figures import Figures, column
from bench.goals import Goal
from bench.scenario import Scenario
from bench.target import PHONE_BYTES, Workshop


@dataclass(frozen=True)
class HiddenFigures(Figures):
    answers: str = column("answers", "<")
    people: int = column("people")
    cpu_share: float = column("server CPU", ".0%")
    kilobytes: float = column("kB/s a phone", ".1f")
    others_share: float = column("others there", ".0%")
    problems: str = column("problems")
    bottleneck: str = column("bottleneck")


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--seconds", type=float, default=10.0, help="measured, after a warm-up")


async def run(workshop: Workshop, options: Namespace) -> Sequence[HiddenFigures]:
    return [
        await measure(workshop, hidden, options.people, options.seconds) for hidden in (False, True)
    ]


async def measure(workshop: Workshop, hidden: bool, people: int, seconds: float) -> HiddenFigures:
    """One run on a fresh server."""
    plan = {"question": "Where?", "settings": {"hidden": hidden}}
    with workshop.server(PHONE_BYTES) as target:
        crowd = Crowd(target.create_room(activities=[plan]))
        try:
            await crowd.join(people)
            await hold(crowd.people)
            async with dragging(target, crowd.people, crowd.people, 0) as session:
                measured = await session.measure(asyncio.sleep(seconds))
        finally:
            crowd.leave()
    return HiddenFigures(
        answers="hidden" if hidden else "open",
        people=people,
        cpu_share=measured.cpu_share,
        kilobytes=sum(measured.received) / people / measured.seconds / 1000,
        others_share=measured.others_share,
        problems=crowd.trouble(),
        bottleneck=measured.bottleneck,
    )


def verdict(rows: Sequence[HiddenFigures]) -> str:
    open_, hidden = rows
    return (
        f"{hidden.people} people take {open_.cpu_share:.0%} of a core with answers open and "
        f"{hidden.cpu_share:.0%} with answers hidden."
    )


def goals(rows: Sequence[HiddenFigures]) -> Sequence[Goal]:
    open_, hidden = rows
    return [
        Goal(
            "hidden",
            f"{hidden.people} people cost less CPU while answers are hidden",
            f"{hidden.cpu_share / open_.cpu_share:.2f} times as much",
            met=hidden.cpu_share < open_.cpu_share and not hidden.problems,
            bottleneck=bool(hidden.bottleneck),
        )
    ]


SCENARIO = Scenario(
    "hidden",
    "everybody drags with answers open and hidden: what hiding saves",
    add_arguments,
    run,
    verdict,
    goals,
)
