"""Redis is gone, or hangs: people of one process notice nothing, the others see a slower map."""

import asyncio
import statistics
from collections.abc import Awaitable, Callable

import pytest

from testkit.client import Client, agree, create_room
from testkit.services import RedisServer
from testkit.stored import assert_each_stored_once, stored_changes
from tests.faults.conftest import Pair
from tests.faults.load import SHARED, load_at


async def _seconds(work: Callable[[], Awaitable[object]]) -> float:
    began = asyncio.get_running_loop().time()
    await work()
    return asyncio.get_running_loop().time() - began


async def _acknowledged_in(client: Client, marker: int) -> float:
    """The median time until a change is acknowledged, in seconds."""

    async def place(lat: int) -> None:
        assert (await client.change("place", marker=marker, lat=lat, lng=lat))["t"] == "ack"

    return statistics.median([await _seconds(lambda: place(lat)) for lat in range(11)])  # noqa: B023


@pytest.mark.parametrize("how", ["stop", "kill", "pause"])
async def test_without_redis_changes_go_on_and_reach_the_other_process(
    pair: Pair, how: str
) -> None:
    """By polling, within a few seconds; full speed by itself when it returns; nothing is lost."""
    room = await create_room(pair.one, **SHARED)
    here, there = room.at(pair.one), room.at(pair.other)
    async with (
        load_at([[here]] * 5) as load,
        Client(here) as ada,
        Client(here) as neighbour,
        Client(there) as ben,
    ):
        marker = (await ada.change("add", lat=0, lng=0))["marker"]
        dragged = (await ada.change("add", lat=0, lng=0))["marker"]
        grab = (await ada.change("grab", marker=dragged))["rev"]
        await load.more(50)
        for server in (pair.one, pair.other):
            await asyncio.to_thread(server.wait_ready)

        getattr(pair.redis, how)()
        # Those in the same process.
        assert await _acknowledged_in(ada, marker) < 0.5
        await ada.move(dragged, grab, 7, 7)
        await neighbour.wait_for(
            lambda: neighbour.state.position(dragged) == (7, 7), "a neighbour's drag", 1.0
        )
        # Those in the other one, again and again.
        for lat in (31.0, 32.0, 33.0):
            await ada.change("place", marker=marker, lat=lat, lng=lat)
            await ben.wait_for(
                lambda lat=lat: ben.state.position(marker) == (lat, lat),  # type: ignore[misc]
                "a change, without Redis",
                5.0,
            )

        _bring_back(pair.redis)
        # Moves travel only through Redis: seeing one means full speed.
        async with asyncio.timeout(15):
            lat = 40.0
            while ben.state.position(dragged) != (lat, lat):
                lat += 0.125
                await ada.move(dragged, grab, lat, lat)
                with_patience = ben.wait_for(
                    lambda lat=lat: ben.state.position(dragged) == (lat, lat),  # type: ignore[misc]
                    "a move",
                    0.5,
                )
                await asyncio.gather(with_patience, return_exceptions=True)
        await ada.change("drop", marker=dragged, grab=grab, lat=1, lng=1)
        await load.more(50)
        await load.finish()
        everybody = [*load.clients, ada, neighbour, ben]
        assert all(client.connections == 1 for client in everybody)
        await agree(*everybody)
        assert_each_stored_once(stored_changes(pair.one, room.code), everybody)
    for server in (pair.one, pair.other):
        assert "background task" not in server.log


def _bring_back(redis: RedisServer) -> None:
    if redis.running:
        redis.resume()
    else:
        redis.start()
