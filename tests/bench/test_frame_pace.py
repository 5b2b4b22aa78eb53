"""How much one connection may ask for in a second (A3)."""

import pytest

from consumers.rate_limits import CHANGES_BURST, CHANGES_PER_SECOND, RateLimits


def allowed(ask: object, times: int, now: float) -> int:
    assert callable(ask)
    return sum(bool(ask(now)) for _ in range(times))


def test_moves_come_at_three_times_the_pace_asked_for_and_no_faster() -> None:
    pace = RateLimits(0.0)
    assert allowed(pace.moves.take, 1_000, 0.0) == 30
    assert allowed(pace.moves.take, 1_000, 0.5) == 15
    assert allowed(pace.moves.take, 1_000, 60.0) == 30


def test_other_frames_have_a_budget_of_their_own() -> None:
    pace = RateLimits(0.0)
    assert allowed(pace.may_ask, 1_000, 0.0) == 60
    assert allowed(pace.may_ask, 1_000, 1.0) == 20
    assert allowed(pace.moves.take, 1_000, 1.0) == 30


def test_changes_beyond_the_burst_wait_for_their_turn() -> None:
    pace = RateLimits(0.0)
    waits = [pace.change_wait(0.0) for _ in range(int(CHANGES_BURST) + 3)]
    assert waits[: int(CHANGES_BURST)] == [0.0] * int(CHANGES_BURST)
    apart = 1 / CHANGES_PER_SECOND
    assert waits[int(CHANGES_BURST) :] == [pytest.approx(n * apart) for n in (1, 2, 3)]
    # Once they have had their turns there is room for one more each tenth of a second.
    assert pace.change_wait(0.3) == pytest.approx(apart)
    assert pace.change_wait(10.0) == 0.0


def test_three_hundred_too_many_end_the_connection() -> None:
    pace = RateLimits(0.0)
    assert [pace.flooding(0.0) for _ in range(301)] == [False] * 300 + [True]
    assert not pace.flooding(0.2)
    assert pace.flooding(0.2)


def test_it_is_said_once_a_second() -> None:
    pace = RateLimits(0.0)
    told = [pace.warn(now) for now in (0.0, 0.1, 0.99, 1.0, 1.5, 2.0, 2.1)]
    assert told == [True, False, False, True, False, True, False]
