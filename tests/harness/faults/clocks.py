"""The servers' wall clock is wrong, and is put right."""

from __future__ import annotations

from typing import cast

from tests.harness.installation import CLOCKED, Clocked
from tests.harness.scenario import Scenario, family

DAY = 86_400


@family("clock put right", CLOCKED, alone=True)
async def jump(scenario: Scenario) -> None:
    """It jumps by seconds or weeks, forwards or back: rooms and people stay, holds end."""
    clock = cast("Clocked", scenario.world).clock
    seconds = scenario.rng.choice([-20 * DAY, -3600, -25, 25, 3600, 20 * DAY])
    clock.set(seconds)
    await scenario.wait(3.0, 5.0)
    await scenario.crowd.more(10)
    clock.set(0)
    await scenario.wait(3.0, 5.0)
    await scenario.crowd.more(10)
    lost = [c for c in scenario.crowd.clients if c.close_code is not None]
    if lost:
        scenario.wrong(f"{len(lost)} people were sent away by the clock: {lost[0]}")
    scenario.note(f"the clock jumped by {seconds} s, and back")
