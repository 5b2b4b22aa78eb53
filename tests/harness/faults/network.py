"""Faults on the line between a phone and its server: cut, silent, slow."""

from __future__ import annotations

import asyncio

from tests.harness.scenario import Scenario, family


@family("phones cut off")
async def cut(scenario: Scenario) -> None:
    """Connections end without a goodbye, again and again."""
    rng = scenario.rng
    times = rng.randint(2, 6)
    for _ in range(times):
        for road in scenario.world.roads:
            for line in list(road.lines):
                if rng.random() < 0.5:
                    line.cut()
        await scenario.wait(0.3, 1.5)
    scenario.note(f"half of the lines cut, {times} times")


@family("phones asleep")
async def asleep(scenario: Scenario) -> None:
    """Half-open: the line stays, but nothing arrives; then it wakes up, or is cut."""
    rng = scenario.rng
    slept = [line for road in scenario.world.roads for line in road.lines if rng.random() < 0.5]
    for line in slept:
        line.swallowed = True
    seconds = rng.choice([2, 6, 12, 26])
    await asyncio.sleep(seconds)
    for line in slept:
        if rng.random() < 0.5:
            line.cut()
        line.swallowed = False
    for road in scenario.world.roads:
        road.set(road.mode)
    scenario.note(f"{len(slept)} lines half-open for {seconds} s")


@family("slow roads")
async def slow(scenario: Scenario) -> None:
    """Everything takes a second or two and a half each way."""
    delay = scenario.rng.choice([0.2, 1.0, 2.5])
    for road in scenario.world.roads:
        road.delay = delay
    await scenario.wait(4.0, 8.0)
    for road in scenario.world.roads:
        road.delay = 0.0
    scenario.note(f"{delay} s each way on the roads")
