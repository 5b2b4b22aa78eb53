"""A phone on a bad line, which reads at a given rate, or not at all."""

from __future__ import annotations

import asyncio
import json
import math
import socket
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.protocol import OPEN
from websockets.typing import Subprotocol
from websockets.uri import parse_uri

from bench.ages import age, now
from bench.crowd import PATIENCE_SECONDS, BadRun
from bench.wire import longitudes, wire_bytes

# What its own kernel takes for it, in bytes (Linux doubles it). Little, so that
# what it does not read waits at the server.
RECEIVE_BUFFER = 4096
READ_BYTES = 1000
RETRY_SECONDS = 0.5
# Reading what waits in the server's kernel takes a moment, and not more.
END_SECONDS = 5.0


class SlowReader:
    """One participant who only looks. Positions come to it as binary frames.

    It owns its socket, because a transport would read ahead. `snapshot` is how it
    takes snapshots: as "json", "packed" or "deflated".
    """

    def __init__(self, bytes_per_second: float, *, snapshot: str = "json") -> None:
        self.bytes_per_second = bytes_per_second  # may be changed at any time
        self.bytes_read = 0
        self.kept: list[tuple[float, bytes]] = []  # when, payload
        self.came_back = 0
        self._snapshot = snapshot
        self._socket: socket.socket
        self._protocol: ClientProtocol

    async def join(self, url: str) -> None:
        """Connect and say hello; from here on nothing is read but by `read`."""
        uri = parse_uri(url)
        self._socket = socket.socket()
        self._socket.setblocking(False)
        # Before it connects: the window that it then announces depends on it.
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
        self._protocol = ClientProtocol(uri, subprotocols=[Subprotocol("map.v1")], max_size=None)
        self._protocol.send_request(self._protocol.connect())
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                loop = asyncio.get_running_loop()
                await loop.sock_connect(self._socket, (uri.host, uri.port))
                await self._write()
                while not self._protocol.events_received():
                    data = await self._read()
                    self._protocol.receive_data(data)
                    if not data:
                        break
        except (OSError, TimeoutError) as error:
            raise BadRun(f"a slow reader could not connect: {error}") from error
        if self._protocol.state is not OPEN:
            raise BadRun(f"a slow reader was not let in: {self._protocol.handshake_exc}")
        hello = {
            **{"t": "hello", "as": "participant", "client": str(uuid.uuid4())},
            **{"moves": "packed", "snapshot": self._snapshot},
        }
        self._protocol.send_text(json.dumps(hello).encode())
        await self._write()

    async def stay(self, url: str) -> None:
        """Read on, and come back whenever the line ends, as a page does; until cancelled."""
        while True:
            await self.read()
            self.leave()
            await asyncio.sleep(RETRY_SECONDS)
            await self.join(url)
            self.came_back += 1

    async def read(self) -> None:
        """Read on at its pace until the line ends."""
        await self.read_until(lambda _: False)

    async def read_until(self, is_enough: Callable[[bytes], bool]) -> bool:
        """Read on at its pace until such a frame has come; False if the line ends before."""
        with suppress(OSError):  # it was cut
            while data := await self._read():
                self.bytes_read += len(data)
                before = len(self.kept)
                self._protocol.receive_data(data)
                self._take()
                await self._write()  # pongs
                if any(is_enough(payload) for _, payload in self.kept[before:]):
                    return True
                await asyncio.sleep(len(data) / self.bytes_per_second)
        return False

    async def read_to_the_end(self) -> int | None:
        """Read as fast as it comes until the line ends; return the close code, if there was one."""
        self.bytes_per_second = math.inf
        with suppress(TimeoutError):
            async with asyncio.timeout(END_SECONDS):
                await self.read()
        close = self._protocol.close_rcvd
        return close.code if close is not None else None

    def leave(self) -> None:
        self._socket.close()

    async def _read(self) -> bytes:
        return await asyncio.get_running_loop().sock_recv(self._socket, READ_BYTES)

    async def _write(self) -> None:
        for data in self._protocol.data_to_send():
            await asyncio.get_running_loop().sock_sendall(self._socket, data)

    def _take(self) -> None:
        seen = now()
        for event in self._protocol.events_received():
            if isinstance(event, Frame) and event.opcode in (Opcode.TEXT, Opcode.BINARY):
                self.kept.append((seen, bytes(event.data)))


@dataclass(frozen=True)
class CatchUp:
    """How somebody who had read slowly came to see the present."""

    stale_bytes: int  # that had to be read first
    seconds: float
    ages: Sequence[float]  # seconds; of the positions from then on, as they came


def catch_up(kept: Sequence[tuple[float, bytes]], began: float, fresh: float) -> CatchUp | None:
    """What happened to a slow reader that `began` to read normally at that moment.

    It sees the present with the first frame all of whose positions are at most
    `fresh` seconds old. None if that did not come.
    """
    stale = 0
    after = [(seen, payload) for seen, payload in kept if seen >= began]
    for index, (seen, payload) in enumerate(after):
        ages = [age(lng, seen) for _, lng in longitudes(payload)]
        if ages and max(ages) <= fresh:
            rest = (age(lng, at) for at, frame in after[index:] for _, lng in longitudes(frame))
            return CatchUp(stale, seen - began, list(rest))
        stale += wire_bytes(len(payload))
    return None
