"""The database is busy, away, gone, hanging, cut in a commit, read-only, or full."""

from __future__ import annotations

import asyncio
import signal
import time
from contextlib import suppress
from typing import cast

import psycopg

from tests.harness.installation import PAIR, SINGLE, Pair, Single, fill, free
from tests.harness.proxy import Line, Mode
from tests.harness.scenario import Scenario, family


@family("host changes under commits")
async def host_changes(scenario: Scenario) -> None:
    """The presenter rewords and locks while everybody's changes are committed."""
    rng, host = scenario.rng, scenario.host
    for number in range(rng.randint(8, 25)):
        await host.submit("question", question=f"Question {number} of {scenario.name}")
        if rng.random() < 0.2:
            await host.submit("lock")
            await scenario.wait(0.0, 0.3)
            await host.submit("unlock")
        await scenario.wait(0.0, 0.15)
    scenario.note("the question reworded again and again")


@family("database away", PAIR)
async def away(scenario: Scenario) -> None:
    """It refuses connections for a while, from a blink to longer than changes are kept."""
    world = cast("Pair", scenario.world)
    seconds = scenario.rng.choice([0.3, 1, 3, 6, 12, 35])
    scenario.note(f"database refuses for {seconds} s")
    world.database_line.set(Mode.REFUSE)
    await asyncio.sleep(seconds)
    world.database_line.heal()
    await _back(scenario, "database back after it refused")


@family("line cut in a commit", PAIR)
async def commit_cut(scenario: Scenario) -> None:
    """The line is cut before, during or after COMMIT, several times."""
    world, rng = cast("Pair", scenario.world), scenario.rng
    cuts = {"before": 0, "during": 0, "after": 0}
    doomed: set[Line] = set()

    def watch(line: Line, outgoing: bool, data: bytes) -> bool:
        if not outgoing:
            if line not in doomed:
                return True
            doomed.discard(line)
            cuts["after"] += 1
            line.cut()
            return False
        if b"COMMIT" not in data or rng.random() > 0.2:
            return True
        match rng.choice(["before", "during", "after"]):
            case "before":
                cuts["before"] += 1
                line.cut()
                return False
            case "during":
                cuts["during"] += 1
                asyncio.get_running_loop().call_soon(line.cut)
            case "after":
                doomed.add(line)
        return True

    world.database_line.watcher = watch
    await scenario.wait(2.0, 5.0)
    world.database_line.watcher = None
    scenario.note(f"database line cut around COMMIT: {cuts}")


@family("database vanishes", PAIR)
async def vanishes(scenario: Scenario) -> None:
    """Nothing arrives any longer; connections stay."""
    world = cast("Pair", scenario.world)
    seconds = scenario.rng.choice([1, 3, 8, 16])
    scenario.note(f"database swallowed for {seconds} s")
    world.database_line.set(Mode.SWALLOW)
    await asyncio.sleep(seconds)
    if scenario.rng.random() < 0.5:
        # The old connections are dead, as after a router was replaced.
        world.database_line.cut()
    world.database_line.heal()
    await _back(scenario, "database back after it vanished")


@family("database stopped", PAIR)
async def stopped(scenario: Scenario) -> None:
    """It hangs; in the middle of that, sometimes, a process is asked to end."""
    world, rng = cast("Pair", scenario.world), scenario.rng
    seconds = rng.choice([1, 4, 9, 15])
    world.postgres.pause()
    scenario.note(f"database stopped for {seconds} s")
    began = time.monotonic()
    ended = None
    if rng.random() < 0.5:
        await asyncio.sleep(min(1.0, seconds / 2))
        ended = rng.choice(world.servers)
        ended.process.send(signal.SIGTERM)
        scenario.note("one process got SIGTERM meanwhile")
    await asyncio.sleep(max(0.0, seconds - (time.monotonic() - began)))
    world.postgres.resume()
    if ended is not None:
        status = await asyncio.to_thread(ended.process.wait, 30)
        if status != 0:
            scenario.wrong(f"a process that was asked to end ended with {status}")
        with suppress(RuntimeError, TimeoutError):
            await asyncio.to_thread(ended.start)
    await _back(scenario, "database back after it was stopped")


@family("database read-only", PAIR)
async def read_only(scenario: Scenario) -> None:
    """The primary is demoted and keeps its connections; then it may write again."""
    world = cast("Pair", scenario.world)
    await asyncio.to_thread(world.set_read_only, True)
    seconds = await scenario.wait(2.0, 8.0)
    ready = [await asyncio.to_thread(s.status, "/readyz") for s in world.servers]
    if 200 in ready:
        scenario.wrong(f"/readyz says {ready} on a database that takes no changes")
    await asyncio.to_thread(world.set_read_only, False)
    scenario.note(f"database read-only for {seconds:.1f} s")
    await _back(scenario, "database back after it was read-only")


@family("disk full", SINGLE)
async def disk_full(scenario: Scenario) -> None:
    """SQLite finds no room, neither for its file nor for its log."""
    world = cast("Single", scenario.world)
    if not world.disk_can_fill:
        scenario.note("left out: no file system could be mounted")
        return
    await asyncio.to_thread(fill, world.disk)
    seconds = await scenario.wait(2.0, 8.0)
    ready = await asyncio.to_thread(world.server.status, "/readyz")
    if ready == 200:
        scenario.wrong("/readyz says that all is well on a full disk")
    free(world.disk)
    scenario.note(f"disk full for {seconds:.1f} s")
    await _back(scenario, "database back after a full disk")


@family("disk of the write-ahead log full", PAIR, alone=True)
async def wal_full(scenario: Scenario) -> None:
    """PostgreSQL finds no room for its log, gives up, and is started again with room."""
    world = cast("Pair", scenario.world)
    if not world.wal_can_fill:
        scenario.note("left out: no file system could be mounted")
        return
    await asyncio.to_thread(fill, world.wal_disk)
    with suppress(psycopg.Error):
        # The current segment has room left; the next one has not.
        for _ in range(4):
            await asyncio.to_thread(world.sql, "SELECT pg_switch_wal()")
    seconds = await scenario.wait(2.0, 6.0)
    end = "waited" if world.postgres.running else "gave up"
    free(world.wal_disk)
    await asyncio.to_thread(world.postgres.start)
    scenario.note(f"no room for the log for {seconds:.1f} s; it {end}")
    await _back(scenario, "database back after its log had no room")


async def _back(scenario: Scenario, what: str) -> None:
    """Measure the time until somebody's change is acknowledged again."""
    began = time.monotonic()
    answered = scenario.crowd.answered
    while scenario.crowd.answered == answered:
        scenario.crowd.raise_faults()
        await asyncio.sleep(0.02)
        if time.monotonic() - began > 30:
            scenario.wrong(f"{what}: nothing was answered for 30 s")
            return
    scenario.measured(what, time.monotonic() - began)
