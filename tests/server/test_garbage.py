"""What has ended leaves nothing behind that only the garbage collector finds (F3)."""

import asyncio
import json
import re
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from mapapp.server import gc_schedule as garbage
from mapapp.server.gc_schedule import GarbageCollection
from testkit.client import Client, Room, create_room
from testkit.server import ServerProcess
from testkit.services import ROOT
from tests.server.raw import ask, request, upgrade
from tests.server.waiting import until

TIMES = 30
# Objects that one connection may leave, on average. A timer that many share
# would leave its own only once in a while.
MOST_EACH = 0.1


class Counting(ServerProcess):
    """The server without a collector."""

    def start(self, deadline: float = 90) -> None:
        super().start(deadline)

    def spawn(self) -> None:
        env = {**self.env, "DJANGO_SETTINGS_MODULE": "mapapp.settings"}
        command = [sys.executable, "-m", "tests.server.leftovers"]
        self.process.spawn(command, cwd=ROOT, env=env)

    async def leftovers(self) -> tuple[int, str]:
        """How many objects wait for the collector, and of which types."""
        before = self.log.count("leftovers:")
        self.process.send(signal.SIGUSR1)
        await until(lambda: self.log.count("leftovers:") > before, "the count")
        found = re.findall(r"leftovers: (\d+) (.*)", self.log)[-1]
        return int(found[0]), found[1]


async def page(server: ServerProcess, room: Room) -> None:
    assert (await ask(server, request(f"/{room.code}"))).status == 200


async def page_on_a_kept_connection(server: ServerProcess, room: Room) -> None:
    first = request(f"/{room.code}", close=False)
    await ask(server, first + first + request(f"/{room.code}"))


async def person(server: ServerProcess, room: Room) -> None:
    async with Client(room.at(server)) as ada:
        await ada.change("add", lat=1, lng=1)


async def person_who_is_cut_off(server: ServerProcess, room: Room) -> None:
    socket = await connect(room.at(server), subprotocols=[Subprotocol("map.v1")])
    await socket.send(json.dumps({"t": "hello", "as": "participant"}))
    await socket.recv()
    socket.transport.abort()


async def person_in_no_room(server: ServerProcess, room: Room) -> None:
    async with connect(
        f"{server.websocket_url}/ws/nowhere", subprotocols=[Subprotocol("map.v1")]
    ) as socket:
        with pytest.raises(ConnectionClosed):
            await socket.recv()


async def handshake_that_fails(server: ServerProcess, room: Room) -> None:
    answer = await ask(server, upgrade().replace(b"Version: 13", b"Version: 99"))
    assert answer.status in (0, 400)


async def socket_that_answers_no_close(server: ServerProcess, room: Room) -> None:
    """It is cut off by a timer."""
    assert (await ask(server, upgrade("/ws/nowhere"))).status == 101


async def refused(server: ServerProcess, room: Room) -> None:
    head = request("/", "Content-Length: 999999", method="POST")
    assert (await ask(server, head)).status == 413


ENDS = (
    page,
    page_on_a_kept_connection,
    person,
    person_who_is_cut_off,
    person_in_no_room,
    handshake_that_fails,
    socket_that_answers_no_close,
    refused,
)


@pytest.mark.timeout(240)
async def test_no_end_of_a_connection_leaves_work_for_the_collector(
    tmp_path: Path, static_files: Path
) -> None:
    found: dict[str, tuple[float, str]] = {}
    with Counting(tmp_path, static_files=static_files) as server:
        room = await create_room(server)

        async def times(count: int, end: Callable[[ServerProcess, Room], Awaitable[None]]) -> None:
            await asyncio.gather(*(end(server, room) for _ in range(count)))
            # Daphne clears away what has ended once a second.
            await asyncio.sleep(2.5)

        async with Client(room.at(server)):  # or the room is let go of meanwhile
            for end in ENDS:
                await times(2, end)  # what is made once
                await server.leftovers()
                await times(TIMES, end)
                count, kinds = await server.leftovers()
                found[end.__name__] = count / TIMES, kinds
    assert {name: (each, kinds) for name, (each, kinds) in found.items() if each > MOST_EACH} == {}


@pytest.mark.parametrize(
    ("since", "calm", "ended", "is_time"),
    [
        (garbage.CALM_SECONDS + 1, True, 0, True),
        (garbage.CALM_SECONDS - 1, True, 0, False),
        (garbage.CALM_SECONDS + 1, False, 0, False),
        (garbage.LATEST_SECONDS + 1, False, 0, True),
        (garbage.SOONEST_SECONDS + 1, False, garbage.ENDED_CONNECTIONS, True),
        (garbage.SOONEST_SECONDS + 1, False, garbage.ENDED_CONNECTIONS - 1, False),
        (garbage.SOONEST_SECONDS - 1, False, garbage.ENDED_CONNECTIONS, False),
    ],
)
async def test_it_looks_when_it_disturbs_nobody_and_when_it_must(
    since: float, calm: bool, ended: int, is_time: bool
) -> None:
    assert GarbageCollection(lambda: calm, lambda: ended).is_time(since) is is_time
