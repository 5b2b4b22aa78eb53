"""A real server for all these tests, and two people whom bad input must not touch."""

import asyncio
import statistics
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from testkit.client import Client, Room, create_room
from testkit.server import ServerProcess

SECRET_KEY = "a key that is known to these tests"


@pytest.fixture(scope="package")
def package_server(
    tmp_path_factory: pytest.TempPathFactory, static_files: Path
) -> Iterator[ServerProcess]:
    env = {"ROOM_CREATION_PER_MINUTE": "10000", "SECRET_KEY": SECRET_KEY}
    with ServerProcess(tmp_path_factory.mktemp("server"), env, static_files=static_files) as server:
        yield server


@pytest.fixture
def server(package_server: ServerProcess) -> Iterator[ServerProcess]:
    """The server; at the end of each test its log must not have become worse."""
    before = len(package_server.log)
    yield package_server
    package_server.assert_clean_log(before)


@dataclass
class Others:
    """Ada and Ben, in a room of the rules "own". Ada has a marker and holds it."""

    room: Room
    ada: Client
    ben: Client
    marker: int
    grab: int
    _lat: float = 0.0
    _usual: float = 0.0

    async def get_used(self) -> None:
        """Note how long a drag takes while nobody misbehaves."""
        self._usual = await self._drag_seconds()

    async def assert_unaffected(self) -> None:
        """A drag of Ada's is seen by Ben as quick as ever, and neither has heard a complaint."""
        now = await self._drag_seconds()
        assert now < 20 * self._usual, f"others have to wait: {now} instead of {self._usual} s"
        for client in (self.ada, self.ben):
            assert not client.errors
            assert client.connections == 1
            assert client.close_code is None

    async def _drag_seconds(self) -> float:
        """From Ada's move until Ben sees it: the median of five."""
        loop = asyncio.get_running_loop()
        taken = []
        for _ in range(5):
            self._lat += 0.5
            moved = loop.time()
            await self.ada.move(self.marker, self.grab, self._lat, 1)
            await self.ben.wait_for(
                lambda: self.ben.state.position(self.marker) == (self._lat, 1), "the drag"
            )
            taken.append(loop.time() - moved)
        return statistics.median(taken)


@pytest.fixture
async def others(server: ServerProcess) -> AsyncIterator[Others]:
    room = await create_room(server)
    async with Client(room.at(server)) as ada, Client(room.at(server)) as ben:
        marker = (await ada.change("add", lat=0, lng=0))["marker"]
        grab = (await ada.change("grab", marker=marker))["rev"]
        others = Others(room, ada, ben, marker, grab)
        await others.get_used()
        yield others
