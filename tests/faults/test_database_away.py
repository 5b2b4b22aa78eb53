"""PostgreSQL is gone: nothing is acknowledged, nothing is lost, and dragging goes on live."""

import asyncio

import pytest

from testkit.client import Client, Closed, create_room
from testkit.services import PostgresServer
from testkit.stored import assert_each_stored_once, stored_changes
from tests.conftest import StartServer
from tests.faults.load import SHARED, load_at


async def test_changes_sent_while_the_database_is_away_are_stored_on_its_return(
    start_server: StartServer, postgres_server: PostgresServer, postgres_url: str
) -> None:
    """The server keeps them, so nobody has to send anything again (D1, D2)."""
    server = start_server({"DATABASE_URL": postgres_url})
    room = await create_room(server, **SHARED)
    async with (
        load_at([[room.at(server)]] * 10) as load,
        Client(room.at(server)) as ada,
        Client(room.at(server)) as ben,
    ):
        marker = (await ada.change("add", lat=0, lng=0))["marker"]
        grab = (await ada.change("grab", marker=marker))["rev"]
        await load.more(100)

        await asyncio.to_thread(postgres_server.stop)
        # What was acknowledged before has arrived once a ping has come back.
        for client in load.clients:
            await client.round_trip()
        answered = load.answered
        for lat in range(1, 11):
            await ada.move(marker, grab, lat, lat)
            await ben.wait_for(
                lambda lat=lat: ben.state.position(marker) == (lat, lat),  # type: ignore[misc]
                "the drag",
                1.0,
            )
        assert all(client.unanswered for client in load.clients)
        assert load.answered == answered

        await asyncio.to_thread(postgres_server.start)
        await load.more(100)
        await ada.change("drop", marker=marker, grab=grab, lat=5, lng=5)
        await load.finish()
        everybody = [*load.clients, ada, ben]
        assert all(client.resent == 0 and client.connections == 1 for client in everybody)
        assert_each_stored_once(stored_changes(server, room.code), everybody)
    server.assert_clean_log()


@pytest.mark.timeout(120)
async def test_what_has_waited_too_long_is_refused_as_unavailable_and_succeeds_later(
    start_server: StartServer, postgres_server: PostgresServer, postgres_url: str
) -> None:
    """The server's patience is bounded, the client's is not (D2, D3)."""
    server = start_server({"DATABASE_URL": postgres_url})
    room = await create_room(server)
    closed_room = await create_room(server)
    async with Client(room.at(server)) as ada:
        await ada.change("add", lat=0, lng=0)
        await asyncio.to_thread(postgres_server.stop)
        answer = await ada.submit("place", marker=1, lat=1, lng=1)

        # Meanwhile: the room that is open can be entered, others cannot.
        async with Client(room.at(server)) as ben:
            assert ben.state.position(1) == (0, 0)
        with pytest.raises(Closed) as turned_away:
            await Client(closed_room.at(server)).connect()
        assert turned_away.value.code == 4503

        await ada.wait_for(
            lambda: any(frame.get("code") == "unavailable" for frame in ada.frames), "no", 45
        )
        assert not answer.done()
        await asyncio.to_thread(postgres_server.start)
        assert (await asyncio.wait_for(answer, 15))["t"] == "ack"
        await ada.wait_for(lambda: ada.state.position(1) == (1, 1), "the change")
        assert ada.connections == 1
        assert_each_stored_once(stored_changes(server, room.code), [ada])
        async with Client(closed_room.at(server)) as eve:
            assert eve.state.rev == 0
    server.assert_clean_log()
