"""Links to a client: the server's own shared-frame send, or the ordinary ASGI send."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from mapapp.live.ports import Link
from mapapp.protocol.framing import Frame
from mapapp.server.extension import SHARED_SEND

Send = Callable[[dict[str, Any]], Awaitable[None]]


def link_for(scope: Mapping[str, Any], send: Send) -> Link:
    """Return the best link that the server offers."""
    extension: Link | None = (scope.get("extensions") or {}).get(SHARED_SEND)
    return extension if extension is not None else AsgiLink(send)


class AsgiLink:
    """A link over any ASGI server's `send`.

    One frame is on its way at a time, and meanwhile the link is not `ready`. So
    if the server's `send` waits for a slow client, only that client's frames
    wait, and they merge instead of piling up.
    """

    def __init__(self, send: Send) -> None:
        self.on_ready: Callable[[], None] = lambda: None
        self.hear: Callable[[bytes], bool] | None = None  # never called: ASGI has no such hook
        self.taken_at = 0.0  # nor does ASGI report this
        self._send = send
        self._queue: deque[dict[str, Any]] = deque()
        self._task: asyncio.Task[None] | None = None
        self._closed = False

    @property
    def ready(self) -> bool:
        return self._task is None

    def send(self, frame: Frame) -> None:
        if frame.binary:
            self._put({"type": "websocket.send", "bytes": frame.payload})
        else:
            self._put({"type": "websocket.send", "text": frame.payload.decode()})

    def limit_waiting(self, size: int) -> None:
        """Do nothing: ASGI gives no access to the bytes that wait in the server."""

    def close(self, code: int, *, abort: bool = False) -> None:
        if abort and self._task is not None:
            # The frame on its way will not arrive: its `send` is cancelled.
            self._queue.clear()
            self._task.cancel()
            self._task = None
        self._put({"type": "websocket.close", "code": int(code)})
        self._closed = True

    def _put(self, message: dict[str, Any]) -> None:
        if self._closed:
            return  # servers treat a send after a close as an error
        self._queue.append(message)
        if self._task is None:
            self._task = asyncio.create_task(self._drain())

    async def _drain(self) -> None:
        try:
            while self._queue:
                await self._send(self._queue.popleft())
        except OSError:
            # The client has gone; the consumer learns of it from its receive.
            self._queue.clear()
        self._task = None
        self.on_ready()
