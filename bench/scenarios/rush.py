"""Far too many people drag at once: the server slows them down and keeps within the budget."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import dataclass

from bench.crowd import Crowd, spread
from bench.dragging import ShortDrags, dragging, hold
from bench.figures import Figures, column
from bench.goals import Goal
from bench.scenario import Scenario
from bench.target import PHONE_BYTES, Target, Workshop

# An add or a drop is answered within this many seconds at p99.
GOAL_SECONDS = 1.0
# Memory counts as flat that grows by no more than this while they drag.
GOAL_MB = 10


@dataclass(frozen=True)
class RushFigures(Figures):
    people: int = column("people")
    pace: int = column("asked to send/s")
    age_p50: float = column("age p50 (ms)", ".0f")
    age_p99: float = column("p99", ".0f")
    budget: int = column("budget (B/s)", ",")
    bytes_each: float = column("a phone gets (B/s)", ",.0f")
    bytes_most: float = column("the most", ",.0f")
    cpu_share: float = column("server CPU", ".0%")
    others_share: float = column("others there", ".0%")
    memory_before: float = column("memory before (MB)", ".1f")
    memory_dragging: float = column("dragging (MB)", ".1f")
    memory_end: float = column("at the end (MB)", ".1f")
    changers: int = column("others change")
    add_p99: float = column("add ack p99 (ms)", ".0f")
    drop_p99: float = column("drop ack p99 (ms)", ".0f")
    lost: int = column("lost")
    problems: str = column("problems")
    load_late: float = column("load late p99 (ms)", ".0f")
    load_cpu: float = column("load CPU", ".0%")
    bottleneck: str = column("bottleneck")


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--people", type=int, default=5000, help="who drag")
    parser.add_argument("--changers", type=int, default=200, help="others, with a short drag each")
    parser.add_argument("--seconds", type=float, default=20.0, help="measured, after a warm-up")
    parser.add_argument("--observers", type=int, default=20, help="whose frames are looked into")
    parser.add_argument(
        "--phone-bytes", type=int, default=PHONE_BYTES, help="a phone's budget per second (0: none)"
    )


async def run(workshop: Workshop, options: Namespace) -> Sequence[RushFigures]:
    """One run on a fresh server."""
    with workshop.server(options.phone_bytes) as target:
        crowd = Crowd(target.create_room())
        try:
            await crowd.join(options.people + options.changers)
            await hold(crowd.people[: options.people])
            return [await _rush(target, crowd, options)]
        finally:
            crowd.leave()


async def _rush(target: Target, crowd: Crowd, options: Namespace) -> RushFigures:
    draggers, changers = crowd.people[: options.people], crowd.people[options.people :]
    changes = ShortDrags()
    before = target.memory_bytes()
    async with dragging(target, crowd.people, draggers, options.observers) as session:
        at_first = target.memory_bytes()
        measured = await session.measure(spread(changers, changes.one, options.seconds))
        at_last = target.memory_bytes()
    age = session.seen(measured).on_screen.percentiles(0.50, 0.99)
    each = [received / measured.seconds for received in measured.received]
    add_p99, drop_p99 = changes.percentiles(0.99)
    lost = crowd.problems.pop("disconnected", 0)
    return RushFigures(
        people=len(draggers),
        pace=draggers[0].pace,
        age_p50=age[0] * 1000,
        age_p99=age[1] * 1000,
        budget=options.phone_bytes,
        bytes_each=sum(each) / len(each),
        bytes_most=max(each),
        cpu_share=measured.cpu_share,
        others_share=measured.others_share,
        memory_before=before / 1e6,
        memory_dragging=at_first / 1e6,
        memory_end=at_last / 1e6,
        changers=len(changers),
        add_p99=add_p99 * 1000,
        drop_p99=drop_p99 * 1000,
        lost=lost,
        problems=crowd.trouble(),
        load_late=measured.load_late * 1000,
        load_cpu=measured.load_cpu,
        bottleneck=measured.bottleneck,
    )


def verdict(rows: Sequence[RushFigures]) -> str:
    last = rows[-1]
    return (
        f"{last.people} people drag, {last.pace} moves a second each: a phone gets "
        f"{last.bytes_each:,.0f} bytes a second, what it shows is {last.age_p50 / 1000:.1f} s old "
        f"at p50 and {last.age_p99 / 1000:.1f} s at p99, and {last.lost} were lost."
    )


def goals(rows: Sequence[RushFigures]) -> Sequence[Goal]:
    return [goal for row in rows for goal in _goals(row)]


def _goals(row: RushFigures) -> Sequence[Goal]:
    grown = row.memory_end - row.memory_dragging
    bottleneck = bool(row.bottleneck)
    return [
        Goal(
            "rush",
            f"{row.people} people drag, and nobody is lost",
            f"{row.lost} lost; {row.problems or 'no problems'}",
            met=not row.lost and not row.problems,
            bottleneck=bottleneck,
        ),
        Goal(
            "rush",
            f"a phone gets at most {row.budget:,} bytes a second",
            f"{row.bytes_each:,.0f}, the most {row.bytes_most:,.0f}",
            met=row.bytes_most <= row.budget or not row.budget,
            bottleneck=bottleneck,
        ),
        Goal(
            "rush",
            f"an add and a drop are answered after at most {GOAL_SECONDS:.0f} s at p99",
            f"{row.add_p99:.0f} and {row.drop_p99:.0f} ms",
            met=max(row.add_p99, row.drop_p99) <= GOAL_SECONDS * 1000,
            bottleneck=bottleneck,
        ),
        Goal(
            "rush",
            f"the server's memory grows by at most {GOAL_MB} MB while they drag",
            f"{grown:+.1f} MB",
            met=grown <= GOAL_MB,
            bottleneck=False,
        ),
    ]


SCENARIO = Scenario(
    "rush",
    "far too many drag: bytes for a phone, age, memory, and how long changes wait",
    add_arguments,
    run,
    verdict,
    goals,
)
