"""People who fill a map for the screen to draw: real connections to a real server."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from picows import WSMsgType

from bench.crowd import MOVES_PER_SECOND, BadRun, Person, in_turns
from bench.metronome import Metronome

NAMES = ("Ada", "Grace", "Linus", "Tim", "Radia", "Barbara", "Edsger", "Alan", "Margaret", "Ken")
# How far a marker goes in one move at most, in degrees.
STEP = 0.25
# Where they are, in degrees; the last marker that is put goes to the middle of
# a new room's view, so that one pixel tells when all are drawn.
SOUTH, NORTH = -58.0, 72.0
WEST, EAST = -179.0, 179.0


@dataclass(frozen=True)
class Spot:
    """A place on the map, in degrees."""

    lat: float
    lng: float

    @classmethod
    def anywhere(cls) -> Spot:
        return cls(random.uniform(SOUTH, NORTH), random.uniform(WEST, EAST))


CENTRE = Spot(20.0, 10.0)


class Guest(Person):
    """Puts some markers on the map and drags the first of them about."""

    def __init__(self, problems: Counter[str]) -> None:
        super().__init__(problems, "packed")
        self._here = Spot.anywhere()
        self._way = (random.uniform(-STEP, STEP), random.uniform(-STEP, STEP))

    async def put(self, markers: int) -> None:
        """Put this many markers on the map, at least one."""
        self.marker = await self._put(self._here)
        for _ in range(markers - 1):
            await self._put(Spot.anywhere())

    async def put_last(self) -> None:
        """Put one more in the middle."""
        await self._put(CENTRE, colour=0, icon=0)

    def move(self) -> None:
        """Drag the first marker a little on; at the edges it turns round."""
        north, east = self._way
        if not SOUTH < self._here.lat + north < NORTH:
            north = -north
        if not WEST < self._here.lng + east < EAST:
            east = -east
        self._way = (north, east)
        self._here = Spot(self._here.lat + north, self._here.lng + east)
        self._transport.send(
            WSMsgType.TEXT,
            b'{"t":"move","marker":%d,"grab":%d,"lat":%.6f,"lng":%.6f}'
            % (self.marker, self.grab, self._here.lat, self._here.lng),
        )

    async def _put(self, spot: Spot, **look: int) -> int:
        """Return the number of the new marker, which has a label and some colour and shape."""
        answer = await self.change(
            {
                "t": "add",
                "lat": spot.lat,
                "lng": spot.lng,
                "label": f"{random.choice(NAMES)} {random.randrange(1000)}",
                "colour": random.randrange(8),
                "icon": random.randrange(8),
                **look,
            }
        )
        return answer.head.marker


@asynccontextmanager
async def guests(url: str, people: int, markers: int) -> AsyncIterator[list[Guest]]:
    """Let `people` people into the room, with `markers` markers in total.

    Raises `BadRun` in the end if anything was refused or lost.
    """
    problems: Counter[str] = Counter()
    crowd = [Guest(problems) for _ in range(people)]
    each, more = divmod(markers - 1, people)
    try:
        await in_turns(crowd, lambda guest: guest.join(url), at_once=100)
        await asyncio.gather(
            *(guest.put(each + (index < more)) for index, guest in enumerate(crowd))
        )
        await crowd[-1].put_last()
        yield crowd
        # Asked to slow down: this machine was too busy to keep an even pace.
        problems.pop("slow_down", None)
        if problems:
            raise BadRun(f"there was trouble: {dict(problems)}")
    finally:
        for guest in crowd:
            guest.leave()


@asynccontextmanager
async def dragging(crowd: list[Guest]) -> AsyncIterator[Metronome[Guest]]:
    """Meanwhile they all drag at full pace, whatever the server asks for: the page is on trial."""
    await in_turns(crowd, Guest.take, at_once=500)
    metronome = Metronome(crowd, Guest.move, MOVES_PER_SECOND)
    running = asyncio.create_task(metronome.run())
    try:
        yield metronome
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
