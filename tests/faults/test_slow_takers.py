"""Who takes a large room slowly is waited for; who takes nothing is sent away (F3, R4)."""

from __future__ import annotations

import asyncio
import json
import socket

import pytest

from mapapp.live.members import STUCK_SECONDS
from testkit.client import Client, Room, create_room
from testkit.server import ServerProcess
from testkit.services import LOOPBACK
from tests.faults.load import SHARED
from tests.harness.faults.raw import masked
from tests.server.raw import upgrade

pytestmark = pytest.mark.timeout(240)

HELLO = json.dumps({"t": "hello", "as": "screen"}).encode()
LABEL = "\N{EARTH GLOBE EUROPE-AFRICA}" * 60
PEOPLE, EACH = 30, 50
# So that the room lasts far longer than anybody may be stuck; in bytes.
PIECE, PAUSE_SECONDS = 1_024, 0.1


async def screen(server: ServerProcess, room: Room) -> socket.socket:
    """A screen that has said hello, whose kernel keeps next to nothing for it."""
    loop = asyncio.get_running_loop()
    line = socket.socket()
    # In segments that fit into what little it keeps, or TCP itself waits for long.
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 1_024)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8_192)
    line.setblocking(False)
    await loop.sock_connect(line, (LOOPBACK, server.port))
    await loop.sock_sendall(line, upgrade(f"/ws/{room.code}"))
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += await loop.sock_recv(line, 1)
    await loop.sock_sendall(line, masked(1, HELLO))
    return line


async def test_a_large_room_may_take_its_time_and_nobody_may_take_nothing(
    server: ServerProcess,
) -> None:
    room = await create_room(server, **SHARED)

    async def fill() -> None:
        async with Client(room.at(server)) as person:
            for number in range(EACH):
                await person.change("add", lat=0, lng=number, label=LABEL)

    await asyncio.gather(*(fill() for _ in range(PEOPLE)))
    loop = asyncio.get_running_loop()
    async with Client(room.at(server), role="host", key=room.host_key) as host:
        slow, deaf = await screen(server, room), await screen(server, room)
        begun = loop.time()
        got = b""
        deaf_gone_after = 0.0
        while b"The last word" not in got:
            try:
                piece = await asyncio.wait_for(loop.sock_recv(slow, PIECE), 60)
            except ConnectionError:
                piece = b""
            assert piece, f"sent away after {loop.time() - begun:.0f} s with {len(got)} bytes"
            got += piece
            if host.state.screens == 1 and not deaf_gone_after:
                deaf_gone_after = loop.time() - begun
                await host.change("question", question="The last word")
            await asyncio.sleep(PAUSE_SECONDS)
        assert deaf_gone_after > STUCK_SECONDS, "who takes nothing is given as long"
        assert loop.time() - begun > 1.5 * STUCK_SECONDS, "it was small, and this proves nothing"
        assert got.count(LABEL.encode()) >= PEOPLE * EACH
        for line in (slow, deaf):
            line.close()
    server.assert_clean_log()
