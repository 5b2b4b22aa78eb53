"""A TCP proxy between two parts, which can cut, delay or swallow data."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from enum import Enum

from testkit.services import LOOPBACK

CHUNK = 64 * 1024


class Mode(Enum):
    """How the proxy treats bytes and new connections."""

    PASS = "pass"
    # Connections stay, new ones are accepted, but nothing arrives.
    SWALLOW = "swallow"
    # Connections are cut, and so are new ones.
    REFUSE = "refuse"


# Called with each chunk before it is forwarded: (connection, from the client?, bytes).
# Returns False to drop the chunk.
Watcher = Callable[["Line", bool, bytes], bool]


class Line:
    """One connection through a proxy."""

    def __init__(self, proxy: Proxy, near: asyncio.StreamWriter, far: asyncio.StreamWriter) -> None:
        self.proxy = proxy
        self.swallowed = False
        self._writers = near, far

    def cut(self) -> None:
        """End it without a goodbye, in both directions."""
        for writer in self._writers:
            with suppress(Exception):
                writer.transport.abort()

    async def pump(self, reader: asyncio.StreamReader, *, outgoing: bool) -> None:
        """Carry one direction until it ends."""
        writer = self._writers[1 if outgoing else 0]
        while data := await reader.read(CHUNK):
            proxy = self.proxy
            if proxy.delay:
                # The following bytes wait, too, as on a real line with that delay.
                await asyncio.sleep(proxy.delay)
            while proxy.mode is Mode.SWALLOW or self.swallowed:
                await proxy.changed.wait()
                await asyncio.sleep(0)
            if proxy.watcher is not None and not proxy.watcher(self, outgoing, data):
                continue
            writer.write(data)
            await writer.drain()


class Proxy:
    """Listens on a port of its own and carries everything to `port` on loopback.

    `delay` is in seconds and one way.
    """

    def __init__(self, port: int, name: str = "") -> None:
        self.target = port
        self.name = name
        self.mode = Mode.PASS
        self.delay = 0.0
        self.watcher: Watcher | None = None
        # Set, and immediately replaced, whenever the mode changes.
        self.changed = asyncio.Event()
        self.lines: set[Line] = set()
        self.port = 0
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, LOOPBACK, 0, limit=CHUNK)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()
        self.cut()

    def set(self, mode: Mode) -> None:
        """Change the mode; REFUSE cuts the existing connections."""
        self.mode = mode
        if mode is Mode.REFUSE:
            self.cut()
        for line in self.lines:
            line.swallowed = line.swallowed and mode is not Mode.PASS
        changed, self.changed = self.changed, asyncio.Event()
        changed.set()

    def cut(self) -> None:
        """Cut all connections; new ones are still accepted."""
        for line in list(self.lines):
            line.cut()

    def heal(self) -> None:
        """Carry everything, without delay, unwatched."""
        self.delay, self.watcher = 0.0, None
        self.set(Mode.PASS)

    async def _serve(self, reader: asyncio.StreamReader, near: asyncio.StreamWriter) -> None:
        if self.mode is Mode.REFUSE:
            near.transport.abort()
            return
        while self.mode is Mode.SWALLOW:
            await self.changed.wait()
        try:
            back, far = await asyncio.open_connection(LOOPBACK, self.target, limit=CHUNK)
        except OSError:
            near.transport.abort()
            return
        line = Line(self, near, far)
        self.lines.add(line)
        try:
            ways = [
                asyncio.ensure_future(line.pump(reader, outgoing=True)),
                asyncio.ensure_future(line.pump(back, outgoing=False)),
            ]
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
        finally:
            self.lines.discard(line)
            for writer in (near, far):
                with suppress(Exception):
                    writer.close()
