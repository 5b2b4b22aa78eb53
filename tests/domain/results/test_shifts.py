from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapapp.domain.results.compass import Direction
from mapapp.domain.results.shifts import second_round, shift
from mapapp.domain.results.sphere import Position, destination, distance_m

anywhere = st.tuples(st.floats(-90, 90), st.floats(-180, 180))
DEVENTER = (52.255, 6.164)


@given(anywhere, st.floats(0, 359), st.floats(10, 1_000_000))
def test_a_shift_leads_from_before_to_after(
    before: Position, towards: float, metres: float
) -> None:
    after = destination(before, towards, metres)
    way = shift(before, after)
    assert way.bearing is not None
    assert way.distance_m == pytest.approx(metres, abs=0.1)
    assert distance_m(destination(before, way.bearing, way.distance_m), after) < 1


def test_who_stays_has_no_direction() -> None:
    way = shift(DEVENTER, DEVENTER)
    assert (way.bearing, way.direction) == (None, None)


@pytest.mark.parametrize("centre", [DEVENTER, (-17.0, 179.99), (0.0, 0.0)])
def test_a_room_that_goes_one_way_has_moved_that_way(centre: Position) -> None:
    before = {n: destination(centre, 36.0 * n, 20_000) for n in range(10)}
    after = {n: destination(position, 135, 38_000) for n, position in before.items()}
    result = second_round(before, after)
    assert result is not None
    assert result.mean.distance_m == pytest.approx(38_000, rel=0.01)
    assert result.mean.direction is Direction.SOUTH_EAST
    assert (result.people, result.moved) == (10, 10)


def test_around_a_pole_ways_that_part_cancel_out() -> None:
    """All walk "south" from the pole, and as a room stay where they were."""
    before = {n: destination((90, 0), 36.0 * n, 20_000) for n in range(10)}
    after = {n: destination((90, 0), 36.0 * n, 70_000) for n in range(10)}
    result = second_round(before, after)
    assert result is not None
    assert result.mean.distance_m < 5
    assert all(way.direction is Direction.SOUTH for way in result.shifts.values())
    assert result.closer == 0


def test_people_who_go_half_way_to_the_middle_came_closer() -> None:
    before = {n: destination(DEVENTER, 36.0 * n, 50_000) for n in range(10)}
    after = {n: destination(DEVENTER, 36.0 * n, 25_000) for n in range(8)}
    after |= {8: before[8], 9: destination(DEVENTER, 36.0 * 9, 90_000)}
    result = second_round(before, after)
    assert result is not None
    assert (result.moved, result.closer) == (9, 8)


def test_only_who_is_in_both_rounds_counts() -> None:
    result = second_round({1: DEVENTER, 2: (0.0, 0.0)}, {2: (0.0, 1.0), 3: DEVENTER})
    assert result is not None
    assert set(result.shifts) == {2}
    assert result.mean.direction is Direction.EAST
    assert second_round({1: DEVENTER}, {2: DEVENTER}) is None


@given(st.dictionaries(st.integers(1, 9), anywhere, min_size=1))
def test_who_stays_changes_nothing(before: dict[int, Position]) -> None:
    result = second_round(before, before)
    assert result is not None
    assert (result.moved, result.closer, result.mean.bearing) == (0, 0, None)


@given(
    st.dictionaries(st.integers(1, 9), anywhere, min_size=1),
    st.dictionaries(st.integers(1, 9), anywhere, min_size=1),
)
def test_a_room_cannot_move_farther_than_its_people(
    before: dict[int, Position], after: dict[int, Position]
) -> None:
    result = second_round(before, after)
    if result is not None:
        ways = [way.distance_m for way in result.shifts.values()]
        assert result.mean.distance_m <= sum(ways) / len(ways) + 0.01
        assert 0 <= result.closer <= result.people == len(ways)
