"""Positions in words."""

import math
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from mapapp.places import globe
from mapapp.places.nearby import NEAR_KM
from mapapp.places.places import Places
from tests.places.conftest import MakePlaces, source


@pytest.mark.parametrize(
    ("lat", "lng", "words"),
    [
        (51.31, 9.49, "near Kassel, Germany"),
        (52.25, 6.16, "near Deventer, The Netherlands"),
        (52.25, 366.16, "near Deventer, The Netherlands"),
        (52.25, -353.84, "near Deventer, The Netherlands"),
        (40.0, -12.0, "280 km north-west of Lisbon, Portugal"),
        (48.2, -30.0, "48.2° north, 30.0° west"),
        (-48.2, 400.0, "48.2° south, 40.0° east"),
        (-30.0, -90.0, "30.0° south, 90.0° west"),
        (0.0, 0.0, "0.0° north, 0.0° east"),
        (90.0, 0.0, "at the North Pole"),
        (90.0, 123.0, "at the North Pole"),
        (-90.0, -5.0, "at the South Pole"),
        (-89.0, 20.0, "89.0° south, 20.0° east"),
        (78.2, 15.6, "near Longyearbyen, Svalbard and Jan Mayen"),
    ],
)
def test_a_position_in_words(world: Places, lat: float, lng: float, words: str) -> None:
    assert world.words(lat, lng) == words


def test_both_sides_of_the_antimeridian_are_one_place(world: Places) -> None:
    assert world.words(-17.0, 180.0) == world.words(-17.0, -180.0)
    assert world.words(-17.0, 179.999).endswith("Fiji")
    assert world.words(-17.0, -179.999).endswith("Fiji")


@pytest.mark.parametrize(
    ("lat", "lng"), [(90.1, 0), (-91, 0), (math.nan, 0), (0, math.nan), (0, math.inf)]
)
def test_what_is_no_position_is_refused(world: Places, lat: float, lng: float) -> None:
    with pytest.raises(ValueError, match="position"):
        world.words(lat, lng)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.floats(-90, 90), st.floats(-1e6, 1e6))
@example(-0.0, -180.0)
@example(89.96, 0.0)
def test_every_position_has_words(world: Places, lat: float, lng: float) -> None:
    assert world.words(lat, lng)


def test_a_town_outweighs_a_village_that_is_a_little_nearer(make_places: MakePlaces) -> None:
    places = make_places(
        [source(1, "Town", 50.0, 8.0, population=200_000), source(2, "Village", 50.0, 8.1)]
    )
    assert places.words(50.0, 8.06) == "near Town, Freedonia"
    assert places.words(50.0, 8.1) == "near Village, Freedonia"


@pytest.mark.parametrize(
    ("lat", "lng"), [(0.0, 180.0), (0.0, -180.0), (70.0, 179.99), (89.99, 10.0), (-89.99, 0.0)]
)
def test_the_nearest_is_found_across_the_antimeridian_and_the_poles(
    make_places: MakePlaces, lat: float, lng: float
) -> None:
    """As many places about it as on a clock's face, each nearest to its own direction."""
    there = [
        (max(-90.0, min(90.0, lat + 0.01 * math.cos(turn))), lng + 0.01 * math.sin(turn))
        for turn in (math.radians(30 * hour) for hour in range(12))
    ]
    places = make_places([source(n, f"At {n}", *place) for n, place in enumerate(there)])
    for at_lat, at_lng in there:
        found = places.nearby(at_lat, at_lng + 360)
        assert found is not None
        here = globe.point(at_lat, at_lng)
        nearest = min(math.dist(here, globe.point(*place)) for place in there)
        assert found.km == pytest.approx(nearest, abs=0.01)


def test_a_place_is_near_up_to_a_distance_and_then_in_a_direction(
    make_places: MakePlaces,
) -> None:
    places = make_places([source(1, "Alone", 10.0, 179.95)])
    degree = globe.EARTH_KM * math.radians(1)
    assert places.words(10 + (NEAR_KM - 0.5) / degree, 179.95) == "near Alone, Freedonia"
    assert places.words(10 + 26 / degree, 179.95) == "26 km north of Alone, Freedonia"
    assert places.words(10.0, -178.95) == "120 km east of Alone, Freedonia"
    assert places.words(10 - 299 / degree, 179.95) == "300 km south of Alone, Freedonia"
    assert places.nearby(10 - 301 / degree, 179.95) is None


def test_without_an_index_degrees_still_say_where(tmp_path: Path) -> None:
    assert Places(tmp_path).words(51.3, 9.5) == "51.3° north, 9.5° east"
