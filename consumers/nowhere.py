"""What answers a socket on a path that is none of ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from consumers.links import Send
from mapapp.protocol.codes import Close


async def nowhere(scope: Mapping[str, Any], receive: Any, send: Send) -> None:
    """Accept and close with "no such room", because a refusal loses the code."""
    await receive()
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.close", "code": int(Close.NO_ROOM)})
