"""Too much of anything: slowed down, then closed; everybody else is as quick as ever (A3)."""

import asyncio
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

from testkit.client import Client, Closed, Room
from testkit.server import ServerProcess
from tests.consumers.conftest import Others

FLOODS = {
    "moves": '{"t":"move","marker":1,"grab":1,"lat":1,"lng":1}',
    "pings": '{"t":"ping","id":1}',
    "garbage": "garbage",
    "hellos": '{"t":"hello","as":"screen"}',
    "changes that a screen may not make": '{"t":"lock","op":1}',
}


@pytest.mark.parametrize("name", FLOODS)
async def test_a_thousand_frames_in_a_second_are_slowed_down_and_then_closed(
    server: ServerProcess, others: Others, name: str
) -> None:
    """A3."""
    async with Client(others.room.at(server), role="screen") as eve:

        async def flood() -> None:
            with suppress(ConnectionClosed):
                for _ in range(1_000):
                    await eve.send(FLOODS[name])

        flooding = asyncio.create_task(flood())
        await others.assert_unaffected()
        await flooding
        assert await eve.wait_closed() == 4429
        assert "slow_down" in {error["code"] for error in eve.errors}
        assert eve.bye is not None
        assert eve.bye["code"] == "too_fast"
    await others.assert_unaffected()


async def test_changes_beyond_the_pace_wait_and_are_all_carried_out(
    server: ServerProcess, others: Others
) -> None:
    """Only whoever makes them has to wait (A3)."""
    async with Client(others.room.at(server)) as eve:
        await eve.change("add", lat=1, lng=1)
        for _ in range(2):
            placed = [await eve.submit("place", marker=2, lat=1, lng=n) for n in range(25)]
            await others.assert_unaffected()
            assert {answer["t"] for answer in await asyncio.gather(*placed)} == {"ack"}
        assert {error["code"] for error in eve.errors} == {"slow_down"}
    await others.assert_unaffected()


async def test_the_thirty_third_unanswered_change_has_to_wait(
    server: ServerProcess, others: Others
) -> None:
    """A3."""
    async with Client(others.room.at(server)) as eve:
        await eve.change("add", lat=1, lng=1)
        with closing(_locked_database(server)) as lock:
            answers = [await eve.submit("place", marker=2, lat=1, lng=n) for n in range(33)]
            await eve.wait_for(lambda: bool(eve.errors), "an error")
            [error] = eve.errors
            assert error["code"] == "too_many_unanswered"
            assert error["op"] == max(eve.sent)
            assert not any(answer.done() for answer in answers)
            lock.rollback()
        assert {answer["t"] for answer in await asyncio.gather(*answers)} == {"ack"}
    await others.assert_unaffected()


def _locked_database(server: ServerProcess) -> sqlite3.Connection:
    """A connection that keeps the server from writing until it is rolled back."""
    file = sqlite3.connect(Path(server.env["DATA_DIR"]) / "livemap.sqlite3", isolation_level=None)
    file.execute("BEGIN IMMEDIATE")
    return file


async def test_codes_guessed_by_the_hundred_are_slowed_and_then_refused(
    server: ServerProcess, others: Others
) -> None:
    """A3: others notice nothing, also behind the same address."""
    here = ("127.0.0.2", 0)
    address = others.room.at(server)
    async with Client(address, local_addr=here) as neighbour:
        await neighbour.change("add", lat=1, lng=1)
        guessing = asyncio.gather(*(_guess(server, f"{n:06d}", here) for n in range(100, 250)))
        # Those inside, and the screen of a room that is opened there meanwhile.
        async with Client(address, local_addr=here):
            await neighbour.wait_for(lambda: neighbour.state.people == 4, "a newcomer")
        transport = httpx.AsyncHTTPTransport(local_address=here[0])
        async with httpx.AsyncClient(transport=transport) as http:
            opened = await http.post(f"{server.url}/api/rooms", json={})
        assert await _guess(server, opened.json()["code"], here) == 0
        codes = await guessing
        assert set(codes) == {4404, 4429}
        assert 60 <= codes.count(4404) <= 90
    await others.assert_unaffected()


async def _guess(server: ServerProcess, code: str, local_addr: tuple[str, int]) -> int:
    try:
        async with Client(Room(code, "").at(server), local_addr=local_addr):
            return 0
    except Closed as closed:
        return closed.code
