"""HTTP and websockets byte by byte, for what no client library sends."""

import asyncio
import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Self

from testkit.client import Room
from testkit.server import ServerProcess
from testkit.services import LOOPBACK

SECONDS = 20.0


@dataclass(frozen=True)
class Answer:
    """What came until the server closed; status 0 if it was nothing."""

    status: int
    headers: dict[str, str]
    body: bytes


def read_answer(data: bytes) -> Answer:
    """Take an answer apart."""
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    if not first:
        return Answer(0, {}, b"")
    pairs = (line.partition(":") for line in lines)
    headers = {name.lower(): value.strip() for name, _, value in pairs}
    return Answer(int(first.split()[1]), headers, body)


async def ask_for_head(server: ServerProcess, data: bytes) -> Answer:
    """Read no further than the head of the answer, as of a socket that stays open; then leave."""
    reader, writer = await asyncio.open_connection(LOOPBACK, server.port)
    try:
        async with asyncio.timeout(SECONDS):
            writer.write(data)
            return read_answer(await reader.readuntil(b"\r\n\r\n"))
    finally:
        await _leave(writer)


async def _leave(writer: asyncio.StreamWriter) -> None:
    """Cut the line; what the server has not taken would keep it open."""
    writer.transport.abort()
    with suppress(ConnectionError):
        await writer.wait_closed()


async def ask(server: ServerProcess, pieces: bytes | Iterable[bytes]) -> Answer:
    """Send as much of the pieces as the server takes, and read until it closes."""
    reader, writer = await asyncio.open_connection(LOOPBACK, server.port)

    async def send() -> None:
        with suppress(ConnectionError):
            for piece in [pieces] if isinstance(pieces, bytes) else pieces:
                writer.write(piece)
                await writer.drain()

    sending = asyncio.create_task(send())
    data = b""
    try:
        async with asyncio.timeout(SECONDS):
            with suppress(ConnectionError):
                while more := await reader.read(65536):
                    data += more
    finally:
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        await _leave(writer)
    return read_answer(data)


def request(
    path: str = "/", *headers: str, method: str = "GET", host: str = "localhost", close: bool = True
) -> bytes:
    """The head of a request."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", *headers]
    if close:
        lines.append("Connection: close")
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def upgrade(
    path: str = "/ws/000000", *headers: str, host: str = "localhost", protocol: str = "map.v1"
) -> bytes:
    """The head of a websocket handshake."""
    return request(
        path,
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        f"Sec-WebSocket-Protocol: {protocol}",
        *headers,
        host=host,
        close=False,
    )


MASK = b"\0\0\0\0"
HELLO = json.dumps({"t": "hello", "as": "participant"}).encode()


def frame(opcode: int, payload: bytes = b"", *, final: bool = True) -> bytes:
    """A client's frame, masked with zeros."""
    assert len(payload) < 65536
    first = bytes([opcode | (0x80 if final else 0)])
    if len(payload) < 126:
        return first + bytes([0x80 | len(payload)]) + MASK + payload
    return first + bytes([0xFE]) + len(payload).to_bytes(2, "big") + MASK + payload


@dataclass
class Raw:
    """A socket that says hello and then what the test wants."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    @classmethod
    async def enter(cls, server: ServerProcess, room: Room) -> Self:
        reader, writer = await asyncio.open_connection(LOOPBACK, server.port)
        writer.write(upgrade(f"/ws/{room.code}"))
        await reader.readuntil(b"\r\n\r\n")
        writer.write(frame(1, HELLO))
        await reader.readuntil(b'"welcome"')
        return cls(reader, writer)

    async def flood(self, data: bytes) -> bytes:
        """Send it again and again until the server closes; return what came."""

        async def send() -> None:
            with suppress(ConnectionError):
                while True:
                    self.writer.write(data)
                    await self.writer.drain()

        sending = asyncio.create_task(send())
        came = await self.read_to_the_end()
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        self.writer.close()
        return came

    async def read_to_the_end(self) -> bytes:
        """What comes until the server cuts the line."""
        came = b""
        with suppress(ConnectionError):
            while more := await self.reader.read(65536):
                came += more
        return came
