"""A bot that answers each question with a marker and draws circles with it. Copy it and
make it yours.

It was written from docs/PROTOCOL.md alone and does what that document asks of a
client: it sends a change again until it is answered, and resumes a lost connection. It
follows a whole session: other questions, hidden answers, planes, and the times when
nobody answers.

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
        # The current activity, whether it takes answers, and how large its circles are.
        self.activity, self.is_open, self.degrees = 0, False, 5.0
        self.person: int | None = None
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
        self.person = welcome["person"]
        if self.unanswered:
            await self.change(socket, **self.unanswered)
        while True:
            if self.is_open and self.marker is None:
                await self.change(socket, t="add", lat=self.lat, lng=self.lng)
            if self.is_open and self.marker is not None:
                await self.circle(socket, self.marker)
            await self.listen(socket, random.uniform(0.5, 3))

    async def circle(self, socket: ClientConnection, marker: int) -> None:
        grab = await self.change(socket, t="grab", marker=marker)
        if grab["t"] != "ack":
            return
        frame: Frame = {"marker": marker, "grab": grab["rev"], "lat": self.lat, "lng": self.lng}
        for step in range(STEPS):
            if marker != self.marker or not self.is_open:
                return  # the hold has ended with the question's answers
            angle = math.tau * step / STEPS
            frame["lat"] = self.lat + self.degrees * math.sin(angle)
            frame["lng"] = self.lng + self.degrees * math.cos(angle)
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
            self.person = answer["person"]
        elif answer["code"] == "no_marker":
            self.marker = None
        return answer

    async def hear(self, socket: ClientConnection, *types: str) -> Frame:
        """Read frames until one of these types arrives; return that."""
        while True:
            frame: Frame = json.loads(await socket.recv())
            if frame["t"] in ("snapshot", "tick", "welcome", "mine"):
                self.follow(frame)
            if frame["t"] in ("snapshot", "tick"):
                self.hello |= {key: frame[key] for key in ("epoch", "rev") if key in frame}
            if frame["t"] == "pace":
                self.pace_s = 1 / frame["moves_per_second"]
            if frame["t"] == "bye":
                self.retry_s = frame.get("retry_ms", 0) / 1000
            if frame["t"] in types:
                return frame

    def follow(self, frame: Frame) -> None:
        """Note which question is asked, whether it can be answered, and which marker is ours."""
        if frame["t"] == "snapshot":
            if frame["activity"] != self.activity:
                self.activity, self.marker = frame["activity"], None
                self.somewhere(frame["surface"])
            self.is_open = frame["phase"] == "open"
            if not frame["hidden"]:
                own = [m[0] for m in frame["markers"] if m[3] == self.person is not None]
                self.marker = own[0] if own else None
        elif frame["t"] == "tick":
            for change in frame["changes"]:
                if change["kind"] in ("stage", "lock", "unlock", "close"):
                    self.is_open = change.get("stage") == "answer" or change["kind"] == "unlock"
        elif mine := frame.get("mine") or frame.get("markers"):
            self.marker = mine[0][0]

    def somewhere(self, surface: Frame) -> None:
        """Choose where to draw: anywhere in the world, or on the square of a plane."""
        plane = surface["kind"] == "plane"
        self.degrees = 0.2 if plane else 5.0
        north, east = (0.8, 0.8) if plane else (60, 150)
        self.lat, self.lng = random.uniform(-north, north), random.uniform(-east, east)

    async def listen(self, socket: ClientConnection, seconds: float) -> None:
        """Read frames for this many seconds: a client that does not read is disconnected."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.hear(socket)


if __name__ == "__main__":
    print("closed with", asyncio.run(Bot(sys.argv[1]).run()))
