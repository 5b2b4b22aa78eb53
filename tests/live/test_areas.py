"""The areas of the map that phones share frames for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapapp.live.areas import Area, Areas, area_around

LATS, LNGS = st.integers(-90_000_000, 90_000_000), st.integers(-180_000_000, 180_000_000)


@given(LATS, LATS, LNGS, LNGS, st.integers(0, 5))
def test_an_area_holds_the_whole_view_and_is_not_much_larger(
    lat: int, other_lat: int, lng: int, other_lng: int, doublings: int
) -> None:
    south, north = sorted((lat, other_lat))
    west, east = sorted((lng, other_lng))
    area = area_around(Area(south, west, north, east), doublings)
    longest = max(north - south, east - west)
    if area is None:
        assert longest * 2**doublings >= 360_000_000 / 8
        return
    assert area.south <= south <= north <= area.north
    assert area.west <= west <= east <= area.east
    # The side of a square is below two of the view's; an area has two of those.
    assert area.east - area.west <= max(4 * longest, 400) * 2**doublings


@pytest.mark.parametrize(
    "view",
    [
        Area(-90_000_000, -180_000_000, 90_000_000, 180_000_000),
        Area(10, 179_000_000, 20, -179_000_000),
        Area(20, 0, 10, 10),
    ],
)
def test_the_world_and_what_crosses_its_edge_have_no_area(view: Area) -> None:
    assert area_around(view) is None


def test_people_who_look_at_about_the_same_share_an_area() -> None:
    areas = Areas()
    first = areas.enter(Area(48_050_000, 11_350_000, 48_250_000, 11_750_000))
    second = areas.enter(Area(48_060_000, 11_340_000, 48_260_000, 11_760_000))
    assert first is not None
    assert second == first
    assert list(areas) == [first]
    areas.leave(first)
    assert list(areas) == [first]
    areas.leave(first)
    assert list(areas) == []


def test_there_are_never_more_than_some_areas_and_a_late_view_is_in_a_larger_one() -> None:
    areas = Areas()
    for lng in range(-170_000_000, 170_000_000, 5_000_000):
        view = Area(0, lng, 1_000_000, lng + 1_000_000)
        area = areas.enter(view)
        assert area is None or (area.west <= view.west and view.east <= area.east)
    assert len(list(areas)) <= 17
