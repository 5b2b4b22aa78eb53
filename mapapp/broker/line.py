"""A process's line to the broker."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import cast

from mapapp.broker.frames import BadFrame, Cutter, Frame, Verb, packed, unpacked


class Line(asyncio.Protocol):
    """One connection. `take` gets what others publish; `lost` is called when it has ended."""

    def __init__(self, take: Callable[[Frame], None], lost: Callable[[Line], None]) -> None:
        self._take = take
        self._lost = lost
        self.closed = False
        self._cutter = Cutter()
        self._transport: asyncio.WriteTransport
        # Questions without an answer. The broker answers in their order.
        self._asked: deque[asyncio.Future[Frame]] = deque()

    @classmethod
    async def open(
        cls, path: str, take: Callable[[Frame], None], lost: Callable[[Line], None]
    ) -> Line:
        """Connect to the broker that listens at `path`. Raises `OSError`."""
        loop = asyncio.get_running_loop()
        _, line = await loop.create_unix_connection(lambda: cls(take, lost), path)
        return line

    @property
    def waiting(self) -> int:
        """Bytes that the broker has not read."""
        return self._transport.get_write_buffer_size()

    def write(self, frame: Frame) -> None:
        """Send a frame that is not answered. Raises `OSError` if the line has ended."""
        if self.closed:
            raise ConnectionResetError("the broker has gone")
        self._transport.write(packed(frame))

    def ask(self, frame: Frame) -> asyncio.Future[Frame]:
        """Send a frame; the answer, or an `OSError` if the line ends before it comes."""
        self.write(frame)
        answer: asyncio.Future[Frame] = asyncio.get_running_loop().create_future()
        self._asked.append(answer)
        return answer

    def end(self) -> None:
        """Cut the line."""
        self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.WriteTransport", transport)

    def data_received(self, data: bytes) -> None:
        try:
            for found in self._cutter.cut(data):
                frame = unpacked(found)
                if frame.verb is Verb.PUBLISH:
                    self._take(frame)
                elif self._asked and not (answer := self._asked.popleft()).done():
                    answer.set_result(frame)
        except BadFrame:
            self.end()

    def connection_lost(self, error: Exception | None) -> None:
        self.closed = True
        while self._asked:
            if not (answer := self._asked.popleft()).done():
                answer.set_exception(ConnectionResetError("the broker has gone"))
        self._lost(self)
