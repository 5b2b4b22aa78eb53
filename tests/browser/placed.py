"""Markers at given places, put there by people without a page."""

from __future__ import annotations

import json
import uuid
from typing import Any

from websockets.sync.client import connect
from websockets.typing import Subprotocol

from testkit.server import ServerProcess
from tests.browser.venue import Room


def place(server: ServerProcess, room: Room, *markers: dict[str, Any]) -> None:
    """Add these markers, with the fields of `add` (docs/PROTOCOL.md), as the host."""
    hello = {"t": "hello", "as": "host", "key": room.host_key, "client": str(uuid.uuid4())}
    url = f"{server.websocket_url}/ws/{room.code}"
    with connect(url, subprotocols=[Subprotocol("map.v1")]) as socket:
        socket.send(json.dumps(hello))
        for op, marker in enumerate(markers, start=1):
            socket.send(json.dumps({"t": "add", "op": op, **marker}))
            while (answer := json.loads(socket.recv(timeout=20))).get("op") != op:
                pass
            assert answer["t"] == "ack", answer
