"""A bot that places a marker and draws circles with it. Copy it and make it yours.

It was written from docs/PROTOCOL.md alone and does what that document asks of a
client: it sends a change again until it is answered, and resumes a lost connection.

    python -m bench.bot ws://127.0.0.1:8000/ws/314159
"""

import asyncio
import json
import math
import random
import sys
import uuid
from contextlib import suppress
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.typing import Subprotocol

Frame = dict[str, Any]
# Close codes: do not come back.
STOP = {1000, 1007, 1009, 4400, 4403, 4404, 4405, 4406, 4409, 4410, 4411, 4412, 4421}
LATER = {"unavailable", "too_many_unanswered"}  # no answer yet: the same op again
ANSWERS = ("ack", "refused", "error")
STEPS = 60  # of a circle


class Bot:
    def __init__(self, url: str) -> None:
        self.url = url
        # Our identity, and later the state we have: all it takes to resume.
        self.hello: Frame = {"t": "hello", "as": "participant", "client": str(uuid.uuid4())}
        self.lat, self.lng = random.uniform(-50, 60), random.uniform(-150, 150)
        self.marker: int | None = None
        self.unanswered: Frame | None = None
        self.op = self.failures = 0
        self.retry_s, self.pace_s = 0.0, 0.1

    async def run(self) -> int:
        """Stay until the server says not to come back; return the close code."""
        while True:
            code = 1006  # the line just ended, or there was none
            try:
                async with connect(self.url, subprotocols=[Subprotocol("map.v1")]) as socket:
                    await self.visit(socket)
            except ConnectionClosed as closed:
                code = closed.rcvd.code if closed.rcvd else code
            except (OSError, InvalidHandshake):
                pass
            if code in STOP:
                return code
            if code == 4401:
                self.hello.pop("token", None)
            backoff_s = random.uniform(0, min(20, 0.5 * 2**self.failures))
            await asyncio.sleep(self.retry_s or backoff_s)
            self.failures, self.retry_s = self.failures + 1, 0.0

    async def visit(self, socket: ClientConnection) -> None:
        """One connection, from hello until it closes."""
        await socket.send(json.dumps(self.hello))
        welcome = await self.hear(socket, "welcome")
        self.hello["token"], self.failures = welcome["token"], 0
        self.pace_s = 1 / welcome["limits"]["moves_per_second"]
        if self.unanswered:
            await self.change(socket, **self.unanswered)
        while True:
            if self.marker is None:
                await self.change(socket, t="add", lat=self.lat, lng=self.lng)
            if self.marker is not None:
                await self.circle(socket, self.marker)
            await self.listen(socket, random.uniform(0.5, 3))

    async def circle(self, socket: ClientConnection, marker: int) -> None:
        grab = await self.change(socket, t="grab", marker=marker)
        if grab["t"] != "ack":
            return
        frame: Frame = {"marker": marker, "grab": grab["rev"]}
        for step in range(STEPS):
            angle = math.tau * step / STEPS
            frame["lat"] = self.lat + 5 * math.sin(angle)
            frame["lng"] = self.lng + 5 * math.cos(angle)
            await socket.send(json.dumps({"t": "move", **frame}))
            await self.listen(socket, self.pace_s)
        await self.change(socket, t="drop", **frame)

    async def change(self, socket: ClientConnection, **frame: Any) -> Frame:
        """Send a change until it is answered; return the answer."""
        if "op" not in frame:
            self.op += 1
            frame["op"] = self.op
        self.unanswered = frame
        while True:
            await socket.send(json.dumps(frame))
            while (answer := await self.hear(socket, *ANSWERS)).get("op") != frame["op"]:
                pass  # about something else, such as slow_down
            if answer.get("code") not in LATER:
                break
            await self.listen(socket, 3)
        self.unanswered = None
        if answer["t"] == "ack":
            self.marker = answer.get("marker", self.marker)
        elif answer["code"] == "no_marker":
            self.marker = None
        return answer

    async def hear(self, socket: ClientConnection, *types: str) -> Frame:
        """Read frames until one of these types arrives; return that."""
        while True:
            frame: Frame = json.loads(await socket.recv())
            if frame["t"] in ("snapshot", "tick"):
                self.hello |= {key: frame[key] for key in ("epoch", "rev") if key in frame}
            if frame["t"] == "pace":
                self.pace_s = 1 / frame["moves_per_second"]
            if frame["t"] == "bye":
                self.retry_s = frame.get("retry_ms", 0) / 1000
            if frame["t"] in types:
                return frame

    async def listen(self, socket: ClientConnection, seconds: float) -> None:
        """Read frames for this many seconds: a client that does not read is disconnected."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.hear(socket)


if __name__ == "__main__":
    print("closed with", asyncio.run(Bot(sys.argv[1]).run()))
