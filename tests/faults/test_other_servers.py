"""Other ways to serve: a second process by mistake, and another ASGI server on purpose."""

from contextlib import suppress

import pytest
from websockets.exceptions import ConnectionClosed

from testkit.client import Client, Closed, agree, create_room
from testkit.server import ServerProcess
from tests.faults.uvicorn import UvicornProcess


def test_a_second_server_on_the_same_data_is_refused_with_a_clear_sentence(
    server: ServerProcess,
) -> None:
    """Without Redis two processes would each show half of every room."""
    second = ServerProcess(server.folder / "second", {"DATA_DIR": server.env["DATA_DIR"]})
    second.spawn()
    assert second.process.wait(20) != 0
    assert f"Another server is running (process {server.process.pid})" in second.log
    assert "set REDIS_URL" in second.log
    second.assert_clean_log()
    assert server.status("/readyz") == 200


async def test_a_second_server_of_another_kind_turns_people_away(
    server: ServerProcess,
) -> None:
    """It has no start at which it could refuse; a room is only where it is whole."""
    room = await create_room(server)
    env = {"DATA_DIR": server.env["DATA_DIR"]}
    with UvicornProcess(server.folder / "second", env) as second:
        async with Client(room.at(server)):
            with pytest.raises(Closed) as turned_away:
                await Client(room.at(second)).connect()
            assert turned_away.value.code == 4503
        second.assert_clean_log()


async def test_a_whole_session_works_on_uvicorn(uvicorn_server: ServerProcess) -> None:
    """Through the ordinary ASGI send: drag, refusal, lock, removal of a person, end."""
    server = uvicorn_server
    room = await create_room(server)
    async with (
        Client(room.at(server)) as ada,
        Client(room.at(server)) as ben,
        Client(room.at(server), role="screen") as screen,
        Client(room.at(server), role="host", key=room.host_key) as host,
    ):
        for client in (ada, ben):
            assert (await client.change("add", lat=1, lng=1, label="<b>"))["t"] == "ack"
        grab = (await ada.change("grab", marker=1))["rev"]
        await ada.move(1, grab, 50, 12)
        await screen.wait_for(lambda: screen.state.position(1) == (50, 12), "the move")
        await ada.change("drop", marker=1, grab=grab, lat=51, lng=13)
        assert (await ben.change("place", marker=1, lat=0, lng=0))["code"] == "not_yours"
        await host.change("lock")
        assert (await ben.change("place", marker=2, lat=0, lng=0))["code"] == "locked"
        await agree(ada, ben, screen, host)
        await host.change("ban", person=ben.person)
        assert await ben.wait_closed() == 4411
        await agree(ada, screen, host)
        await host.change("close")
        for client in (ada, screen, host):
            assert await client.wait_closed() == 4410
            assert client.state.phase == "closed"
        with pytest.raises(Closed) as turned_away:
            await Client(room.at(server)).connect()
        assert turned_away.value.code == 4410
    server.assert_clean_log()


async def test_on_uvicorn_a_flood_ends_with_a_clear_close(uvicorn_server: ServerProcess) -> None:
    """Nothing is sent after the close, which uvicorn would take as a fault (A3)."""
    room = await create_room(uvicorn_server)
    async with Client(room.at(uvicorn_server)) as ada, Client(room.at(uvicorn_server)) as flood:
        await ada.change("add", lat=1, lng=1)
        with suppress(ConnectionClosed):
            for number in range(1_000):
                await flood.send({"t": "ping", "id": number})
        assert await flood.wait_closed() == 4429
        await ada.change("place", marker=1, lat=2, lng=2)
        await ada.wait_for(lambda: ada.state.people == 1, "one person less")
    uvicorn_server.assert_clean_log()
