"""Who is pinged, who is cut, and what counts as life (docs/PROTOCOL.md, section 5)."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from mapapp.server import checkers, daphne_server
from testkit.client import Client, Room, create_room
from testkit.server import ServerProcess
from testkit.services import ROOT
from tests.protocol.document import Document
from tests.server.raw import Raw, frame

# The head of a ping with twelve bytes, as the server sends them.
PING = b"\x89\x0c"
MOVE = frame(1, b'{"t":"move","marker":1,"grab":1,"lat":1,"lng":2}')
ASKED = frame(1, b'{"t":"ping","id":7}')
# A server that asks fifty times as soon, and waits as much less.
SCRIPT = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "mapapp.settings"
from mapapp.server import checkers, daphne_server
daphne_server.PING_SECONDS, daphne_server.PONG_SECONDS = 0.4, 0.3
checkers.TIMEOUTS_SECONDS = 0.04
from django.core.management import execute_from_command_line
execute_from_command_line(["manage.py", "serve"])
"""


class ImpatientServer(ServerProcess):
    def spawn(self) -> None:
        self.process.spawn([sys.executable, "-c", SCRIPT], cwd=ROOT, env=self.env)


@pytest.fixture(scope="module")
def impatient(
    tmp_path_factory: pytest.TempPathFactory, static_files: Path
) -> Iterator[ServerProcess]:
    folder = tmp_path_factory.mktemp("impatient")
    with ImpatientServer(folder, static_files=static_files) as server:
        yield server
        server.assert_clean_log()


@pytest.fixture
async def room(impatient: ServerProcess) -> Room:
    return await create_room(impatient)


async def until_cut(server: ServerProcess, room: Room) -> bytes:
    """Come in, say and answer nothing; return what came until the server cut the line."""
    silent = await Raw.enter(server, room)
    try:
        return await silent.read_to_the_end()
    finally:
        silent.writer.close()


@asynccontextmanager
async def sending(raw: Raw, data: bytes) -> AsyncIterator[None]:
    """Meanwhile this is sent twenty times a second."""

    async def send() -> None:
        while True:
            raw.writer.write(data)
            await asyncio.sleep(0.05)

    task = asyncio.create_task(send())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


def test_the_document_tells_when_pings_come_and_what_they_wait_for() -> None:
    told = Document.read().section("5. Ordering").text
    assert f"nothing for {daphne_server.PING_SECONDS} s, the server sends a websocket ping" in told
    assert f"has come {daphne_server.PONG_SECONDS} s later" in told
    assert checkers.TIMEOUTS_SECONDS == 2.0, "every other second"


async def test_who_answers_no_ping_is_cut_without_a_word(
    impatient: ServerProcess, room: Room
) -> None:
    """A line that seems dead; a close frame would wait for somebody who is not there."""
    async with asyncio.timeout(20):
        came = await until_cut(impatient, room)
    assert PING in came
    assert b'"bye"' not in came


@pytest.mark.parametrize("life", [MOVE, ASKED], ids=["moves", "questions"])
async def test_who_says_anything_is_alive(
    impatient: ServerProcess, room: Room, life: bytes
) -> None:
    """Moves take a short cut past Daphne, which therefore did not count them as life."""
    talker = await Raw.enter(impatient, room)
    async with asyncio.timeout(30), sending(talker, life):
        for _ in range(3):
            await until_cut(impatient, room)
    talker.writer.write(frame(1, b'{"t":"ping","id":99}'))
    async with asyncio.timeout(20):
        await talker.reader.readuntil(b'"pong","id":99')
    talker.writer.close()


async def test_who_answers_pings_stays(impatient: ServerProcess, room: Room) -> None:
    async with asyncio.timeout(30), Client(room.at(impatient), ping_interval=None) as quiet:
        for _ in range(3):
            await until_cut(impatient, room)
        await quiet.change("add", lat=1, lng=1)
        assert quiet.connections == 1


async def test_who_falls_silent_after_moving_is_pinged_and_cut(
    impatient: ServerProcess, room: Room
) -> None:
    mover = await Raw.enter(impatient, room)
    async with sending(mover, MOVE), asyncio.timeout(30):
        await until_cut(impatient, room)
    async with asyncio.timeout(20):
        came = await mover.read_to_the_end()
    assert PING in came
    mover.writer.close()
