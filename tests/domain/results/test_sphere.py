from __future__ import annotations

from math import pi

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapapp.domain.results.compass import Direction, direction
from mapapp.domain.results.sphere import (
    EARTH_RADIUS_M,
    Position,
    bearing,
    destination,
    distance_m,
    dot,
    exp,
    length,
    log,
    plus,
    position_of,
    transport,
    vector,
)

positions = st.tuples(st.floats(-90, 90), st.floats(-180, 180))
HALF_WAY_ROUND_M = pi * EARTH_RADIUS_M


@given(positions)
def test_a_vector_leads_back_to_its_position(position: Position) -> None:
    assert distance_m(position_of(vector(position)), position) < 0.01


@given(positions, positions)
def test_distance_is_the_same_in_both_directions_and_at_most_half_way_round(
    a: Position, b: Position
) -> None:
    assert distance_m(a, b) == pytest.approx(distance_m(b, a), abs=1e-6)
    assert 0 <= distance_m(a, b) <= HALF_WAY_ROUND_M + 1e-6


def test_distances_are_those_of_a_sphere_of_6371_km() -> None:
    assert distance_m((0, 0), (0, 1)) == pytest.approx(111_195.08, abs=0.01)
    assert distance_m((0, 179.5), (0, -179.5)) == pytest.approx(111_195.08, abs=0.01)
    assert distance_m((90, 17), (90, -120)) == pytest.approx(0, abs=1e-6)
    assert distance_m((10, 20), (-10, -160)) == pytest.approx(HALF_WAY_ROUND_M, abs=0.01)
    # Six decimals of a degree, as positions are stored.
    assert distance_m((52, 5), (52.000001, 5)) == pytest.approx(0.1112, abs=0.001)


@given(positions, positions)
def test_the_way_somewhere_leads_there(a: Position, b: Position) -> None:
    there = exp(vector(a), log(vector(a), vector(b)))
    if distance_m(a, b) < HALF_WAY_ROUND_M - 10:
        assert distance_m(position_of(there), b) < 0.1


@given(positions, st.floats(0, 359.99), st.floats(10, 19_000_000))
def test_a_bearing_and_a_distance_lead_where_they_say(
    start: Position, towards: float, metres: float
) -> None:
    end = destination(start, towards, metres)
    assert distance_m(start, end) == pytest.approx(metres, abs=0.1)
    if abs(start[0]) < 89.9:
        found = bearing(vector(start), log(vector(start), vector(end)))
        assert abs((found - towards + 180) % 360 - 180) < 0.1


@given(positions, positions, positions)
def test_a_tangent_that_is_carried_keeps_its_length_and_stays_a_tangent(
    start: Position, end: Position, other: Position
) -> None:
    tangent = log(vector(start), vector(other))
    if dot(vector(start), vector(end)) > -0.99:
        carried = transport(tangent, vector(start), vector(end))
        assert length(carried) == pytest.approx(length(tangent), abs=1e-9)
        assert dot(carried, vector(end)) == pytest.approx(0, abs=1e-9)


def test_along_its_own_great_circle_a_tangent_stays_what_it_was() -> None:
    """East on the equator stays east; carried over the pole, north becomes south."""
    east = transport(log(vector((0, 0)), vector((0, 1))), vector((0, 0)), vector((0, 90)))
    assert bearing(vector((0, 90)), east) == pytest.approx(90)
    north = transport(log(vector((80, 0)), vector((81, 0))), vector((80, 0)), vector((80, 180)))
    assert bearing(vector((80, 180)), north) == pytest.approx(180)


def test_to_the_antipode_there_is_a_way_and_it_is_half_round() -> None:
    way = log(vector((10, 20)), vector((-10, -160)))
    assert length(way) == pytest.approx(pi)
    assert length(plus(way, vector((10, 20)), 0)) == pytest.approx(pi)


@pytest.mark.parametrize(
    ("degrees", "expected"),
    [(0, "n"), (22, "n"), (23, "ne"), (135, "se"), (180, "s"), (292, "w"), (293, "nw"), (338, "n")],
)
def test_a_bearing_is_one_of_eight_directions(degrees: float, expected: str) -> None:
    assert direction(degrees).value == expected


@given(st.floats(-1e6, 1e6))
def test_every_bearing_has_the_nearest_direction(degrees: float) -> None:
    turn = list(Direction).index(direction(degrees)) * 45
    assert abs((degrees - turn + 180) % 360 - 180) <= 22.5 + 1e-6
