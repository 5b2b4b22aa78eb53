"""The pace follows the load (F4)."""

from __future__ import annotations

import pytest

from mapapp.live.fanout.pace import FEWEST_MOVES, MOST_MOVES, TickPace, moves_per_second


def settled(
    *, people: int, work: float = 0.0, late: float = 0.0, size: int = 0, budget: int | None = None
) -> float:
    pace = TickPace(budget)
    for _ in range(100):
        pace.measured(people=people, work=work, late=late, size=size)
    return pace.interval()


def test_small_rooms_feel_immediate_and_large_ones_tick_ten_times_a_second() -> None:
    assert settled(people=10) == 0.010
    assert settled(people=100) == 0.050
    assert settled(people=200) == settled(people=5_000) == 0.100


def test_ticks_take_at_most_two_fifths_of_the_time() -> None:
    assert settled(people=1_000, work=0.08) == pytest.approx(0.2)


def test_a_process_without_time_ticks_slower_up_to_a_bound() -> None:
    assert settled(people=10, late=0.4) > 0.5
    assert settled(people=10, late=100.0) == 1.0


def test_a_phone_gets_no_more_than_its_budget() -> None:
    assert settled(people=300, size=6_000, budget=24_000) == 0.25
    # Beyond half a second it gets some of the moves instead (see Broadcast).
    assert settled(people=300, size=60_000, budget=24_000) == 0.5


def test_the_pace_slackens_at_once_and_quickens_step_by_step() -> None:
    pace = TickPace()

    def tick(work: float) -> float:
        pace.measured(people=10, work=work, late=0.0, size=0)
        return pace.interval()

    rush = [tick(0.2) for _ in range(20)]
    assert rush == sorted(rush)
    assert rush[-1] == pytest.approx(0.5, rel=0.01)
    calm = [tick(0.0) for _ in range(20)]
    assert calm == sorted(calm, reverse=True)
    assert 0.2 < calm[0] < rush[-1]
    assert calm[-1] == 0.010


def test_one_hiccup_and_a_small_difference_change_little_and_nothing_for_good() -> None:
    pace = TickPace()
    for _ in range(50):
        pace.measured(people=1_000, work=0.04, late=0.0, size=0)
    assert pace.interval() == pytest.approx(0.1)
    pace.measured(people=1_000, work=0.1, late=0.0, size=0)
    assert pace.interval() < 0.15
    before = pace.interval()
    pace.measured(people=1_000, work=0.04, late=0.0, size=0)
    assert 0.9 * before < pace.interval() < before
    for _ in range(100):
        pace.measured(people=1_000, work=0.04, late=0.0, size=0)
    assert pace.interval() == pytest.approx(0.1, rel=0.01), "nothing of it stays"


def test_a_crowd_of_draggers_is_asked_to_send_less_and_told_only_when_it_matters() -> None:
    assert moves_per_second(300, MOST_MOVES, 0.0) == MOST_MOVES
    assert moves_per_second(8_000, MOST_MOVES, 0.0) == 5
    assert moves_per_second(100_000, MOST_MOVES, 0.0) == FEWEST_MOVES
    assert moves_per_second(7_000, 4, 0.0) == 4, "one more is not worth a message"
    assert moves_per_second(5_000, 4, 0.0) == 6
    assert moves_per_second(100, 9, 0.0) == MOST_MOVES


def test_a_busy_process_asks_its_crowds_for_less_until_it_is_at_ease() -> None:
    assert moves_per_second(300, MOST_MOVES, 0.95) == 6
    assert moves_per_second(300, 6, 0.95) == 4
    assert moves_per_second(300, FEWEST_MOVES, 1.0) == FEWEST_MOVES
    assert moves_per_second(300, 4, 0.8) == 4
    assert moves_per_second(300, 4, 0.5) == 6
    assert moves_per_second(20, MOST_MOVES, 1.0) == MOST_MOVES, "so few are not what keeps it busy"


def test_the_bounds_of_being_busy_and_at_ease_are_as_told() -> None:
    assert moves_per_second(100, MOST_MOVES, 0.9) == MOST_MOVES, "not above it yet"
    assert moves_per_second(100, MOST_MOVES, 0.901) == 6
    assert moves_per_second(99, MOST_MOVES, 0.901) == MOST_MOVES, "no crowd yet"
    assert moves_per_second(100, 6, 0.701) == 6
    assert moves_per_second(100, 6, 0.7) == 8
    assert moves_per_second(0, MOST_MOVES, 0.0) == MOST_MOVES
