"""A server that is told to end says goodbye, loses nothing, and ends in bounded time (S1)."""

import asyncio
import signal
import time

import pytest

from testkit.client import Client, create_room
from testkit.server import ServerProcess
from testkit.services import PostgresServer
from testkit.stored import assert_each_stored_once, stored_changes
from tests.conftest import StartServer
from tests.faults.load import SHARED, load_at

PEOPLE = 20
# To commit, to say goodbye, and to let go of those who do not answer.
BOUND_SECONDS = 15


async def ended(server: ServerProcess) -> int:
    """Wait for the end of a server and return its exit status."""
    return await asyncio.to_thread(server.process.wait, BOUND_SECONDS)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
async def test_a_deploy_under_load_loses_nobody_and_nothing(
    server: ServerProcess, number: signal.Signals
) -> None:
    """Everybody is told when to come back, and is the same person afterwards (S1, D1, D2, R2)."""
    room = await create_room(server, **SHARED)
    async with load_at([[room.at(server)]] * PEOPLE) as load:
        await load.more(200)
        people = [client.person for client in load.clients]
        server.process.send(number)
        assert await ended(server) == 0
        for client in load.clients:
            [(code, bye)] = client.ends
            assert code == 1012
            assert bye is not None
            assert bye["code"] == "restart"
            assert 0 <= bye["retry_ms"] <= 20_000
        await asyncio.to_thread(server.start)
        await load.more(200)
        await load.finish()
        assert [client.person for client in load.clients] == people
        assert len(load.clients[0].state.names) == PEOPLE
        assert_each_stored_once(stored_changes(server, room.code), load.clients)
    server.assert_clean_log()


async def test_a_client_that_does_not_read_does_not_hold_up_the_end(server: ServerProcess) -> None:
    """Its buffers are full, so that not even the goodbye reaches it (S1)."""
    room = await create_room(server, **SHARED)
    stuck = Client(room.at(server), receive_buffer=4096)
    async with load_at([[room.at(server)]] * 5) as load, stuck:
        stuck.stop_reading()
        await load.more(200)
        began = time.monotonic()
        server.process.send(signal.SIGTERM)
        assert await ended(server) == 0
        assert time.monotonic() - began < 10
        assert {client.ends[0][0] for client in load.clients} == {1012}
    server.assert_clean_log()


async def test_a_second_signal_while_it_says_goodbye_changes_nothing(
    server: ServerProcess,
) -> None:
    """An impatient Ctrl+C, or a service manager that sends SIGTERM to a whole group (S1)."""
    room = await create_room(server)
    async with Client(room.at(server)) as ada, Client(room.at(server)) as stuck:
        stuck.stop_reading()
        server.process.send(signal.SIGINT)
        assert await ada.wait_closed() == 1012
        assert server.running, "it waits for the one that does not answer"
        server.process.send(signal.SIGINT)
        server.process.send(signal.SIGTERM)
        assert await ended(server) == 0
    server.assert_clean_log()


async def test_a_database_that_hangs_does_not_hold_up_the_end(
    start_server: StartServer, postgres_server: PostgresServer, postgres_url: str
) -> None:
    """What it could not store was not acknowledged, and comes again from its client (S1, D3)."""
    server = start_server({"DATABASE_URL": postgres_url, "DRAIN_SECONDS": "2"})
    room = await create_room(server)
    async with Client(room.at(server), comes_back=True) as ada:
        await ada.change("add", lat=1, lng=1)
        postgres_server.pause()
        answer = await ada.submit("place", marker=1, lat=2, lng=2)
        await ada.round_trip()
        began = time.monotonic()
        server.process.send(signal.SIGTERM)
        assert await ended(server) == 0
        assert time.monotonic() - began < 10
        assert [code for code, _ in ada.ends] == [1012]
        assert not answer.done()
        postgres_server.resume()
        await asyncio.to_thread(server.start)
        assert (await asyncio.wait_for(answer, 10))["t"] == "ack"
        assert_each_stored_once(stored_changes(server, room.code), [ada])
