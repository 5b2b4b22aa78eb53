"""Where all places are taken, a newcomer gets one, or a sentence; never nothing (A3)."""

import asyncio
import re
import resource
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mapapp.server import open_files
from testkit.client import Client, create_room
from testkit.server import ServerProcess
from testkit.services import LOOPBACK, ROOT
from tests.server.raw import ask, request

FILES = 160


class Small(ServerProcess):
    """A server that may have few files open, and may not raise that."""

    def spawn(self) -> None:
        command = [sys.executable, "manage.py", "serve"]
        limited = ["sh", "-c", f'ulimit -n {FILES} && exec "$@"', "sh", *command]
        self.process.spawn(limited, cwd=ROOT, env=self.env)


@pytest.fixture
def small_server(tmp_path: Path, static_files: Path) -> Iterator[ServerProcess]:
    with Small(tmp_path, static_files=static_files) as server:
        yield server
        server.assert_clean_log()


async def test_half_begun_requests_lock_nobody_out(small_server: ServerProcess) -> None:
    room = await create_room(small_server)
    async with Client(room.at(small_server)) as ada:
        begun: list[asyncio.StreamWriter] = []
        for _ in range(2 * FILES):
            _reader, writer = await asyncio.open_connection(LOOPBACK, small_server.port)
            writer.write(b"GET / HTTP/1.1\r\nHost: loc")
            begun.append(writer)
        assert (await ask(small_server, request("/"))).status == 200
        async with Client(room.at(small_server)) as ben:
            await ben.change("add", lat=1, lng=1)
        await ada.change("add", lat=1, lng=1)
        assert ada.connections == 1
        for writer in begun:
            writer.close()
    assert f"{FILES} files may be open." in small_server.log


async def test_where_people_have_all_places_a_newcomer_reads_why(
    small_server: ServerProcess,
) -> None:
    room = await create_room(small_server)
    [places] = re.findall(r"There is room for (\d+) connections", small_server.log)
    people = [Client(room.at(small_server)) for _ in range(int(places))]
    for person in people:
        await person.connect()
    for _ in range(3):
        answer = await ask(small_server, request("/"))
        assert answer.status == 503
        assert answer.body.startswith(b"This server has as many connections as it can hold.")
    assert small_server.log.count("the limit of open files allows no more") == 1
    await people[0].change("add", lat=1, lng=1)
    await people.pop().leave()
    assert (await ask(small_server, request("/"))).status == 200
    for person in people:
        await person.leave()


def test_the_soft_limit_is_raised_to_the_hard_one(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    limit = [1024, 5000]
    monkeypatch.setattr(resource, "getrlimit", lambda kind: tuple(limit))
    monkeypatch.setattr(resource, "setrlimit", lambda kind, to: limit.__setitem__(0, to[0]))
    with caplog.at_level("INFO"):
        assert open_files.raise_limit() == 5000
    assert "5000 files may be open, raised from 1024." in caplog.text


def test_where_the_hard_limit_cannot_be_had_as_much_as_can_be(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    limit = [256, resource.RLIM_INFINITY]

    def setrlimit(kind: int, to: tuple[int, int]) -> None:
        if to[0] == resource.RLIM_INFINITY:
            raise ValueError
        limit[0] = to[0]

    monkeypatch.setattr(resource, "getrlimit", lambda kind: tuple(limit))
    monkeypatch.setattr(resource, "setrlimit", setrlimit)
    assert open_files.raise_limit() == 10_240


@pytest.mark.parametrize(("limit", "room"), [(160, 120), (1024, 876), (20_000, 19_724)])
def test_a_reserve_is_kept(limit: int, room: int) -> None:
    assert open_files.connections_within(limit, 20) == room
