"""The result of a large room, worked out while people drag: what it does to their ages."""

from __future__ import annotations

import asyncio
import random
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean

import msgspec
from picows import WSFrame, WSMsgType

from bench.ages import now
from bench.crowd import PATIENCE_SECONDS, BadRun, Crowd, Person, in_turns
from bench.dragging import dragging
from bench.figures import Figures, column
from bench.goals import Goal
from bench.scenario import Scenario
from bench.target import Target, Workshop

# With results, others may see positions older by this factor.
GOAL_RATIO = 1.05
# A result comes at most once a second, so the last answer may wait that long for the next.
PAUSE_SECONDS = 1.0
GOAL_SECONDS = 1.0


class ResultHead(msgspec.Struct):
    """What of a result is looked at."""

    t: str
    rev: int = 0


_head = msgspec.json.Decoder(ResultHead).decode


@dataclass(frozen=True)
class ResultFigures(Figures):
    results: str = column("results")
    people: int = column("people drag")
    markers: int = column("markers", ",")
    age_p50: float = column("age p50 (ms)", ".0f")
    age_p95: float = column("p95", ".0f")
    age_p99: float = column("p99", ".0f")
    cpu_share: float = column("server CPU", ".0%")
    others_share: float = column("others there", ".0%")
    told: int = column("results told")
    first: float = column("first result (s)", ".2f")
    memory: float = column("server memory (MB)", ".1f")
    problems: str = column("problems")
    load_late: float = column("load late p99 (ms)", ".0f")
    bottleneck: str = column("bottleneck")


class Screen(Person):
    """A screen, which notes each result that it is told: when, and its revision."""

    def __init__(self, *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        self.results: list[tuple[float, int]] = []

    async def join(self, url: str) -> None:
        await self.connect(url)
        self._send({"t": "hello", "as": "screen", "moves": self.moves})
        await self._state

    def _hear(self, frame: WSFrame) -> None:
        super()._hear(frame)
        if frame.msg_type == WSMsgType.TEXT:
            payload = frame.get_payload_as_bytes()
            if payload.startswith(b'{"t":"result"'):
                self.results.append((now(), _head(payload).rev))


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--people", type=int, default=300, help="who drag")
    parser.add_argument("--markers", type=int, default=5_000)
    parser.add_argument("--seconds", type=float, default=10.0, help="measured each time")
    parser.add_argument("--times", type=int, default=3, help="without and with, in turns")
    parser.add_argument("--observers", type=int, default=20, help="whose frames are looked into")


async def run(workshop: Workshop, options: Namespace) -> Sequence[ResultFigures]:
    """In turns without and with, so that a machine that changes its mind changes both."""
    rows: list[ResultFigures] = []
    for _ in range(options.times):
        for results in (False, True):
            with workshop.server(RESULTS="1" if results else "0") as target:
                rows.append(await _measure(target, options, results=results))
    return rows


async def _measure(target: Target, options: Namespace, *, results: bool) -> ResultFigures:
    each = -(-options.markers // options.people)
    crowd = Crowd(target.create_room(markers_each=each))
    screen = Screen(crowd.problems, "packed")
    try:
        await screen.join(crowd.url)
        await crowd.join(options.people)
        chance = random.Random(2026)

        async def answer(person: Person) -> None:
            for _ in range(each):
                person.lat = max(-80.0, min(80.0, chance.gauss(48, 8)))
                where = {"lat": person.lat, "lng": chance.gauss(9, 12)}
                placed = await person.change({"t": "add", **where})
                person.marker = placed.head.marker
                revision[0] = max(revision[0], placed.head.rev)

        revision = [0]
        await in_turns(crowd.people, answer, at_once=100)
        first = await _until_told(screen, revision[0], now()) if results else float("nan")
        await in_turns(crowd.people, Person.take, at_once=500)
        people = crowd.people
        async with dragging(target, people, people, options.observers) as session:
            before = len(screen.results)
            measured = await session.measure(asyncio.sleep(options.seconds))
            told = len(screen.results) - before
        age = session.seen(measured).on_screen.percentiles(0.50, 0.95, 0.99)
        return ResultFigures(
            results="with" if results else "without",
            people=len(people),
            markers=each * len(people),
            age_p50=age[0] * 1000,
            age_p95=age[1] * 1000,
            age_p99=age[2] * 1000,
            cpu_share=measured.cpu_share,
            others_share=measured.others_share,
            told=told,
            first=first,
            memory=target.memory_bytes() / 1e6,
            problems=crowd.trouble(),
            load_late=measured.load_late * 1000,
            bottleneck=measured.bottleneck,
        )
    finally:
        screen.leave()
        crowd.leave()


async def _until_told(screen: Screen, revision: int, since: float) -> float:
    """Seconds until a screen has a result with all markers."""
    while True:
        for at, known in screen.results:
            if known >= revision:
                return max(0.0, at - since)
        if now() - since > PATIENCE_SECONDS:
            raise BadRun("no result came")
        await asyncio.sleep(0.01)


def _ratio(rows: Sequence[ResultFigures]) -> float:
    ages = {kind: mean(r.age_p99 for r in rows if r.results == kind) for kind in _KINDS}
    return ages["with"] / ages["without"]


_KINDS = ("without", "with")


def verdict(rows: Sequence[ResultFigures]) -> str:
    first = [row.first for row in rows if row.results == "with"]
    return (
        f"With results the p99 age is {_ratio(rows):.2f} times as high; "
        f"the first result of all markers is there after {max(first):.2f} s at most."
    )


def goals(rows: Sequence[ResultFigures]) -> Sequence[Goal]:
    slowest = max(row.first for row in rows if row.results == "with")
    bottleneck = any(row.bottleneck for row in rows)
    ratio = _ratio(rows)
    return [
        Goal(
            "results",
            f"results of {rows[0].markers:,} markers make the p99 age of {rows[0].people} who "
            f"drag at most {GOAL_RATIO - 1:.0%} higher",
            f"{ratio - 1:+.0%}; {rows[-1].problems or 'no problems'}",
            met=ratio <= GOAL_RATIO,
            bottleneck=bottleneck,
        ),
        Goal(
            "results",
            f"the result of {rows[0].markers:,} markers is there within {GOAL_SECONDS:.0f} s of "
            f"when it may be, which is within {PAUSE_SECONDS:.0f} s of the last answer",
            f"{slowest:.2f} s after the last answer",
            met=slowest <= PAUSE_SECONDS + GOAL_SECONDS,
            bottleneck=bottleneck,
        ),
    ]


SCENARIO = Scenario(
    "results",
    "300 drag while the result of 5,000 markers is worked out: ages with and without it",
    add_arguments,
    run,
    verdict,
    goals,
)
