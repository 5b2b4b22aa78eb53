"""Some phones read slowly or not at all: the effect on everybody else, and on them."""

from __future__ import annotations

import asyncio
import math
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from bench.ages import now, percentile
from bench.crowd import PATIENCE_SECONDS, BadRun, Crowd
from bench.dragging import AGE_LIMIT_MS, LOOK_SECONDS, Measurement, Session, dragging, hold
from bench.figures import Figures, column
from bench.goals import Goal
from bench.kernel import send_queue_bytes
from bench.observation import Observation
from bench.scenario import Scenario
from bench.slow_reader import CatchUp, SlowReader, catch_up
from bench.target import PHONE_BYTES, Target, Workshop

# With slow phones, others may see positions older by this factor, and the server
# may take this much more memory.
GOAL_RATIO = 1.1
GOAL_MB = 50
# The unsent bytes in the kernel for one phone (a second of its budget), a frame, and
# the phone's own buffer.
GOAL_STALE_KB = 50
# Looking at the kernel's buffers stops the load for some milliseconds, so it is
# done too seldom to show in a p99.
SAMPLE_SECONDS = 5.0
# The close code for those who have taken nothing for too long.
COME_BACK = 1013
# How long they read normally at the end.
NORMAL_SECONDS = 3.0


@dataclass(frozen=True)
class SlowFigures(Figures):
    people: int = column("healthy people")
    draggers: int = column("of them drag")
    stuck: int = column("read nothing")
    slow: int = column("read slowly")
    age_p50: float = column("healthy: age p50 (ms)", ".0f")
    age_p99: float = column("p99", ".0f")
    memory: float = column("memory at most (MB)", ".1f")
    kernel: float = column("send buffers at most (kB)", ".0f")
    cpu_share: float = column("server CPU", ".0%")
    others_share: float = column("others there", ".0%")
    stuck_told: int = column("stuck ones told to come back")
    came_back: int = column("slow ones came back")
    slow_age_p50: float = column("slow: age p50 (s)", ".1f")
    stale_p50: float = column("stale first p50 (kB)", ".0f")
    stale_max: float = column("max", ".0f")
    current_after: float = column("current after max (ms)", ".0f")
    age_then: float = column("age then p99 (ms)", ".0f")
    problems: str = column("problems")
    load_late: float = column("load late p99 (ms)", ".0f")
    load_cpu: float = column("load CPU", ".0%")
    bottleneck: str = column("bottleneck")


class Held:
    """The most that the server and the kernel have held, looked at now and then."""

    def __init__(self, target: Target, port: int) -> None:
        self.memory = 0
        self.kernel = 0
        self._target = target
        self._port = port

    def look(self) -> None:
        self.memory = max(self.memory, self._target.memory_bytes())
        self.kernel = max(self.kernel, send_queue_bytes(self._port))


@dataclass(frozen=True)
class Slow:
    """Those who read nothing, and those who read slowly."""

    stuck: Sequence[SlowReader] = ()
    slow: Sequence[SlowReader] = ()

    @property
    def all(self) -> Sequence[SlowReader]:
        return (*self.stuck, *self.slow)


@dataclass(frozen=True)
class Phase:
    """A time without them or with them."""

    measured: Measurement
    held: Held
    slow: Slow
    problems: str


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--people", type=int, default=1000, help="who read as fast as they can")
    parser.add_argument("--draggers", type=int, default=200, help="how many of them drag")
    parser.add_argument("--stuck", type=int, default=50, help="who read nothing")
    parser.add_argument("--slow", type=int, default=50, help="who read slowly")
    parser.add_argument("--slow-bytes", type=float, default=5000.0, help="that these read a second")
    parser.add_argument(
        "--seconds",
        type=float,
        default=60.0,
        help="measured without and then with them; those who are stuck are sent away 20 s after "
        "their buffers are full",
    )
    parser.add_argument("--observers", type=int, default=20, help="whose frames are looked into")


async def run(workshop: Workshop, options: Namespace) -> Sequence[SlowFigures]:
    """One run on a fresh server: first without them, then with them."""
    if options.draggers > options.people:
        raise BadRun("more people are to drag than there are")
    slow = Slow(
        [SlowReader(0.0) for _ in range(options.stuck)],
        [SlowReader(options.slow_bytes) for _ in range(options.slow)],
    )
    with workshop.server(PHONE_BYTES) as target:
        crowd = Crowd(target.create_room())
        try:
            await crowd.join(options.people)
            return await _measure(target, crowd, slow, options)
        finally:
            crowd.leave()
            for reader in slow.all:
                reader.leave()


async def _measure(
    target: Target, crowd: Crowd, slow: Slow, options: Namespace
) -> Sequence[SlowFigures]:
    draggers = crowd.people[: options.draggers]
    await hold(draggers)
    async with dragging(target, crowd.people, draggers, options.observers) as session:

        async def phase(slow: Slow) -> Phase:
            held = Held(target, urlsplit(crowd.url).port or 80)
            measured = await session.measure(_watch(held, slow, options.seconds))
            return Phase(measured, held, slow, crowd.trouble())

        before = await phase(Slow())
        await asyncio.gather(*(reader.join(crowd.url) for reader in slow.all))
        reading = asyncio.gather(*(reader.stay(crowd.url) for reader in slow.slow))
        try:
            after = await phase(slow)
            began = now()
            for reader in slow.slow:
                reader.bytes_per_second = math.inf
            await _until_current(slow.slow, began)
            told = await asyncio.gather(*(r.read_to_the_end() for r in slow.stuck))
            await asyncio.sleep(NORMAL_SECONDS)
        finally:
            reading.cancel()
            with suppress(asyncio.CancelledError):
                await reading
    return [
        _row(options, session, before, began, []),
        _row(options, session, after, began, told),
    ]


async def _watch(held: Held, slow: Slow, seconds: float) -> None:
    """Check the bytes held, and who has been cut, for `seconds`."""
    sample = now()
    end = sample + seconds
    while now() < end:
        if now() >= sample:
            held.look()
            sample += SAMPLE_SECONDS
        await asyncio.sleep(LOOK_SECONDS)


async def _until_current(slow: Sequence[SlowReader], began: float) -> None:
    """Return when all of them see the present."""
    waiting = list(slow)
    while waiting := [reader for reader in waiting if _catch_up(reader, began) is None]:
        if now() - began > PATIENCE_SECONDS:
            raise BadRun(f"slow readers saw nothing current within {PATIENCE_SECONDS:.0f} s")
        await asyncio.sleep(LOOK_SECONDS)


def _catch_up(reader: SlowReader, began: float) -> CatchUp | None:
    return catch_up(reader.kept, began, AGE_LIMIT_MS / 1000)


def _row(
    options: Namespace,
    session: Session,
    phase: Phase,
    began: float,
    told: Sequence[int | None],
) -> SlowFigures:
    """`began` is when the slow ones began to read normally; `told` the stuck ones' close codes."""
    measured, stuck, slow = phase.measured, phase.slow.stuck, phase.slow.slow
    age = session.seen(measured).on_screen.percentiles(0.50, 0.99)
    slowly_seen = Observation(measured.begin, measured.end)
    for reader in slow:
        slowly_seen.add(0, reader.kept)
    caught_up = [done for reader in slow if (done := _catch_up(reader, began)) is not None]
    return SlowFigures(
        people=options.people,
        draggers=options.draggers,
        stuck=len(stuck),
        slow=len(slow),
        age_p50=age[0] * 1000,
        age_p99=age[1] * 1000,
        memory=phase.held.memory / 1e6,
        kernel=phase.held.kernel / 1e3,
        cpu_share=measured.cpu_share,
        others_share=measured.others_share,
        stuck_told=sum(code == COME_BACK for code in told),
        came_back=sum(reader.came_back for reader in slow),
        slow_age_p50=slowly_seen.on_screen.percentiles(0.50)[0],
        stale_p50=percentile((done.stale_bytes for done in caught_up), 0.50) / 1e3,
        stale_max=max((done.stale_bytes for done in caught_up), default=math.nan) / 1e3,
        current_after=max((done.seconds for done in caught_up), default=math.nan) * 1000,
        age_then=percentile((age for done in caught_up for age in done.ages), 0.99) * 1000,
        problems=phase.problems,
        load_late=measured.load_late * 1000,
        load_cpu=measured.load_cpu,
        bottleneck=measured.bottleneck,
    )


def verdict(rows: Sequence[SlowFigures]) -> str:
    before, after = rows
    return (
        f"With {after.stuck + after.slow} slow phones the others' p99 age is "
        f"{after.age_p99 / before.age_p99:.2f} times as high, and the server takes "
        f"{after.memory - before.memory:.0f} MB more; {after.stuck_told} of {after.stuck} that "
        f"read nothing are sent away and told to come back."
    )


def goals(rows: Sequence[SlowFigures]) -> Sequence[Goal]:
    before, after = rows
    bottleneck = bool(before.bottleneck or after.bottleneck)
    ratio, more = after.age_p99 / before.age_p99, after.memory - before.memory
    whom = f"{after.stuck} phones that read nothing and {after.slow} that read slowly"
    return [
        Goal(
            "slow",
            f"{whom} make the others' p99 age at most {GOAL_RATIO - 1:.0%} higher",
            f"{ratio - 1:+.0%}; {after.problems or 'no problems'}",
            met=ratio <= GOAL_RATIO and not after.problems,
            bottleneck=bottleneck,
        ),
        Goal(
            "slow",
            f"they cost at most {GOAL_MB} MB of server memory",
            f"{more:+.1f} MB, and {(after.kernel - before.kernel) / 1e3:.1f} MB in the kernel",
            met=more <= GOAL_MB,
            bottleneck=False,
        ),
        Goal(
            "slow",
            "those that read nothing are sent away, and find `come back` when they read again",
            f"{after.stuck_told} of {after.stuck}",
            met=after.stuck_told == after.stuck,
            bottleneck=False,
        ),
        Goal(
            "slow",
            "those that read slowly have no backlog: when their line is good again, at most "
            f"{GOAL_STALE_KB} kB come before the present",
            f"{after.stale_max:.0f} kB and {after.current_after:.0f} ms; they were sent away "
            f"and came back {after.came_back} times",
            met=after.stale_max <= GOAL_STALE_KB and after.age_then <= AGE_LIMIT_MS,
            bottleneck=bottleneck,
        ),
    ]


SCENARIO = Scenario(
    "slow",
    "some phones read slowly or not at all: what the others notice, and what they cost",
    add_arguments,
    run,
    verdict,
    goals,
)
