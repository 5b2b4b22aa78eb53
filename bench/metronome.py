"""Calls people at an even pace, and reports when it could not keep up.

What it is late with it makes up for, within bounds; beyond them less is done than was asked.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from bench.ages import Ages, now

T = TypeVar("T")

# Seconds between two checks of who is due: lateness below this means nothing.
LOOK_SECONDS = 0.001
# If it was later or busier than this, the load was lower than stated, and the server
# may well be faster.
LATE_SECONDS = 0.05
BUSY_SHARE = 0.9
# What is made up for at most, and how long it goes on before anything else has its turn: a
# machine that is too busy for the load would otherwise be sent moves and never heard.
MAKE_UP_SECONDS = 0.5
STRETCH_SECONDS = 0.02


class OwnWork:
    """How busy this process, the load generator, has been since this was made."""

    def __init__(self) -> None:
        self._began, self._cpu_began = now(), time.process_time()

    @property
    def share(self) -> float:
        """The share of a core that this process has used."""
        return (time.process_time() - self._cpu_began) / max(now() - self._began, 1e-9)


class Metronome(Generic[T]):
    """Lets each of `people` do something `per_second` times a second.

    Their turns are evenly spread, or, without `evenly`, come at random moments:
    a few people at an even pace would keep in step with the server's ticks.
    """

    def __init__(
        self,
        people: Sequence[T],
        action: Callable[[T], object],
        per_second: float,
        *,
        evenly: bool = True,
    ) -> None:
        self.per_second = per_second  # may be changed at any time
        self._evenly = evenly
        self._people = people
        self._action = action
        self._lateness = Ages()
        self._work = OwnWork()
        self._due = now()

    def reset(self) -> None:
        """Forget how it went so far: the measurement begins, and nothing is made up for in it."""
        self._lateness = Ages()
        self._work = OwnWork()
        self._due = now()

    async def run(self) -> None:
        """Go on until cancelled."""
        self.reset()
        turn = 0
        while True:
            # Every moment of a pause counts, so that one long one is not lost
            # among many short ones.
            self._lateness.add_span(0.0, now() - self._due)
            began = moment = now()
            self._due = max(self._due, began - MAKE_UP_SECONDS)
            while self._due <= moment < began + STRETCH_SECONDS:
                self._action(self._people[turn])
                turn = (turn + 1) % len(self._people)
                pause = 1 / (self.per_second * len(self._people))
                self._due += pause if self._evenly else random.expovariate(1 / pause)
                moment = now()
            await asyncio.sleep(LOOK_SECONDS)

    @property
    def late_seconds(self) -> float:
        """How late it was at worst, but for a hundredth of the time."""
        return self._lateness.percentiles(0.99)[0]

    @property
    def busy_share(self) -> float:
        """The share of a core that this process has used."""
        return self._work.share

    @property
    def was_bottleneck(self) -> bool:
        return self.late_seconds > LATE_SECONDS or self.busy_share > BUSY_SHARE
