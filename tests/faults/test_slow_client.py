"""A client that does not read costs nobody else anything, and is never sent a backlog (F3)."""

import asyncio

import psutil

from testkit.client import Client, agree, all_see, create_room
from testkit.server import ServerProcess
from tests.faults.load import SHARED

# Far more than the socket buffers of a client that takes nothing hold, in bytes. Whoever
# takes nothing for 20 s is sent away, so that it must be here by then on a busy machine, too.
ENOUGH = 1_500_000
# As many bytes as a question can have: four for each character.
LONG = "\N{EARTH GLOBE EUROPE-AFRICA}" * 190


async def test_after_a_while_without_reading_comes_one_frame_with_what_is_newest(
    server: ServerProcess,
) -> None:
    """Not what was missed: neither we nor the kernel keep that (F3)."""
    # Those that were on their way when the buffers were full, and the one.
    assert await _share_of_frames_after_not_reading(server) < 0.4
    server.assert_clean_log()


async def test_on_uvicorn_too_a_client_that_does_not_read_costs_nobody_anything(
    uvicorn_server: ServerProcess,
) -> None:
    """Through the ordinary ASGI send; what the kernel keeps is uvicorn's affair (F3)."""
    await _share_of_frames_after_not_reading(uvicorn_server)
    uvicorn_server.assert_clean_log()


async def _share_of_frames_after_not_reading(server: ServerProcess) -> float:
    """Stop reading while much happens, then read on until it is all there.

    Meanwhile others see every step, and the server's memory stays flat. Returns
    what share of the frames that others got has come then.
    """
    room = await create_room(server, **SHARED)
    # Screens, because those get every tick.
    slow = Client(room.at(server), role="screen", receive_buffer=4096)
    ben = Client(room.at(server), role="screen")
    hosts = [Client(room.at(server), role="host", key=room.host_key) for _ in range(40)]
    async with Client(room.at(server)) as ada, ben, slow:
        marker = (await ada.change("add", lat=0, lng=0))["marker"]
        grab = (await ada.change("grab", marker=marker))["rev"]
        await all_see((ben, slow), lambda c: c.state.holder(marker) == ada.person, "the grab")
        for host in hosts:
            await host.connect()
        slow.stop_reading()
        before = _memory(server)

        talk = [asyncio.create_task(_talk(host)) for host in hosts]
        lat = 0.0
        while ben.received_bytes < ENOUGH:
            lat = (lat + 0.5) % 80
            await ada.move(marker, grab, lat, lat)
            await ben.wait_for(
                lambda lat=lat: ben.state.position(marker) == (lat, lat),  # type: ignore[misc]
                "the drag, as quick as ever",
                2.0,
            )
            await asyncio.sleep(0.05)
        for task in talk:
            task.cancel()
        await asyncio.gather(*talk, return_exceptions=True)
        for host in hosts:
            await host.leave()
        await ada.move(marker, grab, 85, 85)
        await ben.wait_for(lambda: ben.state.position(marker) == (85, 85), "the last move")
        assert _memory(server) - before < 30_000_000

        had, everything = len(slow.frames), len(ben.frames)
        slow.read_on()
        await slow.wait_for(lambda: slow.state.position(marker) == (85, 85), "the newest")
        await agree(slow, ben)
        assert slow.close_code is None
        return (len(slow.frames) - had) / everything


async def _talk(host: Client) -> None:
    """Reword the question for ever, as fast as one may."""
    number = 0
    while True:
        number += 1
        await host.change("question", question=f"{number} {LONG}")


def _memory(server: ServerProcess) -> int:
    """What the server's process holds, in bytes."""
    resident: int = psutil.Process(server.process.pid).memory_info().rss
    return resident


async def test_whoever_stays_stuck_is_told_to_come_back_as_soon_as_they_read_again(
    server: ServerProcess,
) -> None:
    """F3."""
    room = await create_room(server, **SHARED)
    stuck = Client(
        room.at(server), role="screen", receive_buffer=4096, comes_back=True, ping_interval=None
    )
    ben = Client(room.at(server), role="screen")
    hosts = [Client(room.at(server), role="host", key=room.host_key) for _ in range(20)]
    async with ben, stuck:
        await ben.wait_for(lambda: ben.state.screens == 2, "both screens")
        stuck.stop_reading()
        for host in hosts:
            await host.connect()
        talk = [asyncio.create_task(_talk(host)) for host in hosts]
        await ben.wait_for(lambda: ben.state.screens == 1, "the stuck screen to be sent away", 50.0)
        for task in talk:
            task.cancel()
        await asyncio.gather(*talk, return_exceptions=True)
        for host in hosts:
            await host.leave()
        stuck.read_on()
        await stuck.wait_for(lambda: bool(stuck.ends), "the end")
        code, bye = stuck.ends[0]
        assert (code, bye and bye["code"]) == (1013, "lagging")
        await agree(ben, stuck)
    server.assert_clean_log()
