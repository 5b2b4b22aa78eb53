"""The session in docs/PROTOCOL.md, played against a real server."""

from __future__ import annotations

import asyncio
import json
from itertools import groupby
from typing import Any
from uuid import uuid4

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from testkit.client import SUBPROTOCOL, Client, create_room
from testkit.server import ServerProcess
from tests.protocol.document import Document, Frame

SESSION = Document.read().section("2. One session").examples()
# What depends on the moment: how many are here, how long to wait.
MOMENTARY = ("people", "screens", "answered", "now", "retry_ms")


class Ada:
    """Sends what the document says, and compares all that comes with it.

    What a server makes up (token, epoch, the friendly name) is replaced by
    the document's words for it; all else must be equal.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._socket: ClientConnection
        self._client = str(uuid4())
        self._words: dict[str, str] = {}  # the server's own, and the document's for them

    def calls(self, theirs: str, ours: str) -> None:
        """Note the document's word for one of the server's own."""
        self._words[theirs] = ours

    async def connect(self) -> None:
        self._socket = await connect(self._url, subprotocols=[SUBPROTOCOL])

    async def lose_the_network(self) -> None:
        self._socket.transport.abort()
        await self._socket.wait_closed()

    async def send(self, frame: Frame) -> None:
        real = {ours: theirs for theirs, ours in self._words.items()}
        if "client" in frame:
            real[frame["client"]] = self._client
        await self._socket.send(json.dumps(_replaced(frame, real)))

    async def expect(self, frames: list[Frame]) -> None:
        """Receive until all of these have come, and nothing else.

        How the server cuts what is new into ticks depends on the moment, so
        ticks are compared by what they come to together.
        """
        wanted, got = _come_to(frames), _come_to([])
        received: list[Frame] = []
        try:
            async with asyncio.timeout(10):
                while wanted != got:
                    received.append(await self._receive(frames))
                    got = _come_to(received)
        except TimeoutError:
            assert got == wanted
            raise

    async def _receive(self, frames: list[Frame]) -> Frame:
        frame: Frame = json.loads(await self._socket.recv())
        if frame["t"] == "welcome":
            shown = next(example for example in frames if example["t"] == "welcome")
            for field in ("token", "epoch", "name"):
                self._words[frame[field]] = shown[field]
        translated: Frame = _replaced(frame, self._words)
        return translated

    async def close_code(self) -> int:
        """Wait for the server to close, and return its code."""
        with pytest.raises(ConnectionClosed):
            await self._socket.recv()
        assert self._socket.close_code is not None
        return self._socket.close_code


def _replaced(value: Any, words: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _replaced(item, words) for key, item in value.items()}
    if isinstance(value, list):
        return [_replaced(item, words) for item in value]
    return words.get(value, value) if isinstance(value, str) else value


def _come_to(frames: list[Frame]) -> Any:
    """What frames say together: all ticks as one, and the others as they are."""
    revision = 0
    changes: list[Frame] = []
    moves: dict[int, tuple[float, float]] = {}
    others: list[Frame] = []
    for frame in frames:
        if frame["t"] != "tick":
            others.append({key: value for key, value in frame.items() if key not in MOMENTARY})
            others[-1]["momentary"] = [key for key in MOMENTARY if key in frame]
            continue
        assert set(frame) - {"people", "screens", "answered"} == {"t", "rev", "changes", "moves"}
        revision = frame["rev"]
        for change in frame["changes"]:
            changes.append(change)
            moves.pop(change.get("marker", 0), None)
        moves |= {number: (lat, lng) for number, lat, lng in frame["moves"]}
    return revision, changes, moves, sorted(others, key=lambda frame: str(frame["t"]))


async def test_the_session_that_is_shown_is_what_a_real_server_does(server: ServerProcess) -> None:
    """Word for word, with a lost connection and a restart of the server (R1, S1)."""
    room = await create_room(server, title="Monday")
    fox = Client(room.at(server), role="host", key=room.host_key)
    async with fox:
        await fox.change("add", lat=59.91273, lng=10.74609, colour=3, label="Oslo")
    # So that the room is opened anew, and the snapshot is of revision 2.
    server.restart()

    ada = Ada(room.at(server))
    ada.calls(fox.name, "Red Fox")
    await ada.connect()
    for sender, examples in groupby(SESSION, key=lambda example: example.sender):
        frames = [example.frame for example in examples]
        if sender == "S":
            if frames[-1]["t"] == "bye":
                *frames, bye = frames
                await ada.expect(frames)
                server.terminate()
                frames = [bye]
            await ada.expect(frames)
            continue
        if "rev" in frames[0]:
            await ada.lose_the_network()
            async with fox:
                await fox.change("lock")
            await ada.connect()
        for frame in frames:
            await ada.send(frame)
    assert await ada.close_code() == 1012
