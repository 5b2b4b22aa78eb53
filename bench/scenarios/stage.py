"""A thousand people in a room, and its host steers: how soon does everybody know?

First the host rewords the question while some drag. Then a hidden answer of each of
them is revealed, while others drag in another room of the same process.
"""

from __future__ import annotations

import asyncio
from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from picows import WSFrame, WSMsgType

from bench.ages import now, percentile
from bench.crowd import PATIENCE_SECONDS, SNAPSHOT_KINDS, Clients, Crowd, Person, in_turns
from bench.dragging import Measurement, Session, dragging, hold
from bench.figures import Figures, column
from bench.goals import Goal
from bench.scenario import Scenario
from bench.target import PHONE_BYTES, Target, Workshop

GOAL_KNOWN_MS = 300
GOAL_COMPLETE_MS = 1_000
GOAL_AGES = 2.0
HIDDEN = {"question": "Where?", "settings": {"hidden": True}}
QUESTIONS = 10
SCREENS = 3
AFTER_SECONDS = 5.0


class Watcher(Person):
    """Notes when it first hears something that contains `needle`."""

    def __init__(self, problems: Counter[str], role: str = "participant", key: str = "") -> None:
        super().__init__(problems, "packed", role=role, key=key)
        self.watch(b"")

    def watch(self, needle: bytes) -> None:
        """Forget what was heard, and wait for this."""
        self._needle, self.own_at = needle, 0.0
        self.heard: asyncio.Future[float] = asyncio.get_running_loop().create_future()

    def _hear(self, frame: WSFrame) -> None:
        # A packed snapshot has text in it, too.
        has_text = (
            frame.msg_type == WSMsgType.TEXT
            or frame.get_payload_as_memoryview()[0] in SNAPSHOT_KINDS
        )
        if self._needle and has_text:
            payload = frame.get_payload_as_bytes()
            if not self.heard.done() and self._needle in payload:
                self.heard.set_result(now())
            if not self.own_at and payload.startswith(b'{"t":"your_result"'):
                self.own_at = now()
        super()._hear(frame)


@dataclass(frozen=True)
class StageFigures(Figures):
    people: int = column("people")
    draggers: int = column("draggers")
    known: float = column("action known p99 (ms)", ".0f")
    revealed: float = column("reveal known p99 (ms)", ".0f")
    screens: float = column("screens complete (ms)", ".0f")
    own: float = column("own result p99 (ms)", ".0f")
    phone_kb: float = column("kB a phone", ".0f")
    before_p99: float = column("age before p99 (ms)", ".0f")
    during_p99: float = column("age after the reveal", ".0f")
    cpu_share: float = column("server CPU", ".0%")
    others_share: float = column("others there", ".0%")
    problems: str = column("problems")
    bottleneck: str = column("bottleneck")


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--draggers", type=int, default=200)


async def run(workshop: Workshop, options: Namespace) -> Sequence[StageFigures]:
    with workshop.server(PHONE_BYTES) as target:
        return [await measure(target, options.people, options.draggers)]


async def measure(target: Target, people: int, draggers: int) -> StageFigures:
    """One run on a fresh server."""
    problems: Counter[str] = Counter()
    url, key = target.open_room(activities=[HIDDEN])
    phones = Clients(url, lambda _: Watcher(problems))
    screens = Clients(url, lambda _: Watcher(problems, "screen"))
    hosts = Clients(url, lambda _: Watcher(problems, "host", key))
    elsewhere = Crowd(target.create_room())
    try:
        await phones.join(people)
        await screens.join(SCREENS)
        await hosts.join(1)
        await elsewhere.join(draggers)
        everybody = [*phones.people, *screens.people]
        (host,) = hosts.people
        await hold(phones.people[:draggers])
        async with dragging(target, everybody, phones.people[:draggers], 0):
            known = [await _question(host, everybody, turn) for turn in range(QUESTIONS)]
        await in_turns(phones.people[draggers:], Person.place, at_once=200)
        await hold(elsewhere.people)
        async with dragging(target, elsewhere.people, elsewhere.people, draggers) as session:
            before = await session.measure(asyncio.sleep(AFTER_SECONDS))
            received = [phone.bytes_received for phone in phones.people]
            began = now()
            during = await session.measure(_reveal(host, everybody))
        return _figures(
            Told(known, began, everybody, screens.people, received, phones.people),
            session,
            before,
            during,
            ", ".join(sorted(problems + elsewhere.problems)),
        )
    finally:
        for clients in (phones, screens, hosts, elsewhere):
            clients.leave()


async def _question(host: Watcher, everybody: Sequence[Watcher], turn: int) -> list[float]:
    """How many seconds after it was sent each of them knew the new question."""
    needle = f"Where {turn}?"
    for one in everybody:
        one.watch(needle.encode())
    began = now()
    await host.change({"t": "question", "question": needle})
    async with asyncio.timeout(PATIENCE_SECONDS):
        return [await one.heard - began for one in everybody]


async def _reveal(host: Watcher, everybody: Sequence[Watcher]) -> None:
    for one in everybody:
        one.watch(b'"stage":"revealed"')
    saw = {"activity": 1, "stage": "answer", "round": 1}
    await host.change({"t": "stage", "stage": "revealed", "from": saw})
    await asyncio.sleep(AFTER_SECONDS)


@dataclass(frozen=True)
class Told:
    """What clients heard: seconds until each question, moments of the reveal, bytes before it."""

    known: Sequence[Sequence[float]]
    began: float
    everybody: Sequence[Watcher]
    screens: Sequence[Watcher]
    received: Sequence[int]
    phones: Sequence[Watcher]


def _figures(
    told: Told, session: Session, before: Measurement, during: Measurement, problems: str
) -> StageFigures:
    never = [one for one in told.everybody if not one.heard.done()]
    if never:
        problems = f"{len(never)} never heard of the reveal {problems}"
    own = [one.own_at - told.began for one in told.phones if one.own_at]
    gained = [
        phone.bytes_received - bytes_before
        for phone, bytes_before in zip(told.phones, told.received, strict=True)
    ]
    ages = [session.seen(part).on_screen.percentiles(0.99)[0] for part in (before, during)]
    return StageFigures(
        people=len(told.phones),
        draggers=session.observers,
        known=1000 * percentile([one for turn in told.known for one in turn], 0.99),
        revealed=1000 * percentile(_seconds(told.everybody, told.began), 0.99),
        screens=1000 * max(_seconds(told.screens, told.began)),
        own=1000 * percentile(own, 0.99) if own else float("nan"),
        phone_kb=max(gained) / 1000,
        before_p99=ages[0] * 1000,
        during_p99=ages[1] * 1000,
        cpu_share=during.cpu_share,
        others_share=during.others_share,
        problems=problems,
        bottleneck=during.bottleneck,
    )


def _seconds(watchers: Sequence[Watcher], began: float) -> list[float]:
    return [one.heard.result() - began if one.heard.done() else inf for one in watchers]


def verdict(rows: Sequence[StageFigures]) -> str:
    (row,) = rows
    return (
        f"All {row.people} people know of a host's action after {row.known:.0f} ms and of a reveal "
        f"after {row.revealed:.0f} ms at p99; screens are complete after {row.screens:.0f} ms."
    )


def goals(rows: Sequence[StageFigures]) -> Sequence[Goal]:
    (row,) = rows
    fast = max(row.known, row.revealed) <= GOAL_KNOWN_MS and row.screens <= GOAL_COMPLETE_MS
    calm = row.during_p99 <= GOAL_AGES * row.before_p99
    return [
        Goal(
            "stage",
            f"a host's action and a reveal of {row.people} markers known by all within "
            f"{GOAL_KNOWN_MS} ms at p99, screens complete in {GOAL_COMPLETE_MS} ms, the ages of "
            f"draggers elsewhere at most {GOAL_AGES:.0f} times as high",
            f"{row.known:.0f} and {row.revealed:.0f} ms; {row.screens:.0f} ms; "
            f"{row.during_p99 / row.before_p99:.2f} times; {row.problems or 'no problems'}",
            met=fast and calm and not row.problems,
            bottleneck=bool(row.bottleneck),
        )
    ]


SCENARIO = Scenario(
    "stage",
    "1,000 people and their host: how soon all know of an action, and of a reveal",
    add_arguments,
    run,
    verdict,
    goals,
)
