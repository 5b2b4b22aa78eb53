"""A room that takes long to open, because the database hangs or goes away meanwhile."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from mapapp.domain.refusals import StoreUnavailable
from mapapp.rooms.creation import CreatedRoom
from tests.live.conftest import World
from tests.live.simulation import Client, Process


def _hold_up_the_second_read(
    monkeypatch: pytest.MonkeyPatch, process: Process, seconds: float, error: Exception | None
) -> None:
    """The room has been read then, and the changes since are to be."""
    read, reads = process.hub.reader.read, 0

    async def hold_up(*args: Any) -> Any:
        nonlocal reads
        reads += 1
        if reads == 2:
            await asyncio.sleep(seconds)
            if error:
                raise error
        return await read(*args)

    monkeypatch.setattr(process.hub.reader, "read", hold_up)


def test_everybody_comes_into_the_same_room_however_long_it_takes_to_open(
    world: World, shared_room: CreatedRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """O4: it is not dropped meanwhile for being empty."""
    one = world.process()
    _hold_up_the_second_read(monkeypatch, one, 40, None)
    ada = world.client(one, shared_room)
    world.until(lambda: bool(ada.room), within=50)
    bob = world.client(one, shared_room)
    ada.change("add", lat=1.0, lng=1.0)
    world.until(lambda: 1 in bob.markers and 1 in ada.markers, within=5)


def test_what_is_told_while_a_room_is_being_opened_is_not_lost(
    world: World, shared_room: CreatedRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """O2, O4."""
    one, two = world.process(), world.process()
    ada = world.client(one, shared_room)
    ada.change("add", lat=10.0, lng=20.0)
    ada.change("grab", marker=1)
    world.until(lambda: not ada.unanswered)
    ada.move(1, ada.markers[1]["grab"], 33.0, 44.0)
    _hold_up_the_second_read(monkeypatch, two, 3, None)
    bob = world.client(two, shared_room)
    ada.move(1, ada.markers[1]["grab"], 34.0, 44.0)
    ada.change("edit", marker=1, label="Harbour")
    world.until(lambda: bool(bob.room), within=5)
    world.until(lambda: bob.comparable() == ada.comparable(), within=0.2)
    assert (bob.markers[1]["lat"], bob.markers[1]["label"]) == (34.0, "Harbour")


def test_a_room_that_could_not_be_read_to_the_end_is_opened_anew(
    world: World, shared_room: CreatedRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """O2: and nothing of it stays behind."""
    one = world.process()
    _hold_up_the_second_read(monkeypatch, one, 1, StoreUnavailable("away"))
    ada = Client(shared_room.room.code)
    world.loop.run(ada.connect(one))
    world.until(lambda: ada.closed == 4503, within=5)
    assert not one.hub.rooms
    world.loop.run(ada.connect(one))
    world.until(lambda: bool(ada.room), within=5)
    world.loop.run(ada.break_line())
    world.until(lambda: not one.hub.rooms, within=40)
