"""One scenario: a crowd at work, one to three faults, and the checks afterwards."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage

from testkit.client import RETRY, Client, Closed, Room, agree
from testkit.mirror import Mirror
from testkit.stored import stored_changes, stored_room
from tests.harness import checks
from tests.harness.crowd import MARKERS_EACH, Crowd
from tests.harness.installation import PAIR, SINGLE, Installation, Vitals, another_venue

# The time from putting everything right until every change is answered: several
# times the longest pause before a client tries again.
SETTLE_SECONDS = 90.0


@dataclass
class Report:
    """A scenario's outcome. `wrong` is empty if every promise held."""

    name: str
    families: tuple[str, ...]
    kind: str
    people: int
    changes: int = 0
    seconds: float = 0.0
    notes: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    measured: dict[str, list[float]] = field(default_factory=dict)


@dataclass
class Scenario:
    """The argument of a fault: everything that it may break, and its own randomness."""

    name: str
    rng: random.Random
    world: Installation
    room: Room
    venue: str
    host: Client
    crowd: Crowd
    report: Report

    def note(self, text: str) -> None:
        """Note an action for the report."""
        self.report.notes.append(text)

    def wrong(self, text: str) -> None:
        """Report a broken promise."""
        self.report.wrong.append(text)

    def measured(self, what: str, seconds: float) -> None:
        """Record a duration, for the summary of the run."""
        self.report.measured.setdefault(what, []).append(round(seconds, 3))

    async def wait(self, least: float, most: float) -> float:
        """Let the crowd work for `least` to `most` seconds."""
        seconds = self.rng.uniform(least, most)
        await asyncio.sleep(seconds)
        return seconds


Fault = Callable[[Scenario], Awaitable[None]]


@dataclass(frozen=True)
class Family:
    """A kind of fault. `kinds` are the installations in which it can happen."""

    name: str
    run: Fault
    kinds: frozenset[str]
    # Never combined with another fault, which would make its own finding meaningless.
    alone: bool = False


FAMILIES: dict[str, Family] = {}


def family(name: str, *kinds: str, alone: bool = False) -> Callable[[Fault], Fault]:
    """Register a fault under a name; without `kinds` it is for all installations."""

    def register(run: Fault) -> Fault:
        FAMILIES[name] = Family(name, run, frozenset(kinds or (SINGLE, PAIR)), alone)
        return run

    return register


async def arrive(client: Client, seconds: float = 30.0) -> None:
    """Connect, with as many tries as it takes: another fault may be disturbing the server."""
    async with asyncio.timeout(seconds):
        while True:
            try:
                await client.connect()
                return
            except (OSError, TimeoutError, InvalidHandshake, InvalidMessage, ConnectionClosed):
                await asyncio.sleep(0.2)
            except Closed as closed:
                if closed.code not in RETRY:
                    raise
                await asyncio.sleep(0.2)


async def play(name: str, world: Installation, families: list[Family], *, people: int) -> Report:
    """Play one scenario and return its report. `name` is its seed."""
    rng = random.Random(name)
    report = Report(name, tuple(f.name for f in families), world.kind, people)
    began = time.monotonic()
    try:
        await _play(name, rng, world, families, report)
    except Exception as error:  # whatever it is, the next scenario must be played
        report.wrong.append(f"{type(error).__name__}: {error}"[:600])
        with suppress(Exception):
            await world.heal()
    finally:
        report.seconds = round(time.monotonic() - began, 1)
        for server, log in world.new_log().items():
            report.wrong += [f"{server}: {line}" for line in checks.clean(log)]
    return report


async def _play(
    name: str, rng: random.Random, world: Installation, families: list[Family], report: Report
) -> None:
    before = world.vitals()
    pids = [server.process.pid for server in world.servers]
    venue = another_venue()
    shared = rng.random() < 0.4
    room = await world.create_room(
        venue,
        rules="shared" if shared else "own",
        anyone_adds=shared,
        markers_each=MARKERS_EACH,
        question="Where?",
    )
    async with AsyncExitStack() as stack:
        host = await _enter(stack, world, room, rng, venue, key=room.host_key, role="host")
        start = Mirror(**{**host.state.__dict__, "names": {}, "markers": {}})
        clients = [await _enter(stack, world, room, rng, venue) for _ in range(report.people)]
        screens = [
            await _enter(stack, world, room, rng, venue, role="screen") for _ in world.servers
        ]
        crowd = Crowd(clients, name, pause=0.1 + report.people / 200)
        stack.callback(crowd.cancel)
        scenario = Scenario(name, rng, world, room, venue, host, crowd, report)
        await crowd.more(min(report.people, 30))
        await asyncio.gather(*(each.run(scenario) for each in families))
        await world.heal()
        await crowd.more(min(report.people, 20), SETTLE_SECONDS)
        await crowd.finish(SETTLE_SECONDS)
        everybody = [*crowd.clients, host]
        for client in everybody:
            await client.wait_for(partial(_is_answered, client), "answers", SETTLE_SECONDS)
        await _compare(world, room, start, everybody, screens, report)
    await _settled(world, before, pids, report)


def _is_answered(client: Client) -> bool:
    return not client.unanswered


async def _enter(
    stack: AsyncExitStack,
    world: Installation,
    room: Room,
    rng: random.Random,
    venue: str,
    **options: Any,
) -> Client:
    """A client at any of the servers, which switches to another when it is cut off."""
    order = rng.sample(range(len(world.servers)), len(world.servers))
    road = rng.random() < 0.6
    addresses = [world.address(room, index, road=road) for index in order]
    if not road:
        options["local_addr"] = (venue, 0)
    client = Client(*addresses, comes_back=True, **options)
    await arrive(client)
    stack.push_async_callback(client.leave)
    return client


async def _compare(
    world: Installation,
    room: Room,
    start: Mirror,
    everybody: list[Client],
    screens: list[Client],
    report: Report,
) -> None:
    """Check that tables, replicas and clients hold the same state (O4)."""
    present = [client for client in everybody if client.close_code is None]
    await agree(*present, *screens, seconds=30.0)
    newcomers = []
    async with AsyncExitStack() as stack:
        for index in range(len(world.servers)):
            address = world.address(room, index, road=False)
            newcomers.append(await stack.enter_async_context(Client(address, role="screen")))
        # Abandoned holds keep expiring during this check.
        await agree(*present, *screens, *newcomers, seconds=30.0)
        while True:
            # In a thread, because this loop carries its connection to the database.
            changes = await asyncio.to_thread(stored_changes, world.servers[0], room.code)
            tables = await asyncio.to_thread(stored_room, world.servers[0], room.code)
            if len(changes) == present[0].state.rev:
                break
            await agree(*present, *screens, *newcomers, seconds=30.0)
        report.changes = len(changes)
        known = present[0].state
        report.wrong += checks.each_stored_once(changes, everybody)
        report.wrong += checks.in_order(everybody)
        report.wrong += checks.nobody_waits(everybody)
        durable = checks.stored(known)
        log = checks.stored(checks.rebuilt(changes, start))
        report.wrong += checks.same("the log and the clients", log, durable)
        report.wrong += checks.same("the tables and the clients", checks.stored(tables), durable)
        for newcomer in newcomers:
            report.wrong += checks.same("a newcomer and the others", newcomer.state, known)


async def _settled(
    world: Installation, before: list[Vitals], pids: list[int], report: Report
) -> None:
    """Wait until every server has released the resources of the scenario."""
    # A restarted server is compared with itself, not with its predecessor.
    again = [server.process.pid != pid for server, pid in zip(world.servers, pids, strict=True)]
    deadline = time.monotonic() + 20
    while True:
        after = world.vitals()
        wrong = checks.vitals_back(
            [then for then, new in zip(before, again, strict=True) if not new],
            [now for now, new in zip(after, again, strict=True) if not new],
        )
        if not wrong or time.monotonic() > deadline:
            report.wrong += wrong
            return
        await asyncio.sleep(0.25)
