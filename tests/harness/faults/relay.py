"""Redis is gone, frozen, silent, or delivers messages that nobody sent."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import Any, cast

import redis

from testkit.client import Client
from tests.harness.installation import PAIR, Pair
from tests.harness.proxy import Mode
from tests.harness.scenario import Scenario, arrive, family


@family("redis gone", PAIR)
async def gone(scenario: Scenario) -> None:
    """Killed or stopped, and started again, empty."""
    world, rng = cast("Pair", scenario.world), scenario.rng
    how = rng.choice(["kill", "stop"])
    await asyncio.to_thread(getattr(world.redis, how))
    await _seen_elsewhere(scenario, "a change reaches the other process without Redis")
    await scenario.wait(0.5, 6.0)
    await asyncio.to_thread(world.redis.start)
    await _full_pace(scenario, "drags reach the other process after Redis is back")
    scenario.note(f"Redis: {how}, and back")


@family("redis frozen", PAIR)
async def frozen(scenario: Scenario) -> None:
    """It hangs, or the line swallows everything sent to it."""
    world, rng = cast("Pair", scenario.world), scenario.rng
    swallow = rng.random() < 0.5
    if swallow:
        world.relay_line.set(Mode.SWALLOW)
    else:
        world.redis.pause()
    await _seen_elsewhere(scenario, "a change reaches the other process with Redis frozen")
    await scenario.wait(1.0, 8.0)
    world.redis.resume()
    world.relay_line.heal()
    await _full_pace(scenario, "drags reach the other process after Redis thawed")
    scenario.note("Redis swallowed" if swallow else "Redis stopped")


@family("redis line cut", PAIR)
async def cut(scenario: Scenario) -> None:
    """The connections to Redis end every few hundred milliseconds."""
    world = cast("Pair", scenario.world)
    times = scenario.rng.randint(5, 15)
    for _ in range(times):
        world.relay_line.cut()
        await scenario.wait(0.1, 0.6)
    scenario.note(f"lines to Redis cut {times} times")


@family("relay noise", PAIR)
async def noise(scenario: Scenario) -> None:
    """Messages are repeated late, reordered, damaged, or in another room."""
    world, rng = cast("Pair", scenario.world), scenario.rng
    heard: list[tuple[bytes, bytes]] = []
    said = 0
    with contextlib.closing(world.redis.client()) as client:
        ears = client.pubsub()  # type: ignore[no-untyped-call]
        with contextlib.suppress(redis.RedisError):
            ears.psubscribe("*")
        until = time.monotonic() + rng.uniform(4, 8)
        while time.monotonic() < until:
            message: Any = None
            try:
                message = await asyncio.to_thread(ears.get_message, timeout=0.1)
            except redis.RedisError:
                # Another fault has taken Redis away; the client connects again by itself.
                await asyncio.sleep(0.1)
            if message and message["type"] == "pmessage" and len(heard) < 3_000:
                heard.append((message["channel"], message["data"]))
            for channel, data in rng.sample(heard, min(2, len(heard))):
                with contextlib.suppress(redis.RedisError):
                    client.publish(rng.choice([channel, rng.choice(heard)[0]]), _bent(rng, data))
                    said += 1
        ears.close()
    scenario.note(f"{said} messages repeated, reordered, damaged or sent to other rooms")


def _bent(rng: Any, data: bytes) -> bytes:
    if not data:
        return data
    match rng.randrange(4):
        case 0 | 1:
            return data
        case 2:
            return data[: rng.randrange(len(data))]
        case _:
            bent = bytearray(data)
            for _ in range(rng.randint(1, 4)):
                bent[rng.randrange(len(bent))] = rng.randrange(256)
            return bytes(bent)


async def _both(scenario: Scenario) -> tuple[Client, Client]:
    """A client at each process, connected directly and not by a road."""
    world = scenario.world
    here, there = (
        Client(world.address(scenario.room, index, road=False), comes_back=True)
        for index in range(2)
    )
    await asyncio.gather(arrive(here), arrive(there))
    return here, there


async def _seen_elsewhere(scenario: Scenario, what: str) -> None:
    """Measure the time from an ack at one process until the other's people know."""
    here, there = await _both(scenario)
    try:
        answer = await here.change("name", name="Whoever looks across")
        began = time.monotonic()
        await there.wait_for(lambda: there.state.rev >= answer["rev"], what, 30.0)
        scenario.measured(what, time.monotonic() - began)
        scenario.crowd.clients += [here]
    finally:
        await here.leave()
        await there.leave()


async def _full_pace(scenario: Scenario, what: str) -> None:
    """Measure the time until a drag at one process is seen at the other."""
    here, there = await _both(scenario)
    began = time.monotonic()
    try:
        added = await here.change("add", lat=1, lng=1)
        scenario.crowd.clients += [here]
        if added["t"] != "ack":
            return
        marker = added["marker"]
        grab = (await here.change("grab", marker=marker))["rev"]
        lat = 2.0
        while there.state.position(marker) != (lat, lat):
            lat += 0.125
            await here.move(marker, grab, lat, lat)
            with contextlib.suppress(TimeoutError):
                await there.wait_for(
                    lambda lat=lat: there.state.position(marker) == (lat, lat),  # type: ignore[misc]
                    "a drag",
                    0.4,
                )
            if time.monotonic() - began > 30:
                scenario.wrong(f"{what}: not within 30 s")
                return
        scenario.measured(what, time.monotonic() - began)
        await here.change("drop", marker=marker, grab=grab, lat=3, lng=3)
    finally:
        await here.leave()
        await there.leave()
