"""A secret is rotated under people who stay who they are (A1, R2)."""

import secrets

from testkit.client import Client, create_room
from tests.conftest import StartServer


async def test_people_stay_who_they_are_when_the_secret_is_rotated(
    start_server: StartServer,
) -> None:
    """The old secret is accepted while it is a fallback; whoever came by then needs it no more."""
    first, second = secrets.token_urlsafe(48), secrets.token_urlsafe(48)
    server = start_server({"SECRET_KEY": first})
    room = await create_room(server)
    async with Client(room.at(server)) as ada:
        await ada.change("add", lat=1, lng=1)
        person, old_token = ada.person, ada.token
        assert old_token is not None

        server.env |= {"SECRET_KEY": second, "SECRET_KEY_FALLBACKS": first}
        server.restart()
        await ada.wait_closed()
        await ada.connect()
        assert ada.person == person
        assert ada.token not in (None, old_token)

        del server.env["SECRET_KEY_FALLBACKS"]
        server.restart()
        await ada.wait_closed()
        await ada.connect()
        assert ada.person == person
        assert (await ada.change("place", marker=1, lat=2, lng=2))["t"] == "ack"
    server.assert_clean_log()
