"""The pace follows the load (F4)."""

from __future__ import annotations

from mapapp.live.pace import FEWEST_MOVES, MOST_MOVES, Pace, moves_per_second


def settled(
    *, people: int, work: float = 0.0, late: float = 0.0, size: int = 0, budget: int | None = None
) -> float:
    pace = Pace(budget)
    for _ in range(100):
        pace.measured(people=people, work=work, late=late, size=size)
    return pace.interval()


def test_small_rooms_feel_immediate_and_large_ones_tick_ten_times_a_second() -> None:
    assert settled(people=10) == 0.010
    assert settled(people=100) == 0.050
    assert settled(people=200) == settled(people=5_000) == 0.100


def test_ticks_take_at_most_a_quarter_of_the_time() -> None:
    assert settled(people=1_000, work=0.05) == 0.2


def test_a_process_without_time_ticks_slower_up_to_a_bound() -> None:
    assert settled(people=10, late=1.0) > 0.5
    assert settled(people=10, late=100.0) == 2.0


def test_a_phone_gets_no_more_than_its_budget() -> None:
    assert settled(people=300, size=6_000, budget=24_000) == 0.25
    # Beyond half a second it gets some of the moves instead (see Tier).
    assert settled(people=300, size=60_000, budget=24_000) == 0.5


def test_the_pace_slackens_at_once_and_quickens_slowly() -> None:
    pace = Pace()
    pace.measured(people=10, work=0.1, late=0.0, size=0)
    assert pace.interval() == 0.4
    pace.measured(people=10, work=0.0, late=0.0, size=0)
    assert 0.3 < pace.interval() < 0.4
    # A small difference is not worth a change.
    pace.measured(people=10, work=0.08, late=0.0, size=0)
    assert 0.3 < pace.interval() < 0.4


def test_a_crowd_of_draggers_is_asked_to_send_less_and_told_only_when_it_matters() -> None:
    assert moves_per_second(300, MOST_MOVES) == MOST_MOVES
    assert moves_per_second(5_000, MOST_MOVES) == 4
    assert moves_per_second(100_000, MOST_MOVES) == FEWEST_MOVES
    assert moves_per_second(4_000, 4) == 4, "one more is not worth a message"
    assert moves_per_second(3_000, 4) == 6
    assert moves_per_second(100, 9) == MOST_MOVES
