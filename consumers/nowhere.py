"""The answer to a socket on an unknown path."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from consumers.links import Send
from mapapp.protocol.codes import Close


async def nowhere(scope: Mapping[str, Any], receive: Any, send: Send) -> None:
    """Accept, then close with "no such room": a refused handshake carries no close code."""
    await receive()
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.close", "code": int(Close.NO_ROOM)})
