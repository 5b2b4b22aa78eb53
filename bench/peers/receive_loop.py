"""The least that an ASGI application can do with its input: nothing at all."""

from __future__ import annotations

from asgiref.typing import ASGIReceiveCallable, ASGISendCallable, Scope


async def application(scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
    await receive()  # websocket.connect
    await send({"type": "websocket.accept", "subprotocol": None, "headers": []})
    while (await receive())["type"] != "websocket.disconnect":
        pass
