"""The clock of the machine is wrong, and then it is put right: real processes under real shifts."""

import asyncio
import re
from pathlib import Path

import httpx
import pytest

from testkit.client import Client, agree, create_room
from testkit.server import ServerProcess
from testkit.services import RedisServer, wait_until
from tests.conftest import StartServer, leave_out
from tests.faults.clocks import SetClock, clocks_can_be_set
from tests.faults.load import SHARED

DAY = 86_400


@pytest.fixture(autouse=True)
def _faketime() -> None:
    if not clocks_can_be_set():
        leave_out("libfaketime is not installed (faketime)")


async def _logged(server: ServerProcess, line: str) -> None:
    """Wait for a line of the log that matches."""
    has_line = re.compile(line).search
    await asyncio.to_thread(
        wait_until, lambda: has_line(server.log) is not None, 20.0, f"{line!r} in the log"
    )


async def test_a_clock_that_was_behind_is_put_right_and_the_room_goes_on(
    start_server: StartServer, tmp_path: Path
) -> None:
    """A small computer without a battery: it starts 20 days behind, and then hears the time.

    Nobody is sent away, a drag goes on, and the next start finds the room.
    """
    clock = SetClock(tmp_path, -20 * DAY)
    server = start_server(clock.env)
    room = await create_room(server, **SHARED)
    async with Client(room.at(server), comes_back=True) as ada, Client(room.at(server)) as ben:
        marker = (await ada.change("add", lat=1, lng=1))["marker"]
        grab = (await ada.change("grab", marker=marker))["rev"]
        clock.set(0)
        await ada.move(marker, grab, 5, 5)
        await ben.wait_for(lambda: ben.state.position(marker) == (5, 5), "the drag")
        assert (await ben.change("grab", marker=marker))["code"] == "held"
        await _logged(server, "The clock was put forward by 20 days")
        assert (await ben.change("grab", marker=marker))["code"] == "held"
        assert (await ada.change("drop", marker=marker, grab=grab, lat=6, lng=6))["t"] == "ack"
        await agree(ada, ben)
        assert (ada.connections, ben.close_code) == (1, None)
        token = ada.token

        await asyncio.to_thread(server.restart)
        await ada.wait_for(lambda: ada.connections > 1 and ada.is_up_to_date(), "the return")
        assert (await ada.change("place", marker=marker, lat=7, lng=7))["t"] == "ack"
        assert ada.token == token, "and people stay who they are (R2)"
    server.assert_clean_log()


async def test_a_clock_put_back_blocks_no_marker(start_server: StartServer, tmp_path: Path) -> None:
    """H2: whoever holds it goes, and soon somebody else may."""
    clock = SetClock(tmp_path)
    server = start_server(clock.env)
    room = await create_room(server, **SHARED)
    async with Client(room.at(server)) as ada, Client(room.at(server)) as ben:
        marker = (await ada.change("add", lat=1, lng=1))["marker"]
        await ada.change("grab", marker=marker)
        clock.set(-DAY)
        await _logged(server, "The clock was put back by 1 day")
        await ada.leave()
        await ben.wait_for(lambda: not ben.state.holder(marker), "the release")
        assert (await ben.change("grab", marker=marker))["t"] == "ack"
    server.assert_clean_log()


async def test_a_process_whose_clock_is_ahead_takes_nobodys_marker(
    start_server: StartServer, tmp_path: Path, redis_server: RedisServer, postgres_url: str
) -> None:
    """H1: 25 s are more than a lease; rooms go by the database's clock, and the log says so."""
    env = {"DATABASE_URL": postgres_url, "REDIS_URL": redis_server.url}
    right = start_server(env)
    ahead = start_server({**env, **SetClock(tmp_path, 25).env})
    room = await create_room(right, **SHARED)
    async with Client(room.at(right)) as ada, Client(room.at(ahead)) as ben:
        marker = (await ada.change("add", lat=1, lng=1))["marker"]
        grab = (await ada.change("grab", marker=marker))["rev"]
        await ben.wait_for(lambda: ben.state.holder(marker) == ada.person, "who holds it")
        assert (await ben.change("grab", marker=marker))["code"] == "held"
        assert (await ada.change("drop", marker=marker, grab=grab, lat=6, lng=6))["t"] == "ack"
        await agree(ada, ben)
        # Less by the time that the question takes to reach a busy database.
        await _logged(ahead, r"This machine's clock is 2[345] s ahead of the database's\.")
    for server, agrees in ((right, True), (ahead, False)):
        async with httpx.AsyncClient() as http:
            assert (await http.get(f"{server.url}/readyz")).json()["clock"] is agrees
        server.assert_clean_log()
