"""Below the level of messages: pings, fragments, and answers that nobody reads (A3)."""

import asyncio
import json

import pytest

from consumers.rate_limits import CHANGES_PER_SECOND
from mapapp.server.allowance import BYTES_BURST, FRAMES_BURST, Allowance
from testkit.client import Client, Room, create_room
from testkit.server import ServerProcess
from tests.server.raw import Raw, frame

# How many flood at once, and how often each comes back.
SOCKETS, ROUNDS = 200, 2

FLOODS = {
    "empty pings": frame(9) * 500,
    "full pings": frame(9, b"x" * 125) * 100,
    "pongs": frame(10, b"x") * 500,
    "fragments without end": frame(1, final=False) + frame(0, final=False) * 500,
    "fragments that hold something": frame(1, b"{", final=False)
    + frame(0, b" ", final=False) * 500,
    "empty messages": frame(1) * 500,
}


@pytest.fixture
async def room(server: ServerProcess) -> Room:
    return await create_room(server)


@pytest.mark.parametrize("name", FLOODS)
async def test_a_flood_is_closed_with_the_reason(
    server: ServerProcess, room: Room, name: str
) -> None:
    came = await (await Raw.enter(server, room)).flood(FLOODS[name])
    assert b'"code":"too_fast"' in came
    assert (4429).to_bytes(2, "big") in came


async def rounds(server: ServerProcess, room: Room, data: bytes) -> list[bytes]:
    """Come in and flood, and come back when the server closes; return what came each time."""
    return [await (await Raw.enter(server, room)).flood(data) for _ in range(ROUNDS)]


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", ["empty pings", "fragments without end"])
async def test_two_hundred_sockets_that_flood_keep_nobody_waiting(
    server: ServerProcess, room: Room, name: str
) -> None:
    elsewhere = await create_room(server)
    async with (
        Client(room.at(server)) as ada,
        Client(room.at(server)) as ben,
        Client(elsewhere.at(server)) as cleo,
    ):
        flooding = [asyncio.create_task(rounds(server, room, FLOODS[name])) for _ in range(SOCKETS)]
        while not all(task.done() for task in flooding):
            for person, other in ((ada, ben), (cleo, cleo)):
                marker = (await person.change("add", lat=1, lng=1))["marker"]
                await other.wait_for(lambda o=other, n=marker: n in o.state.markers, "it")  # type: ignore[misc]
                await person.change("remove", marker=marker)
            # As fast as anybody may go on for long: two changes each.
            await asyncio.sleep(2 / CHANGES_PER_SECOND)
        for person in (ada, ben, cleo):
            assert person.connections == 1
            assert person.errors == []
        closed = (4429).to_bytes(2, "big")
        assert all(closed in came for task in flooding for came in task.result())


async def test_what_browsers_send_is_no_flood(server: ServerProcess, room: Room) -> None:
    eve = await Raw.enter(server, room)
    ping = json.dumps({"t": "ping", "id": 7}).encode()
    halves = frame(1, ping[:8], final=False) + frame(0, ping[8:])
    eve.writer.write(frame(9, b"still there?") * 20 + halves * 10)
    came = b""
    async with asyncio.timeout(20):
        while came.count(b'"pong"') < 10:
            came += await eve.reader.read(65536)
    assert came.count(b"still there?") == 20
    assert b"too_fast" not in came
    eve.writer.close()


def test_bursts_are_allowed_and_then_a_pace() -> None:
    allowance = Allowance(0.0)
    assert sum(allowance.frame(0.0) for _ in range(1000)) == FRAMES_BURST
    assert sum(allowance.frame(1.0) for _ in range(1000)) == 10
    assert sum(allowance.message(0.0) for _ in range(1000)) == 500
    assert sum(allowance.message(1.0) for _ in range(1000)) == 100


def test_bytes_beyond_the_allowance_are_read_later() -> None:
    allowance = Allowance(0.0)
    assert allowance.pause(int(BYTES_BURST), 0.0) == 0.0
    assert allowance.pause(64 * 1024, 0.0) == 1.0
    assert allowance.pause(64 * 1024, 1.5) == pytest.approx(0.5)
    assert allowance.pause(1000, 100.0) == 0.0
