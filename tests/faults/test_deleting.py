"""A room that is deleted: everybody is told, nobody comes in again, nothing is left of it."""

import asyncio
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import httpx
import psycopg
import pytest

from testkit.client import Client, Closed, Room, agree, create_room
from testkit.server import ServerProcess
from testkit.services import ROOT
from tests.faults.conftest import Pair

PASSWORD = "correct horse"
TABLES = ("room", "activity", "participant", "client", "marker", "change")


def manage(server: ServerProcess, *command: str, **env: str) -> str:
    """Run one management command beside the server, on its data."""
    done = subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env={**server.env, **env},
        capture_output=True,
        text=True,
        timeout=40,
        check=True,
    )
    return done.stdout


def make_staff(server: ServerProcess) -> None:
    manage(
        server,
        *("createsuperuser", "--noinput", "--username", "ada", "--email", "ada@example.org"),
        DJANGO_SUPERUSER_PASSWORD=PASSWORD,
    )


@contextmanager
def logged_in(server: ServerProcess) -> Iterator[httpx.Client]:
    """A browser of somebody on the staff."""
    with httpx.Client(base_url=server.url, timeout=30) as browser:
        _post(browser, "/staff/login/", "/staff/login/", username="ada", password=PASSWORD)
        yield browser


def _post(browser: httpx.Client, page: str, to: str, **fields: Any) -> httpx.Response:
    """Fill in the form on a page."""
    form = browser.get(page)
    assert form.status_code == 200, page
    (token,) = set(re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', form.text))
    return browser.post(to, data={"csrfmiddlewaretoken": token, **fields})


def rows(pair: Pair) -> dict[str, int]:
    with closing(psycopg.connect(pair.one.env["DATABASE_URL"])) as database:
        return {
            table: database.execute(f"SELECT count(*) FROM mapapp_{table}").fetchone()[0]  # type: ignore[index]
            for table in TABLES
        }


def room_id(pair: Pair, room: Room) -> str:
    with closing(psycopg.connect(pair.one.env["DATABASE_URL"])) as database:
        found = database.execute("SELECT id FROM mapapp_room WHERE code = %s", [room.code])
        return str(found.fetchone()[0])  # type: ignore[index]


async def assert_nobody_comes_in(pair: Pair, room: Room) -> None:
    for server in (pair.one, pair.other):
        for role, key in (("participant", None), ("screen", None), ("host", room.host_key)):
            with pytest.raises(Closed) as turned_away:
                await Client(room.at(server), role=role, key=key).connect()
            # Closed, as long as a process has not noticed that it is gone for good.
            assert turned_away.value.code in (4404, 4410)
        async with httpx.AsyncClient() as http:
            # The pages' directory remembers a room for two seconds.
            page = await http.get(f"{server.url}/{room.code}")
            assert page.status_code in (200, 404)


async def used_room(server: ServerProcess) -> Room:
    room = await create_room(server)
    async with Client(room.at(server)) as eve:
        await eve.change("add", lat=1, lng=1, label="ABUSIVE")
    return room


@pytest.mark.parametrize("how", ["its page", "the list"])
async def test_staff_delete_a_used_room_and_everybody_is_told(pair: Pair, how: str) -> None:
    """At both processes, and before it goes; another room is not touched."""
    make_staff(pair.one)
    stays = await used_room(pair.one)
    before = rows(pair)
    room = await used_room(pair.one)
    pk = room_id(pair, room)
    async with (
        Client(stays.at(pair.other)) as ada,
        Client(room.at(pair.one)) as here,
        Client(room.at(pair.other)) as there,
        Client(room.at(pair.other), role="screen") as screen,
    ):
        await agree(here, there, screen)

        def delete() -> httpx.Response:
            with logged_in(pair.one) as browser:
                if how == "its page":
                    page = f"/admin/mapapp/room/{pk}/delete/"
                    shown = browser.get(page).text
                    assert "Changes: 2" in shown
                    assert "Markers: 1" in shown
                    return _post(browser, page, page, post="yes")
                chosen = {"action": "delete_selected", "_selected_action": pk}
                page = "/admin/mapapp/room/"
                assert "Delete multiple objects" in _post(browser, page, page, **chosen).text
                return _post(browser, page, page, **chosen, post="yes")

        answer = await asyncio.to_thread(delete)
        assert answer.status_code == 302, answer.text
        for client in (here, there, screen):
            assert await client.wait_closed() == 4410
            assert client.state.phase == "closed"
        assert rows(pair) == before
        await assert_nobody_comes_in(pair, room)
        assert (await ada.change("name", name="still here"))["t"] == "ack"
    pair.one.assert_clean_log()
    pair.other.assert_clean_log()


def _delete_rows(pair: Pair, pk: str) -> None:
    of_people = "participant_id IN (SELECT id FROM mapapp_participant WHERE room_id = %s)"
    with psycopg.connect(pair.one.env["DATABASE_URL"]) as database:
        database.execute("UPDATE mapapp_room SET activity_id = NULL WHERE id = %s", [pk])
        database.execute(f"DELETE FROM mapapp_client WHERE {of_people}", [pk])
        for table in ("key", "pairing", "change", "marker", "participant", "activity"):
            database.execute(f"DELETE FROM mapapp_{table} WHERE room_id = %s", [pk])
        database.execute("DELETE FROM mapapp_room WHERE id = %s", [pk])


async def test_a_room_that_a_script_deletes_is_gone_within_seconds(pair: Pair) -> None:
    """Nobody tells the servers: they ask, and whoever changes something finds out at once."""
    room = await used_room(pair.one)
    pk = room_id(pair, room)
    async with Client(room.at(pair.one)) as here, Client(room.at(pair.other)) as there:
        await agree(here, there)
        _delete_rows(pair, pk)
        assert await here.wait_closed() == 4404
        assert await there.wait_closed() == 4404
        await assert_nobody_comes_in(pair, room)
    pair.one.assert_clean_log()
    pair.other.assert_clean_log()


async def test_the_command_tells_everybody_and_deletes(pair: Pair) -> None:
    room = await used_room(pair.one)
    async with Client(room.at(pair.one)) as here, Client(room.at(pair.other)) as there:
        await agree(here, there)
        out = await asyncio.to_thread(manage, pair.one, "delete_room", room.code)
        assert out == f"Room {room.code} is deleted\n"
        for client in (here, there):
            assert await client.wait_closed() == 4410
        await assert_nobody_comes_in(pair, room)
    assert not any(rows(pair).values())
