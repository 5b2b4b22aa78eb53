"""Sockets without a library, for attackers, and a check that others are still served."""

from __future__ import annotations

import asyncio
import base64
import os
import struct
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from testkit.client import Client
from testkit.server import ServerProcess
from testkit.services import LOOPBACK
from tests.harness.scenario import Scenario

# The longest wait of others while a server is under attack, in seconds. It is far
# longer than on a quiet machine, because this one is shared with the attackers.
PATIENCE = 12.0


class RawSocket:
    """A TCP connection from a venue of the attackers' own."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    @classmethod
    async def open(cls, server: ServerProcess, venue: str, *, buffer: int = 64 * 1024) -> RawSocket:
        reader, writer = await asyncio.open_connection(
            LOOPBACK, server.port, local_addr=(venue, 0), limit=buffer
        )
        return cls(reader, writer)

    async def send(self, data: bytes) -> bool:
        """Send, and wait until most of it is on its way; False if the line is cut."""
        try:
            self.writer.write(data)
            await self.writer.drain()
        except OSError:
            return False
        return True

    async def upgrade(self, code: str) -> None:
        """Become a websocket; raises `OSError` if that is refused."""
        await self.send(
            (
                f"GET /ws/{code} HTTP/1.1\r\nHost: {LOOPBACK}\r\nUpgrade: websocket\r\n"
                "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}\r\n"
                "Sec-WebSocket-Protocol: map.v1\r\n\r\n"
            ).encode()
        )
        head = await self.reader.readuntil(b"\r\n\r\n")
        if b" 101 " not in head:
            raise OSError(head[:200])

    async def status(self, seconds: float = 10.0) -> int | None:
        """The status of the answer; None if the line was cut without one."""
        try:
            async with asyncio.timeout(seconds):
                line = await self.reader.readline()
        except (OSError, ValueError, TimeoutError):
            return None
        parts = line.split()
        return int(parts[1]) if len(parts) > 1 and parts[1].isdigit() else None

    def close(self) -> None:
        with suppress(OSError):
            self.writer.transport.abort()


def masked(opcode: int, payload: bytes = b"", *, final: bool = True) -> bytes:
    """A client's frame, masked with zeros."""
    head = bytes([(0x80 if final else 0) | opcode])
    if len(payload) < 126:
        head += bytes([0x80 | len(payload)])
    else:
        head += bytes([0x80 | 126]) + struct.pack(">H", len(payload))
    return head + bytes(4) + payload


@asynccontextmanager
async def others_live(scenario: Scenario, what: str) -> AsyncIterator[None]:
    """While the body runs, somebody else in the room is answered all the time."""
    world = scenario.world
    observers = [
        Client(world.address(scenario.room, index, road=False), comes_back=True)
        for index in range(len(world.servers))
    ]
    for observer in observers:
        await observer.connect()
    worst = 0.0

    async def look(observer: Client) -> None:
        nonlocal worst
        while True:
            began = time.monotonic()
            with suppress(TimeoutError):
                await observer.round_trip()
            worst = max(worst, time.monotonic() - began)
            await asyncio.sleep(0.1)

    looking = [asyncio.create_task(look(observer)) for observer in observers]
    try:
        yield
        # A request that still waits at the end counts, too.
        await asyncio.sleep(0.3)
    finally:
        for task in looking:
            task.cancel()
        await asyncio.gather(*looking, return_exceptions=True)
        for observer in observers:
            if observer.connections > 1 or observer.close_code is not None:
                scenario.wrong(f"{what}: somebody else lost their connection: {observer}")
            await observer.leave()
    scenario.measured(f"others' worst ping: {what}", worst)
    if worst > PATIENCE:
        scenario.wrong(f"{what}: somebody else waited {worst:.1f} s")
