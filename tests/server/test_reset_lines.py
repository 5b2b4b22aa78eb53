"""Lines that are reset while something of theirs is still to be read (F3)."""

from __future__ import annotations

import json
import socket
import struct

from testkit.client import Client, create_room
from testkit.server import ServerProcess
from testkit.services import LOOPBACK
from tests.harness.faults.raw import masked
from tests.server.raw import upgrade

SCREENS = 20
_HELLO = json.dumps({"t": "hello", "as": "screen"}).encode()
_PING = json.dumps({"t": "ping", "id": 1}).encode()


def _screen(server: ServerProcess, code: str) -> socket.socket:
    line = socket.create_connection((LOOPBACK, server.port))
    line.sendall(upgrade(f"/ws/{code}"))
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += line.recv(1)
    line.sendall(masked(1, _HELLO))
    return line


def _reset(line: socket.socket) -> None:
    """Close so that the other side gets an error instead of an end."""
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    line.close()


async def test_a_line_that_is_reset_with_a_frame_unread_is_gone_at_once(
    server: ServerProcess,
) -> None:
    """Read and reset in one turn of the loop, it is told of no end; the next write finds out."""
    room = await create_room(server)
    async with Client(room.at(server), role="host", key=room.host_key) as host:
        lines = [_screen(server, room.code) for _ in range(SCREENS)]
        await host.wait_for(lambda: host.state.screens == SCREENS, "all screens")
        server.pause()
        try:
            for line in lines:
                line.sendall(masked(1, _PING))
                _reset(line)
        finally:
            server.resume()
        await host.change("question", question="Who is still here?")
        # Sooner than a ping would notice it.
        await host.wait_for(lambda: host.state.screens == 0, "no screen", 10)
        # Whoever gets the same file descriptors next is served.
        again = [_screen(server, room.code) for _ in range(SCREENS)]
        await host.wait_for(lambda: host.state.screens == SCREENS, "new screens")
        for line in again:
            line.close()
