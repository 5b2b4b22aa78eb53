"""People who drag, place, label and remove as fast as people do, and remember every answer."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from contextlib import suppress

from testkit.client import Client, Closed
from testkit.mirror import Frame

# The longest wait for an answer: the longest outage, and the time after it in which
# everything is sent again.
ANSWER_SECONDS = 150.0
MARKERS_EACH = 3


class Crowd:
    """Clients at work until they are told to stop.

    `seed` decides what each of them does; the timing depends on the answers.
    """

    def __init__(self, clients: Sequence[Client], seed: str, *, pause: float) -> None:
        self.clients = list(clients)
        self._pause = pause
        self._stopping = asyncio.Event()
        self._workers = [
            asyncio.create_task(self._work(client, random.Random(f"{seed}/{index}")))
            for index, client in enumerate(self.clients)
        ]

    @property
    def answered(self) -> int:
        """The number of answers to all of them so far."""
        return sum(len(client.answers) for client in self.clients)

    async def more(self, count: int, seconds: float = 60.0) -> None:
        """Wait until this many more changes have been answered."""
        goal = self.answered + count
        async with asyncio.timeout(seconds):
            while self.answered < goal:
                self.raise_faults()
                await asyncio.sleep(0.02)

    def raise_faults(self) -> None:
        for worker in self._workers:
            if worker.done():
                worker.result()

    async def finish(self, seconds: float) -> None:
        """Stop, and wait until every change has been answered."""
        self._stopping.set()
        async with asyncio.timeout(seconds):
            await asyncio.gather(*self._workers)

    def cancel(self) -> None:
        for worker in self._workers:
            worker.cancel()

    # --- one of them ------------------------------------------------------------

    async def _work(self, client: Client, rng: random.Random) -> None:
        mine: list[int] = []
        count = 0
        while not self._stopping.is_set():
            with suppress(TimeoutError):
                pause = rng.uniform(0, 2 * self._pause)
                await asyncio.wait_for(self._stopping.wait(), pause)
                return
            count += 1
            mine = [marker for marker in mine if marker in client.state.markers] or [
                number
                for number, marker in client.state.markers.items()
                if client.person and marker.owner == client.person
            ]
            try:
                if len(mine) < MARKERS_EACH and (not mine or rng.random() < 0.3):
                    answer = await self._change(
                        client, "add", lat=_lat(rng), lng=_lng(rng), label=f"new {count}"
                    )
                    if answer["t"] == "ack":
                        mine.append(answer["marker"])
                elif mine:
                    await self._do_something(client, rng, rng.choice(mine), count)
            except Closed:
                return  # sent away for good: the scenario knows why

    async def _do_something(
        self, client: Client, rng: random.Random, marker: int, count: int
    ) -> None:
        what = rng.random()
        if what < 0.5:
            await self._drag(client, rng, self._within_reach(client, rng, marker))
        elif what < 0.7:
            await self._change(client, "place", marker=marker, lat=_lat(rng), lng=_lng(rng))
        elif what < 0.95:
            # One field, again and again, without waiting: the last one must stand.
            labels = [f"{count}.{n}" for n in range(rng.randint(1, 4))]
            answers = [await client.submit("edit", marker=marker, label=text) for text in labels]
            for answer in answers:
                await client.wait_for(answer.done, "the answer to an edit", ANSWER_SECONDS)
        elif what < 0.98:
            await self._change(client, "name", name=f"Person {count}")
        else:
            await self._change(client, "remove", marker=marker)

    def _within_reach(self, client: Client, rng: random.Random, own: int) -> int:
        """A marker to act on; where markers are shared, mostly somebody else's."""
        if client.state.rules == "shared" and client.state.markers and rng.random() < 0.7:
            return rng.choice(sorted(client.state.markers)[:10])
        return own

    async def _drag(self, client: Client, rng: random.Random, marker: int) -> None:
        grabbed = await self._change(client, "grab", marker=marker)
        if grabbed["t"] != "ack":
            return
        lat, lng = _lat(rng), _lng(rng)
        for step in range(rng.randint(1, 8)):
            await client.move(marker, grabbed["rev"], lat + step / 8, lng)
            await asyncio.sleep(0.1)
        if rng.random() < 0.9:  # otherwise they never drop it, and the hold ends by itself
            await self._change(client, "drop", marker=marker, grab=grabbed["rev"], lat=lat, lng=lng)

    async def _change(self, client: Client, kind: str, **fields: object) -> Frame:
        answer = await client.submit(kind, **fields)
        await client.wait_for(answer.done, f"the answer to {kind}", ANSWER_SECONDS)
        return answer.result()


def _lat(rng: random.Random) -> float:
    return round(rng.uniform(-80, 80), 6)


def _lng(rng: random.Random) -> float:
    return round(rng.uniform(-170, 170), 6)
