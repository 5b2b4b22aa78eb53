"""The remote is paired by a one-time code; its key can be taken back (A1)."""

import secrets
from typing import Any

import httpx
import pytest

from testkit.client import Client, Closed, Room, create_room
from testkit.server import ServerProcess


async def api(server: ServerProcess, room: Room, what: str, *, key: str | None = None) -> Any:
    headers = {"Authorization": f"Bearer {key or room.host_key}"}
    async with httpx.AsyncClient(base_url=server.url, headers=headers) as http:
        path = f"/api/rooms/{room.code}/{what}"
        answer = await (http.post(path) if what == "pairings" else http.get(path))
        answer.raise_for_status()
        return answer.json()


def remote(server: ServerProcess, room: Room, code: str | None, key: str | None = None) -> Client:
    """A phone that has scanned a code, and has made a key of its own."""
    phone = Client(room.at(server), role="host", key=key or secrets.token_urlsafe(24))
    if code is not None:
        phone.more_of_hello = {"pair": code, "label": "iPhone"}
    return phone


async def turned_away(client: Client) -> int:
    with pytest.raises(Closed) as closed:
        await client.connect()
    return closed.value.code


async def test_a_phone_exchanges_a_one_time_code_for_a_key_of_its_own(
    server: ServerProcess,
) -> None:
    """Everybody sees that there is one more, and nobody which; the code is worth nothing then."""
    room = await create_room(server)
    code = (await api(server, room, "pairings"))["pairing"]
    async with Client(room.at(server), role="screen") as screen:
        async with remote(server, room, code) as phone:
            assert (await phone.change("lock"))["t"] == "ack"
            await screen.wait_for(lambda: screen.state.phase == "locked", "the lock")
            told = [c for f in screen.frames if f["t"] == "tick" for c in f["changes"]]
            assert {"rev": 1, "kind": "key", "key": 2} in told
            # A photo from row three.
            assert await turned_away(remote(server, room, code)) == 4405
            # The phone itself comes back with its key, and may say the code again.
            assert phone.key is not None
            async with remote(server, room, code, phone.key) as again:
                assert (await again.change("unlock"))["t"] == "ack"
            async with remote(server, room, None, phone.key):
                pass
        keys = (await api(server, room, "keys"))["keys"]
        assert [(key["key"], key["label"]) for key in keys] == [(1, ""), (2, "iPhone")]
        assert keys[1]["used"]
    assert code not in server.log
    assert room.host_key not in server.log


@pytest.mark.parametrize("code", ["", "guessed", "x" * 100])
async def test_a_code_that_is_none_pairs_nobody(server: ServerProcess, code: str) -> None:
    room = await create_room(server)
    eve = remote(server, room, code)
    assert await turned_away(eve) == 4405
    assert eve.bye is not None
    assert eve.bye["code"] == "bad_pairing"
    eve.more_of_hello = {}
    assert await turned_away(eve) == 4403
    async with Client(room.at(server), role="host", key=room.host_key):
        pass


async def test_a_key_that_can_be_guessed_is_not_taken(server: ServerProcess) -> None:
    room = await create_room(server)
    code = (await api(server, room, "pairings"))["pairing"]
    assert await turned_away(remote(server, room, code, "short")) == 4400
    async with remote(server, room, code):
        pass


async def test_a_revoked_key_ends_its_connections_and_opens_nothing_more(
    server: ServerProcess,
) -> None:
    room = await create_room(server)
    code = (await api(server, room, "pairings"))["pairing"]
    async with (
        Client(room.at(server), role="host", key=room.host_key) as opener,
        remote(server, room, code) as phone,
        Client(room.at(server)) as ada,
    ):
        assert (await opener.change("revoke", key=3))["code"] == "no_key"
        assert (await opener.change("revoke", key=2))["t"] == "ack"
        assert await phone.wait_closed() == 4412
        assert phone.bye is not None
        assert phone.bye["code"] == "key_revoked"
        phone.more_of_hello = {}
        assert await turned_away(phone) == 4412
        # Others notice nothing; the opener's key stays.
        assert (await ada.change("add", lat=1, lng=1))["t"] == "ack"
        assert (await opener.change("lock"))["t"] == "ack"
        with pytest.raises(httpx.HTTPStatusError):
            await api(server, room, "pairings", key=phone.key)


async def test_a_rotated_key_leaves_only_its_host_in(server: ServerProcess) -> None:
    """Whoever has copied the old link is out; whoever rotated it stays, in the same connection."""
    room = await create_room(server)
    new = secrets.token_urlsafe(24)
    async with (
        Client(room.at(server), role="host", key=room.host_key) as host,
        Client(room.at(server), role="host", key=room.host_key) as thief,
    ):
        bad = await host.change("rotate", key="short")
        assert (bad["t"], bad["code"]) == ("error", "bad_field")
        assert (await host.change("rotate", key=new))["t"] == "ack"
        assert await thief.wait_closed() == 4412
        assert (await host.change("lock"))["t"] == "ack"
        assert (await host.change("rotate", key=room.host_key))["code"] == "bad_pairing"
    assert await turned_away(thief) == 4412
    async with Client(room.at(server), role="host", key=new) as again:
        assert (await again.change("unlock"))["t"] == "ack"
