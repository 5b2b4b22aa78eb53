"""Clients that send too much, read nothing, or come and go endlessly."""

from __future__ import annotations

import asyncio
import json
import resource
import time
from contextlib import suppress

import psutil
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from testkit.client import Closed
from tests.harness import odd
from tests.harness.faults.raw import RawSocket, masked, others_live
from tests.harness.installation import another_venue
from tests.harness.scenario import Scenario, family

HELLO = json.dumps({"t": "hello", "as": "screen"}).encode()


@family("sockets that read nothing", alone=True)
async def deaf(scenario: Scenario) -> None:
    """Clients stop reading at the hello, in the snapshot, or in a tick."""
    rng, venue = scenario.rng, another_venue()
    server = rng.choice(scenario.world.servers)
    index = scenario.world.servers.index(server)
    when = rng.choice(["hello", "snapshot", "tick"])
    count = rng.choice([30, 80])
    before = scenario.world.vitals()[index].memory
    sockets = []
    async with others_live(scenario, "sockets that read nothing"):
        for _ in range(count):
            socket = await RawSocket.open(server, venue, buffer=1024)
            await socket.upgrade(scenario.room.code)
            if when != "hello":
                await socket.send(masked(1, HELLO))
            if when == "tick":
                await socket.reader.read(1)
            socket.writer.transport.pause_reading()  # type: ignore[attr-defined]
            sockets.append(socket)
        await scenario.wait(3.0, 6.0)
        grown = scenario.world.vitals()[index].memory - before
    for socket in sockets:
        socket.close()
    scenario.note(f"{count} sockets that stop at the {when}: {grown / 1e6:.0f} MB")
    if grown > 100e6:
        scenario.wrong(f"{count} deaf sockets cost {grown / 1e6:.0f} MB")


@family("control frames and fragments", alone=True)
async def control(scenario: Scenario) -> None:
    """Endless pings, pongs and fragments, from one socket or fifty."""
    rng, venue = scenario.rng, another_venue()
    server = rng.choice(scenario.world.servers)
    count = rng.choice([1, 20, 50])
    what = rng.choice(["empty pings", "full pings", "pongs", "empty fragments", "fragments"])
    frame = {
        "empty pings": masked(9),
        "full pings": masked(9, bytes(125)),
        "pongs": masked(10, bytes(20)),
        "empty fragments": masked(0, final=False),
        "fragments": masked(0, b" " * 100, final=False),
    }[what]
    burst = frame * (16_384 // len(frame))
    until = time.monotonic() + rng.uniform(3, 5)
    cut = 0

    async def flood() -> None:
        nonlocal cut
        try:
            socket = await RawSocket.open(server, venue)
            await socket.upgrade(scenario.room.code)
            await socket.send(masked(1, HELLO))
            if "fragments" in what:
                await socket.send(masked(1, b"{", final=False))
            while time.monotonic() < until:
                async with asyncio.timeout(max(0.1, until - time.monotonic())):
                    if not await socket.send(burst) or socket.reader.at_eof():
                        cut += 1
                        return
                    await asyncio.sleep(0)
        except TimeoutError:
            pass  # no longer read: as good as cut
        except (OSError, asyncio.IncompleteReadError):
            cut += 1
        finally:
            socket.close()

    async with others_live(scenario, f"{what} from {count}"):
        await asyncio.gather(*(flood() for _ in range(count)))
    scenario.note(f"{what} from {count} sockets: {cut} were cut")


@family("frames of every kind", alone=True)
async def fuzz(scenario: Scenario) -> None:
    """Text and binary frames of any content, before and after a hello."""
    rng, venue = scenario.rng, another_venue()
    sent = 0
    # In a room of its own, because a frame that happens to be valid takes effect.
    room = await scenario.world.create_room(venue, rules="shared", anyone_adds=True)
    async with others_live(scenario, "frames of every kind"):
        for _ in range(6):
            server = rng.choice(scenario.world.servers)
            client = odd.Fuzzer(
                f"{server.websocket_url}/ws/{room.code}",
                local_addr=(venue, 0),
                role=rng.choice(["participant", "screen"]),
            )
            if rng.random() < 0.4:
                client.hello_frame = odd.frame(rng)
            with suppress(Closed, ConnectionClosed, InvalidHandshake, TimeoutError, OSError):
                await client.connect()
                for _ in range(40):
                    await client.send(odd.frame(rng))
                    sent += 1
                    await asyncio.sleep(0.02)
            await client.leave()
    scenario.note(f"{sent} odd frames")


@family("coming and going", alone=True)
async def churn(scenario: Scenario) -> None:
    """Connections come and go while somebody drags."""
    rng, venue = scenario.rng, another_venue()
    index = rng.randrange(len(scenario.world.servers))
    server = scenario.world.servers[index]
    before = scenario.world.vitals()[index].memory
    done = 0
    until = time.monotonic() + rng.uniform(6, 10)

    async def come_and_go() -> None:
        nonlocal done
        while time.monotonic() < until:
            socket = await RawSocket.open(server, venue)
            try:
                await socket.upgrade(scenario.room.code)
                await socket.send(masked(1, HELLO))
                await socket.reader.read(1)
                done += 1
            except (OSError, asyncio.IncompleteReadError):
                await asyncio.sleep(0.2)
            finally:
                socket.close()

    async with others_live(scenario, "coming and going"):
        await asyncio.gather(*(come_and_go() for _ in range(8)))
    grown = scenario.world.vitals()[index].memory - before
    scenario.note(f"{done} connections came and went: {grown / 1e6:.0f} MB")
    if done and grown > 60e6 + 4_000 * done:
        scenario.wrong(f"{done} connections that ended keep {grown / 1e6:.0f} MB")


@family("no file left", alone=True)
async def files(scenario: Scenario) -> None:
    """The limit of open files is reached: those inside go on, and it recovers."""
    rng, venue = scenario.rng, another_venue()
    index = rng.randrange(len(scenario.world.servers))
    server = scenario.world.servers[index]
    process = psutil.Process(server.process.pid)
    limits = process.rlimit(resource.RLIMIT_NOFILE)
    spare = rng.randint(20, 60)
    since = len(server.log)
    process.rlimit(resource.RLIMIT_NOFILE, (process.num_fds() + spare, limits[1]))
    sockets: list[RawSocket] = []
    try:
        for _ in range(spare + 60):
            try:
                sockets.append(await RawSocket.open(server, venue))
                await sockets[-1].send(b"GET / HTTP/1.1\r\n")
            except OSError:
                break
        await scenario.crowd.more(10)
        await scenario.wait(1.0, 2.0)
    finally:
        process.rlimit(resource.RLIMIT_NOFILE, limits)
        for socket in sockets:
            socket.close()
    lines = server.log[since:].count("\n")
    scenario.note(f"open files up to the limit: {lines} lines in the log")
    if lines > 60:
        scenario.wrong(f"{lines} lines in the log while no file was left")
