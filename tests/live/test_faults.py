"""What is slow, or goes wrong in an unexpected place, costs nobody else anything."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from mapapp.rooms import OpenedRoom
from tests.live.conftest import World


def test_a_process_that_waits_for_the_database_is_not_busy(
    world: World, shared_room: OpenedRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F4: without a relay the sweep asks the database, which may take its time."""
    monkeypatch.setattr("mapapp.live.pace._CROWD", 1)
    one = world.process()
    host = world.client(one, shared_room, "host")
    host.change("add", lat=0.0, lng=0.0)
    host.change("grab", marker=1)
    world.until(lambda: not host.unanswered)
    read = one.hub._read

    async def slowly(*args: Any) -> Any:
        await asyncio.sleep(0.5)
        return await read(*args)

    monkeypatch.setattr(one.hub, "_read", slowly)
    one.layer.down = True
    world.until(lambda: not one.hub.relay.up)
    world.pass_time(10)
    assert host.asked_pace is None


def test_a_process_that_wakes_up_late_is_busy(
    world: World, shared_room: OpenedRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F4: where other programs take the core."""
    monkeypatch.setattr("mapapp.live.pace._CROWD", 1)
    one = world.process()
    host = world.client(one, shared_room, "host")
    host.change("add", lat=0.0, lng=0.0)
    host.change("grab", marker=1)
    world.until(lambda: not host.unanswered)
    for _ in range(3):
        world.loop.call_later(0.9, world.loop.hang, 0.5)
        world.pass_time(1)
    world.until(lambda: host.asked_pace == 6, within=3)
