"""Friendly bots: each is a person who drags their one marker about now and then.

They are ordinary clients that speak docs/PROTOCOL.md.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import math
import random
import sys
import uuid
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.typing import Subprotocol

from mapapp.protocol import SUBPROTOCOL
from mapapp.protocol.codes import STOP

# Where they come from: name, latitude and longitude in degrees.
CITIES = (
    ("Amsterdam", 52.373, 4.893), ("Athens", 37.984, 23.728), ("Auckland", -36.848, 174.763),
    ("Bangkok", 13.756, 100.502), ("Barcelona", 41.387, 2.170), ("Berlin", 52.520, 13.405),
    ("Bogotá", 4.711, -74.072), ("Buenos Aires", -34.604, -58.382), ("Cairo", 30.044, 31.236),
    ("Cape Town", -33.925, 18.424), ("Chicago", 41.878, -87.630), ("Dakar", 14.693, -17.447),
    ("Delhi", 28.614, 77.209), ("Dublin", 53.350, -6.260), ("Hanoi", 21.028, 105.834),
    ("Helsinki", 60.170, 24.938), ("Istanbul", 41.008, 28.978), ("Jakarta", -6.208, 106.846),
    ("Lagos", 6.524, 3.379), ("Lima", -12.046, -77.043), ("Lisbon", 38.722, -9.139),
    ("London", 51.507, -0.128), ("Mexico City", 19.433, -99.133), ("Montréal", 45.502, -73.567),
    ("Nairobi", -1.292, 36.822), ("New York", 40.713, -74.006), ("Oslo", 59.913, 10.752),
    ("Paris", 48.857, 2.352), ("Prague", 50.075, 14.438), ("Reykjavík", 64.147, -21.943),
    ("Rome", 41.903, 12.496), ("San Francisco", 37.775, -122.419), ("São Paulo", -23.551, -46.633),
    ("Seoul", 37.567, 126.978), ("Singapore", 1.352, 103.820), ("Stockholm", 59.329, 18.069),
    ("Sydney", -33.869, 151.209), ("Tokyo", 35.676, 139.650), ("Vancouver", 49.283, -123.121),
    ("Warsaw", 52.230, 21.012),
)  # fmt: skip

_SUBPROTOCOL = Subprotocol(SUBPROTOCOL)
# A drag takes this many moves, at the rate that the server asks for.
_MOVES_IN_A_DRAG = 25
_PAUSE_SECONDS = (1.0, 8.0)
_RETRY_SECONDS = (0.5, 5.0)

Message = dict[str, Any]


async def run_bots(address: str, count: int) -> None:
    """Run `count` bots in the room at this websocket address until standard input closes."""
    homes = itertools.cycle(random.sample(CITIES, len(CITIES)))
    async with asyncio.TaskGroup() as group:
        bots = [group.create_task(Bot(address, next(homes)).live()) for _ in range(count)]
        await _standard_input_closed()
        for bot in bots:
            bot.cancel()


class Bot:
    """One person in the room, over any number of connections."""

    def __init__(self, address: str, home: tuple[str, float, float]) -> None:
        self._address = address
        self._city, self._lat, self._lng = home
        self._client = str(uuid.uuid4())
        self._ops = itertools.count(1)
        self._token: str | None = None
        self._marker: int | None = None

    async def live(self) -> None:
        """Come, drag, and come back after each lost connection, until told to stop."""
        while True:
            await asyncio.sleep(random.uniform(*_RETRY_SECONDS))
            try:
                async with connect(self._address, subprotocols=[_SUBPROTOCOL]) as socket:
                    await self._visit(socket)
            except ConnectionClosed as closed:
                if closed.rcvd is not None and closed.rcvd.code in STOP:
                    return
            except (OSError, InvalidHandshake, TimeoutError):
                continue

    async def _visit(self, socket: ClientConnection) -> None:
        hello: Message = {"t": "hello", "as": "participant", "client": self._client}
        if self._token:
            hello["token"] = self._token
        await _send(socket, hello)
        welcome = await self._next(socket, "welcome")
        self._token = welcome["token"]
        pace = 1 / welcome["limits"]["moves_per_second"]
        if self._marker is None:
            answer = await self._change(
                socket, {"t": "add", "lat": self._lat, "lng": self._lng, "label": self._city}
            )
            if answer["t"] == "refused":
                return
            self._marker = answer["marker"]
        while True:
            await self._listen(socket, random.uniform(*_PAUSE_SECONDS))
            await self._drag(socket, pace)

    async def _drag(self, socket: ClientConnection, pace: float) -> None:
        """Drag the marker in a soft curve to somewhere around its city."""
        answer = await self._change(socket, {"t": "grab", "marker": self._marker})
        if answer["t"] == "refused":
            return
        marker, grab = self._marker, answer["rev"]
        _name, home_lat, home_lng = next(city for city in CITIES if city[0] == self._city)
        to_lat, to_lng = home_lat + random.gauss(0, 4), home_lng + random.gauss(0, 6)
        from_lat, from_lng, bend = self._lat, self._lng, random.gauss(0, 2)
        for step in range(1, _MOVES_IN_A_DRAG + 1):
            part = step / _MOVES_IN_A_DRAG
            eased = part * part * (3 - 2 * part)
            lat = from_lat + (to_lat - from_lat) * eased + bend * math.sin(math.pi * part)
            self._lat = max(-85.0, min(85.0, lat))
            lng = from_lng + (to_lng - from_lng) * eased
            self._lng = (lng + 180) % 360 - 180
            place = {"lat": round(self._lat, 6), "lng": round(self._lng, 6)}
            await _send(socket, {"t": "move", "marker": marker, "grab": grab, **place})
            await self._listen(socket, pace)
        await self._change(socket, {"t": "drop", "marker": marker, "grab": grab, **place})

    async def _change(self, socket: ClientConnection, change: Message) -> Message:
        """Send a change and return its answer: ack or refused."""
        op = next(self._ops)
        await _send(socket, {**change, "op": op})
        while True:
            answer = await self._next(socket, "ack", "refused", "error")
            if answer.get("op") == op:
                return answer if answer["t"] == "ack" else {**answer, "t": "refused"}

    async def _next(self, socket: ClientConnection, *types: str) -> Message:
        while True:
            message: Message = json.loads(await socket.recv())
            if message["t"] in types:
                return message

    async def _listen(self, socket: ClientConnection, seconds: float) -> None:
        """Read for this many seconds: a client that does not read is closed as lagging."""
        try:
            async with asyncio.timeout(seconds):
                while True:
                    await socket.recv()
        except TimeoutError:
            return


async def _send(socket: ClientConnection, message: Message) -> None:
    await socket.send(json.dumps(message, separators=(",", ":")))


async def _standard_input_closed() -> None:
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while await reader.read(1024):
        pass
