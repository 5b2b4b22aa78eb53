"""Commands to a browser and its events, as JSON over one websocket.

The Chrome DevTools Protocol and WebDriver BiDi agree in this much: a command
has an `id`, its answer has the same `id` and a `result` or an `error`, and what
has no `id` is an event.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from websockets.sync.client import ClientConnection, connect

Event = dict[str, Any]

# How long a browser may take for one command, in seconds: the machine may be busy.
PATIENCE = 60


class BrowserError(Exception):
    """The browser said no; for instance because the page that was asked has gone."""


class Line:
    """A line to one browser. Events are told while a command waits for its answer."""

    def __init__(self, url: str, on_event: Callable[[Event], None]) -> None:
        self._open = ExitStack()
        self._socket: ClientConnection = self._open.enter_context(
            connect(url, max_size=None, compression=None)
        )
        self._on_event = on_event
        self._last = 0

    def command(self, method: str, params: dict[str, Any] | None = None) -> dict[str, Any]:
        """Send one command and return its result.

        Raises BrowserError if the browser refuses, TimeoutError if it stays silent.
        """
        self._last += 1
        self._socket.send(json.dumps({"id": self._last, "method": method, "params": params or {}}))
        while True:
            message: dict[str, Any] = json.loads(self._socket.recv(PATIENCE))
            if message.get("id") is None:
                self._on_event(message)
            elif message["id"] == self._last:
                if "error" in message:
                    raise BrowserError(f"{method}: {message.get('message', message['error'])}")
                result: dict[str, Any] = message["result"]
                return result

    def close(self) -> None:
        self._open.close()
