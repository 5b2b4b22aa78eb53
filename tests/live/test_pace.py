"""The pace of a broadcast follows what its ticks cost and what its clients can take (F4)."""

from __future__ import annotations

import pytest

from mapapp.live.fanout.pace import TickPace

LEAST = 0.010


def settled(*, work: float = 0.0, size: int = 0, budget: int | None = None) -> float:
    pace = TickPace(lambda: LEAST, budget)
    for _ in range(100):
        pace.measured(work=work, size=size)
    return pace.interval()


def test_without_work_it_keeps_to_the_process() -> None:
    least = [LEAST]
    pace = TickPace(lambda: least[0])
    pace.measured(work=0.0, size=500)
    assert pace.interval() == LEAST
    least[0] = 0.3
    assert pace.interval() == 0.3, "at once"


def test_ticks_take_at_most_half_of_the_time_up_to_a_bound() -> None:
    assert settled(work=0.1) == pytest.approx(0.2)
    assert settled(work=100.0) == 1.0


def test_a_phone_gets_no_more_than_its_budget_headers_included() -> None:
    assert settled(size=5_920, budget=24_000) == 0.25
    # Beyond half a second it gets some of the moves instead (see Broadcast).
    assert settled(size=60_000, budget=24_000) == 0.5
    assert settled(size=0, budget=1) == LEAST, "nothing was sent"


def test_the_pace_slackens_at_once_and_quickens_step_by_step() -> None:
    pace = TickPace(lambda: LEAST)

    def tick(work: float) -> float:
        pace.measured(work=work, size=0)
        return pace.interval()

    rush = [tick(0.25) for _ in range(20)]
    assert rush == sorted(rush)
    assert rush[-1] == pytest.approx(0.5, rel=0.01)
    calm = [tick(0.0) for _ in range(20)]
    assert calm == sorted(calm, reverse=True)
    assert 0.2 < calm[0] < rush[-1]
    assert calm[-1] == LEAST


def test_one_hiccup_and_a_small_difference_change_little_and_nothing_for_good() -> None:
    pace = TickPace(lambda: LEAST)
    for _ in range(50):
        pace.measured(work=0.05, size=0)
    assert pace.interval() == pytest.approx(0.1)
    pace.measured(work=0.1, size=0)
    assert pace.interval() < 0.15
    before = pace.interval()
    pace.measured(work=0.05, size=0)
    assert 0.9 * before < pace.interval() < before
    for _ in range(100):
        pace.measured(work=0.05, size=0)
    assert pace.interval() == pytest.approx(0.1, rel=0.01), "nothing of it stays"
