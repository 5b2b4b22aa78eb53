"""When a tick comes: at once after a quiet time, at its pace, and again after a fault."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mapapp.live.fanout.ticker import Ticker
from tests.live.simulation import VirtualLoop

INTERVAL = 0.1


class Ticks:
    """A ticker in virtual time, and when it ticked."""

    def __init__(self, loop: VirtualLoop) -> None:
        self.loop = loop
        self.at: list[float] = []
        self.fails = False

        async def make() -> Ticker:
            return Ticker(self._tick, lambda: INTERVAL)

        self.ticker = loop.run(make())

    def _tick(self) -> None:
        self.at.append(round(self.loop.now, 3))
        if self.fails:
            raise RuntimeError("a fault of ours")

    def poke(self, *delays: float) -> None:
        """Poke in one moment: without a delay, or once with each of these."""

        async def poke() -> None:
            if not delays:
                self.ticker.poke()
            for delay in delays:
                self.ticker.poke(delay)

        self.loop.run(poke())


@pytest.fixture
def ticks() -> Iterator[Ticks]:
    loop = VirtualLoop()
    yield Ticks(loop)
    loop.finish()


def test_after_a_quiet_time_it_ticks_at_once_and_then_at_its_pace(ticks: Ticks) -> None:
    ticks.poke()
    ticks.loop.pass_time(0.01)
    for _ in range(3):
        ticks.poke()
    ticks.loop.pass_time(1.0)
    assert ticks.at == [0.0, INTERVAL]


def test_what_can_wait_waits_and_what_cannot_brings_it_along(ticks: Ticks) -> None:
    ticks.poke(0.5)
    ticks.loop.pass_time(0.2)
    ticks.poke(0.5)  # it comes soon enough
    ticks.loop.pass_time(0.2)
    assert ticks.at == []
    ticks.poke(0.0, 0.5, 0.0)
    ticks.loop.pass_time(1.0)
    assert ticks.at == [0.4]


def test_a_patient_poke_comes_in_its_time(ticks: Ticks) -> None:
    ticks.poke(0.5)
    ticks.loop.pass_time(1.0)
    assert ticks.at == [0.5]


def test_a_stopped_one_ticks_no_more(ticks: Ticks) -> None:
    ticks.poke(0.2)
    ticks.ticker.stop()
    ticks.ticker.stop()
    ticks.loop.pass_time(1.0)
    assert ticks.at == []


def test_a_tick_that_fails_is_said_once_and_followed_by_the_next(
    ticks: Ticks, caplog: pytest.LogCaptureFixture
) -> None:
    def said() -> int:
        return sum(record.message == "A tick failed" for record in caplog.records)

    ticks.fails = True
    for _ in range(3):
        ticks.poke()
        ticks.loop.pass_time(1.0)
    assert (len(ticks.at), said()) == (3, 1)
    ticks.fails = False
    ticks.poke()
    ticks.loop.pass_time(1.0)
    ticks.fails = True
    ticks.poke()
    ticks.loop.pass_time(1.0)
    assert (len(ticks.at), said()) == (5, 2)
