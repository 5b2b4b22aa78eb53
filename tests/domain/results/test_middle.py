from __future__ import annotations

import random
from math import pi

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapapp.domain.results.middle import ELLIPSE_PEOPLE, Middle, middle
from mapapp.domain.results.sphere import EARTH_RADIUS_M, Position, destination, distance_m

anywhere = st.tuples(st.floats(-90, 90), st.floats(-180, 180))
ways = st.tuples(st.floats(0, 360), st.floats(0, 2_000_000))
NORTH_POLE, DATE_LINE = (90.0, 0.0), (-17.0, 179.9)


def total_m(here: Position, positions: list[Position]) -> float:
    return sum(distance_m(here, position) for position in positions)


def found(positions: list[Position]) -> Middle:
    result = middle(positions)
    assert result is not None
    return result


def test_nobody_has_no_middle() -> None:
    assert middle([]) is None


@given(anywhere, st.integers(1, 9))
def test_equal_positions_are_their_own_middle(position: Position, people: int) -> None:
    result = found([position] * people)
    assert distance_m(result.position, position) < 0.01
    assert result.people == people
    assert result.radius_m == pytest.approx(0, abs=0.01)


@given(anywhere, st.floats(0, 359), st.floats(0, 15_000_000))
def test_the_middle_of_two_is_halfway_between_them(
    start: Position, towards: float, metres: float
) -> None:
    end = destination(start, towards, metres)
    result = found([start, end])
    assert distance_m(result.position, start) == pytest.approx(metres / 2, abs=1)
    assert distance_m(result.position, end) == pytest.approx(metres / 2, abs=1)


@given(anywhere)
def test_antipodes_have_a_middle_all_the_same(position: Position) -> None:
    """Any position between them has the same sum of distances."""
    other = (-position[0], position[1] - 180 if position[1] > 0 else position[1] + 180)
    result = found([position, other])
    assert total_m(result.position, [position, other]) == pytest.approx(pi * EARTH_RADIUS_M, abs=1)


@given(anywhere, st.lists(ways, min_size=1, max_size=12), st.randoms())
def test_no_position_has_a_smaller_sum_of_distances(
    centre: Position, reach: list[tuple[float, float]], chance: random.Random
) -> None:
    """Wherever on Earth they are: at the poles and across the antimeridian, too."""
    positions = [destination(centre, towards, metres) for towards, metres in reach]
    here = found(positions).position
    least = total_m(here, positions)
    for metres in (1, 1_000, 100_000):
        beside = destination(here, chance.uniform(0, 360), metres)
        assert total_m(beside, positions) >= least - 0.01
    for position in positions:
        assert total_m(position, positions) >= least - 0.01


@given(st.lists(anywhere, min_size=1, max_size=12), st.randoms())
def test_with_people_all_over_the_world_no_position_of_theirs_is_better(
    positions: list[Position], chance: random.Random
) -> None:
    result = found(positions)
    least = total_m(result.position, positions)
    assert all(total_m(position, positions) >= least - 0.01 for position in positions)
    chance.shuffle(positions)
    assert found(positions) == result, "the order makes no difference"


def test_who_outweighs_all_around_them_is_not_the_middle_if_others_are_nearer_to_all() -> None:
    positions: list[Position] = [(0.0, 0.0)] * 3 + [(0.0, 17.0)] * 4
    positions += [(0.0, -164.0), (7.0, 15.0), (8.0, 2.0), (-8.0, 7.0), (-78.0, 0.0)]
    least = total_m(found(positions).position, positions)
    assert all(total_m(position, positions) >= least - 0.01 for position in positions)


@pytest.mark.parametrize("centre", [NORTH_POLE, (-90.0, 45.0), DATE_LINE, (0.0, 0.0)])
def test_a_ring_of_people_has_its_middle_in_the_middle(centre: Position) -> None:
    ring = [destination(centre, towards, 300_000) for towards in range(0, 360, 45)]
    result = found(ring)
    assert distance_m(result.position, centre) < 1
    assert result.radius_m == pytest.approx(300_000, abs=1)
    assert result.ellipse is not None
    assert result.ellipse.major_m == pytest.approx(300_000, rel=1e-3)


def test_the_antimeridian_is_no_border() -> None:
    result = found([(-18.0, 179.0), (-18.0, -179.0), (-17.0, 180.0)])
    assert abs(result.position[1]) > 179


def test_a_few_far_away_do_not_carry_the_middle_off() -> None:
    class_room = [destination((52.25, 6.16), 36.0 * n, 1_000.0 * n) for n in range(10)]
    jokers = [(-89.0, 0.0), (-88.0, 10.0), (64.0, -180.0)]
    assert distance_m(found(class_room + jokers).position, (52.25, 6.16)) < 10_000


@given(anywhere, st.lists(ways, min_size=1, max_size=15))
def test_the_radius_holds_half_and_not_many_more(
    centre: Position, reach: list[tuple[float, float]]
) -> None:
    positions = [destination(centre, towards, metres) for towards, metres in reach]
    result = found(positions)
    distances = [distance_m(result.position, position) for position in positions]
    half = (len(positions) + 1) // 2
    assert sum(d <= result.radius_m + 0.01 for d in distances) >= half
    assert sum(d < result.radius_m - 0.01 for d in distances) < half


def test_an_ellipse_is_hidden_below_five_people() -> None:
    people = [destination((10, 10), 70.0 * n, 5_000) for n in range(ELLIPSE_PEOPLE)]
    assert found(people[:-1]).ellipse is None
    assert found(people).ellipse is not None


@given(
    st.sampled_from([(47.0, 8.0), DATE_LINE, (84.0, -20.0)]),
    st.floats(0, 179),
    st.integers(0, 1_000),
)
def test_an_ellipse_lies_along_the_people(centre: Position, towards: float, seed: int) -> None:
    """Also when a third of them are somewhere else altogether."""
    chance = random.Random(seed)
    people = []
    for _ in range(100):
        along = destination(centre, towards, chance.gauss(0, 40_000))
        people.append(destination(along, towards + 90, chance.gauss(0, 4_000)))
    people += [destination(centre, chance.uniform(0, 360), 2_000_000) for _ in range(30)]
    result = found(people)
    assert result.ellipse is not None
    assert result.ellipse.minor_m < result.ellipse.major_m / 2
    # Near a pole the bearing of the same line differs with the longitude.
    if abs(centre[0]) < 60:
        assert abs((result.ellipse.bearing - towards + 90) % 180 - 90) < 15


@given(anywhere, st.lists(ways, min_size=ELLIPSE_PEOPLE, max_size=15))
def test_an_ellipse_is_finite_whatever_the_people_do(
    centre: Position, reach: list[tuple[float, float]]
) -> None:
    """On a line, or nearly all in one place, as well."""
    positions = [destination(centre, towards, metres) for towards, metres in reach]
    ellipse = found(positions).ellipse
    assert ellipse is not None
    assert 0 <= ellipse.minor_m <= ellipse.major_m <= pi * EARTH_RADIUS_M * 4
    assert 0 <= ellipse.bearing < 180
