"""The countries of many positions."""

from __future__ import annotations

import pytest

from mapapp.places.places import NoPlaces, Places
from tests.places.conftest import MakePlaces, source


def test_it_is_the_country_of_the_nearest_place(make_places: MakePlaces) -> None:
    """Not of the town that people would name: that may be across the border."""
    places = make_places(
        [
            source(1, "Village", 0.0, 0.00, countrycode="US", admin1code="OH"),
            source(2, "City", 0.0, 0.05, population=1_000_000),
        ]
    )
    assert places.countries().of(0.0, 0.01) == ("US", "United States")
    assert places.countries().of(0.0, 0.04) == ("FR", "Freedonia")
    found = places.nearby(0.0, 0.01)
    assert found is not None
    assert found.place.name == "City"


def test_at_sea_it_is_the_country_of_the_coast(make_places: MakePlaces) -> None:
    countries = make_places([source(1, "Harbour", 10.0, 20.0)]).countries()
    assert countries.of(10.0, 20.5) == ("FR", "Freedonia")  # 55 km
    assert countries.of(10.0, 22.5) == ("FR", "Freedonia")  # 274 km
    assert countries.of(10.0, 23.0) is None  # 328 km


def test_the_antimeridian_is_nothing_special(make_places: MakePlaces) -> None:
    countries = make_places([source(1, "Taveuni", -16.8, -179.99)]).countries()
    assert countries.of(-16.8, 179.95) == ("FR", "Freedonia")


@pytest.mark.parametrize(
    ("lat", "lng", "code"),
    [
        *[(52.37, 4.90, "NL"), (50.85, 4.35, "BE"), (50.78, 6.08, "DE"), (50.77, 6.015, "NL")],
        *[(41.90, 12.45, "VA"), (35.68, 139.69, "JP"), (-33.87, 151.21, "AU"), (64.1, -21.9, "IS")],
    ],
)
def test_real_places_are_in_their_countries(
    world: Places, lat: float, lng: float, code: str
) -> None:
    found = world.countries().of(lat, lng)
    assert found is not None
    assert found[0] == code


def test_without_a_file_nobody_knows_countries(tmp_path: object) -> None:
    with pytest.raises(NoPlaces):
        Places(tmp_path).countries()  # type: ignore[arg-type]
