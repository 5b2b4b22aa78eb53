"""Many people who all drag markers at the same time, for a page to show."""

from __future__ import annotations

import asyncio
import json
import math
import threading
import uuid
from types import TracebackType
from typing import Any, Self

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

# Within what a server takes from one connection: 40 changes at once, 30 moves a second.
MARKERS_EACH = 15
MOVES_PER_SECOND = 28


class Crowd:
    """Puts markers on a shared map and moves all of them in circles while it is entered.

    A thread of its own runs it, because the test waits for its browser meanwhile.
    """

    def __init__(self, url: str, markers: int) -> None:
        self._url = url
        self._people = math.ceil(markers / MARKERS_EACH)
        self._placed = threading.Semaphore(0)
        self._moving = threading.Semaphore(0)
        self._loop = asyncio.new_event_loop()
        self._may_move = asyncio.Event()
        self._life = self._loop.create_task(self._live())
        self._thread = threading.Thread(target=self._run, name="crowd")

    def __enter__(self) -> Self:
        self._thread.start()
        self._wait_for_all(self._placed)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._loop.call_soon_threadsafe(self._life.cancel)
        self._thread.join()
        self._loop.close()

    def move(self) -> None:
        """Begin to move; returns when all of them do."""
        self._loop.call_soon_threadsafe(self._may_move.set)
        self._wait_for_all(self._moving)

    def _wait_for_all(self, semaphore: threading.Semaphore) -> None:
        for _person in range(self._people):
            if not semaphore.acquire(timeout=30):
                raise TimeoutError("the crowd did not get going")

    def _run(self) -> None:
        try:
            self._loop.run_until_complete(self._life)
        except asyncio.CancelledError:
            return

    async def _live(self) -> None:
        async with asyncio.TaskGroup() as group:
            for person in range(self._people):
                group.create_task(self._drag(person))

    async def _drag(self, person: int) -> None:
        async with connect(self._url, subprotocols=[Subprotocol("map.v1")]) as socket:
            hello = {"t": "hello", "as": "participant", "client": str(uuid.uuid4())}
            await socket.send(json.dumps(hello))
            homes = [self._home(person, index) for index in range(MARKERS_EACH)]
            numbers = [
                (await self._change(socket, op, {"t": "add", "lat": lat, "lng": lng}))["marker"]
                for op, (lat, lng) in enumerate(homes, start=1)
            ]
            self._placed.release()
            reading = asyncio.create_task(self._read(socket, until=self._may_move))
            try:
                await self._may_move.wait()
                await reading
            finally:
                reading.cancel()
            grabs = [
                (await self._change(socket, 100 + number, {"t": "grab", "marker": number}))["rev"]
                for number in numbers
            ]
            self._moving.release()
            reading = asyncio.create_task(self._read(socket))
            try:
                await self._circle(socket, homes, numbers, grabs)
            finally:
                reading.cancel()

    def _home(self, person: int, index: int) -> tuple[float, float]:
        return -50 + 100 * index / MARKERS_EACH, -160 + 320 * person / self._people

    async def _circle(
        self,
        socket: ClientConnection,
        homes: list[tuple[float, float]],
        numbers: list[int],
        grabs: list[int],
    ) -> None:
        step = 0
        while True:
            at = step % len(numbers)
            angle = step / len(numbers) * 0.7
            lat, lng = homes[at]
            place = {"lat": lat + 6 * math.sin(angle), "lng": lng + 6 * math.cos(angle)}
            move = {"t": "move", "marker": numbers[at], "grab": grabs[at], **place}
            await socket.send(json.dumps(move))
            await asyncio.sleep(1 / MOVES_PER_SECOND)
            step += 1

    async def _change(
        self, socket: ClientConnection, op: int, change: dict[str, Any]
    ) -> dict[str, Any]:
        await socket.send(json.dumps({"op": op, **change}))
        while True:
            answer: dict[str, Any] = json.loads(await socket.recv())
            if answer.get("op") == op:
                if answer["t"] != "ack":
                    raise RuntimeError(f"{change} was answered {answer}")
                return answer

    async def _read(self, socket: ClientConnection, until: asyncio.Event | None = None) -> None:
        """Take what comes, because whoever does not is sent away."""
        while until is None or not until.is_set():
            try:
                async with asyncio.timeout(0.2):
                    await socket.recv()
            except TimeoutError:
                continue
