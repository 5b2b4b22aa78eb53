"""Who may come in, and what those are told who may not: a close code says what to do (A1, A3)."""

from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from django.core.signing import TimestampSigner
from websockets.asyncio.client import connect

from testkit.client import SUBPROTOCOL, Client, Closed, Room, create_room
from testkit.server import ServerProcess
from tests.consumers.conftest import SECRET_KEY, Others


async def turned_away(client: Client) -> int:
    """Try to come in, and return the code with which the server closes."""
    with pytest.raises(Closed) as closed:
        await client.connect()
    return closed.value.code


# --- tokens and keys ----------------------------------------------------------


def _resigned(token: str, key: str) -> str:
    """The same person in the same room, signed anew."""
    return TimestampSigner(key=key, salt="mapapp.participant").sign(token.rsplit(":", 2)[0])


async def test_a_token_makes_the_same_person_again(server: ServerProcess, others: Others) -> None:
    """R2; and the ones that are refused below are refused for what is wrong with them."""
    again = Client(others.room.at(server))
    assert others.ada.token is not None
    again.token = _resigned(others.ada.token, SECRET_KEY)
    async with again:
        assert (again.person, again.name) == (others.ada.person, others.ada.name)


@pytest.mark.parametrize("how", ["forged", "altered", "of another room", "no token"])
async def test_a_token_that_is_not_ours_is_refused(
    server: ServerProcess, others: Others, how: str
) -> None:
    """The client then starts afresh, as a new person (A1)."""
    token = others.ada.token
    assert token is not None
    elsewhere = await create_room(server)
    async with Client(elsewhere.at(server)) as stranger:
        bad = {
            "forged": _resigned(token, "another key"),
            "altered": ("B" if token[0] == "A" else "A") + token[1:],
            "of another room": stranger.token,
            "no token": "é:\x00::",
        }[how]
    eve = Client(others.room.at(server))
    eve.token = bad
    assert await turned_away(eve) == 4401
    assert eve.bye is not None
    assert eve.bye["code"] == "bad_token"
    eve.token = None
    async with eve:
        assert eve.person is None
    await others.assert_unaffected()


@pytest.mark.parametrize("key", ["wrong", "", None, "é" * 100])
async def test_a_wrong_host_key_is_refused(
    server: ServerProcess, others: Others, key: str | None
) -> None:
    """A1."""
    assert await turned_away(Client(others.room.at(server), role="host", key=key)) == 4403
    await others.assert_unaffected()


async def test_the_host_key_of_another_room_is_refused(
    server: ServerProcess, others: Others
) -> None:
    """A1."""
    elsewhere = await create_room(server)
    eve = Client(others.room.at(server), role="host", key=elsewhere.host_key)
    assert await turned_away(eve) == 4403


# --- where from ---------------------------------------------------------------


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
async def test_a_page_of_another_site_may_not_connect(
    server: ServerProcess, others: Others, origin: str
) -> None:
    """A3."""
    assert await turned_away(Client(others.room.at(server), origin=origin)) == 4421
    await others.assert_unaffected()


async def test_our_own_page_and_programs_may_connect(server: ServerProcess, others: Others) -> None:
    """Programs send no Origin."""
    for origin in (server.url, None):
        async with Client(others.room.at(server), origin=origin) as client:
            assert client.state.rev > 0


@pytest.mark.parametrize("offered", [None, ["chat"], ["map.v2", "mqtt"]])
async def test_without_our_subprotocol_there_is_nothing_to_say(
    server: ServerProcess, others: Others, offered: list[str] | None
) -> None:
    assert await turned_away(Client(others.room.at(server), subprotocols=offered)) == 4406
    await others.assert_unaffected()


@pytest.mark.parametrize(
    "path", ["/ws/12345", "/ws/1234567", "/ws/abcdef", "/ws/", "/", "/nowhere", "/ws/123456/x"]
)
async def test_a_path_that_is_none_of_ours_has_no_room(server: ServerProcess, path: str) -> None:
    assert await turned_away(Client(server.websocket_url + path)) == 4404


# --- hello --------------------------------------------------------------------

BAD_HELLOS: dict[str, tuple[str | bytes, str]] = {
    "a move": ('{"t":"move","marker":1,"grab":1,"lat":1,"lng":1}', "hello_first"),
    "a ping": ('{"t":"ping","id":1}', "hello_first"),
    "a change": ('{"t":"close","op":1}', "hello_first"),
    "nonsense": ("nonsense", "not_json"),
    "binary": (b"\x00", "binary"),
    "too large": ("x" * 5_000, "too_large"),
    "no role": ('{"t":"hello"}', "bad_field"),
    "an unknown role": ('{"t":"hello","as":"admin"}', "bad_field"),
    "a client that is none": ('{"t":"hello","as":"participant","client":"me"}', "bad_field"),
    "moves in an unknown form": ('{"t":"hello","as":"screen","moves":"zip"}', "bad_field"),
    "a snapshot in an unknown form": ('{"t":"hello","as":"screen","snapshot":"zip"}', "bad_field"),
    "a revision below zero": ('{"t":"hello","as":"screen","rev":-1}', "bad_field"),
}


@pytest.mark.parametrize("name", BAD_HELLOS)
async def test_the_first_frame_must_be_a_good_hello(
    server: ServerProcess, others: Others, name: str
) -> None:
    """A2."""
    frame, code = BAD_HELLOS[name]
    eve = Client(others.room.at(server))
    eve.hello_frame = frame
    assert await turned_away(eve) == 4400
    assert [error["code"] for error in eve.errors] == [code]
    await others.assert_unaffected()


async def test_without_a_client_id_nothing_can_be_changed(
    server: ServerProcess, others: Others
) -> None:
    """It could not be told whether it was sent twice (D2)."""
    eve = Client(others.room.at(server))
    eve.hello_frame = '{"t":"hello","as":"participant"}'
    async with eve:
        answer = await eve.change("add", lat=1, lng=1)
        assert (answer["t"], answer["code"]) == ("error", "bad_field")
    await others.assert_unaffected()


# --- a server with little room ------------------------------------------------


@pytest.fixture(scope="module")
def package_small_server(
    tmp_path_factory: pytest.TempPathFactory, static_files: Path
) -> Iterator[ServerProcess]:
    env = {"HELLO_SECONDS": "1", "MAX_PEOPLE_PER_ROOM": "2", "MAX_ROOMS": "3"}
    with ServerProcess(tmp_path_factory.mktemp("small"), env, static_files=static_files) as small:
        yield small


@pytest.fixture
def small_server(package_small_server: ServerProcess) -> Iterator[ServerProcess]:
    """A second for the hello, two people in a room, three rooms."""
    before = len(package_small_server.log)
    yield package_small_server
    package_small_server.assert_clean_log(before)


async def test_who_says_no_hello_is_sent_away(small_server: ServerProcess) -> None:
    """A3."""
    address = Room("000000", "").at(small_server)
    async with connect(address, subprotocols=[SUBPROTOCOL]) as silent:
        assert '"hello_timeout"' in str(await silent.recv())
        await silent.wait_closed()
        assert silent.close_code == 4408


async def test_a_full_room_keeps_newcomers_out_and_those_inside_notice_nothing(
    small_server: ServerProcess,
) -> None:
    """The host, screens, and somebody's second tab always find a place (A3)."""
    room = await create_room(small_server)
    address = room.at(small_server)
    async with Client(address) as ada, Client(address) as ben:
        third = Client(address)
        assert await turned_away(third) == 4413
        assert third.bye is not None
        assert third.bye["message"]
        again = Client(address)
        again.token = ada.token
        async with (
            again,
            Client(address, role="screen"),
            Client(address, role="host", key=room.host_key),
        ):
            assert (await ada.change("add", lat=1, lng=1))["t"] == "ack"
            await ben.wait_for(lambda: 1 in ben.state.markers, "the marker")
        await ben.leave()
        await ada.wait_for(lambda: ada.state.people == 1, "a free place")
        async with third:
            assert third.state.position(1) == (1, 1)


async def test_a_server_with_enough_rooms_opens_no_more_and_goes_on_with_those_it_has(
    small_server: ServerProcess,
) -> None:
    """A3: where people work in all of them."""
    rooms = [await create_room(small_server) for _ in range(4)]
    async with AsyncExitStack() as stack:
        inside = []
        for room in rooms[:3]:
            client = await stack.enter_async_context(Client(room.at(small_server)))
            assert (await client.change("add", lat=1, lng=1))["t"] == "ack"
            inside.append(client)
        fourth = Client(rooms[3].at(small_server))
        assert await turned_away(fourth) == 4503
        for client in inside:
            assert (await client.change("place", marker=1, lat=2, lng=2))["t"] == "ack"
