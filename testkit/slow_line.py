"""A bad line to a server, with a delay or little bandwidth."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from types import TracebackType
from typing import Self

from testkit.server import ServerProcess
from testkit.services import LOOPBACK

_PIECE = 1024  # bytes


class SlowLine:
    """Forwards TCP connections to a server, in a thread of its own while it is entered.

    Each byte takes `seconds` in either direction, and opening a connection takes a
    round trip more, like TCP's handshake. `bytes_per_second` is the bandwidth in
    either direction; None for no limit. `port` is where it listens, and `opened` the
    number of connections so far.
    """

    def __init__(
        self, server: ServerProcess, *, seconds: float = 0.0, bytes_per_second: float | None = None
    ) -> None:
        self.opened = 0
        self._server = server
        self._seconds = seconds
        self._rate = bytes_per_second
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="slow line")

    @property
    def websocket_url(self) -> str:
        return f"ws://{LOOPBACK}:{self.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        listening = asyncio.start_server(self._connected, LOOPBACK, 0)
        self._listener = asyncio.run_coroutine_threadsafe(listening, self._loop).result(10)
        self.port: int = self._listener.sockets[0].getsockname()[1]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _end(self) -> None:
        self._listener.close()
        forwarding = asyncio.all_tasks() - {asyncio.current_task()}
        for task in forwarding:
            task.cancel()
        await asyncio.gather(*forwarding, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.opened += 1
        await asyncio.sleep(2 * self._seconds)
        up_reader, up_writer = await asyncio.open_connection(LOOPBACK, self._server.port)
        try:
            await asyncio.gather(self._forward(reader, up_writer), self._forward(up_reader, writer))
        except asyncio.CancelledError:
            pass  # the end, which asyncio would log as the callback's error
        finally:
            for end in (writer, up_writer):
                end.close()

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry the bytes of one direction, each with the line's delay."""
        under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

        async def deliver() -> None:
            with suppress(OSError):
                while True:
                    due, data = await under_way.get()
                    await asyncio.sleep(due - self._loop.time())
                    if not data:
                        writer.write_eof()
                        return
                    writer.write(data)
                    await writer.drain()

        delivering = asyncio.create_task(deliver())
        data = b"?"
        while data:
            data = await reader.read(_PIECE)
            under_way.put_nowait((self._loop.time() + self._seconds, data))
            if self._rate is not None:
                await asyncio.sleep(len(data) / self._rate)
        await delivering
