"""The areas of the map that phones share frames for."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapapp.live.fanout.interest import MOST_AREAS, Area, Areas, area_around, larger

LATS, LNGS = st.integers(-90_000_000, 90_000_000), st.integers(-180_000_000, 180_000_000)


@given(LATS, LATS, LNGS, LNGS, st.integers(0, 5))
def test_an_area_holds_the_whole_view_and_is_not_much_larger(
    lat: int, other_lat: int, lng: int, other_lng: int, doublings: int
) -> None:
    south, north = sorted((lat, other_lat))
    west, east = sorted((lng, other_lng))
    area = area_around(Area(south, west, north, east))
    for _ in range(doublings):
        area = area and larger(area)
    longest = max(north - south, east - west)
    if area is None:
        assert longest * 2**doublings > 67_000_000 / 2
        return
    assert area.south <= south <= north <= area.north
    assert area.west <= west <= east <= area.east
    # The side of a square is below two of the view's; an area has two of those.
    assert area.east - area.west <= max(4 * longest, 200) * 2**doublings


@given(LATS, LNGS, st.integers(1, 1_000_000))
def test_a_larger_area_holds_the_smaller_one(lat: int, lng: int, side: int) -> None:
    area = area_around(Area(lat, lng, lat + side, lng + side))
    assert area is not None
    bigger = larger(area)
    assert bigger is not None
    assert bigger.south <= area.south < area.north <= bigger.north
    assert bigger.west <= area.west < area.east <= bigger.east
    assert bigger.north - bigger.south == 2 * (area.north - area.south)


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


def around(lat: float, lng: float, side: float) -> Area | None:
    """The area for a square view with its south-west corner here; all in degrees."""
    bounds = (lat, lng, lat + side, lng + side)
    return area_around(Area(*(round(bound * 1_000_000) for bound in bounds)))


def test_people_who_look_at_about_the_same_share_an_area() -> None:
    areas = Areas()
    first, second = around(48.05, 11.35, 0.3), around(48.04, 11.34, 0.35)
    assert first is not None
    assert second == first
    areas.share_out([first, second])
    assert areas.in_use == [first, None]
    areas.share_out([None])
    assert areas.in_use == [None]


def test_areas_go_to_where_most_people_look_whoever_came_first() -> None:
    """F5: also if somebody looks at many places on purpose."""
    areas = Areas()
    alone = [around(0, 10 * lng, 1) for lng in range(-17, 17)]
    crowd = around(48.1, 11.4, 0.1)
    areas.share_out(alone)
    areas.share_out([*alone, *[crowd] * 100])
    assert areas.serving(crowd) == crowd


@given(st.lists(st.tuples(st.floats(-80, 79), st.floats(-170, 169), st.floats(0.0001, 60))))
def test_there_are_never_more_than_some_areas_and_each_serves_all_who_look_there(
    views: list[tuple[float, float, float]],
) -> None:
    areas = Areas()
    wanted = [around(*view) for view in views]
    areas.share_out(wanted)
    assert len(areas.in_use) <= MOST_AREAS + 1
    for area in wanted:
        serving = areas.serving(area)
        if area is not None and serving is not None:
            assert serving.south <= area.south < area.north <= serving.north
            assert serving.west <= area.west < area.east <= serving.east


def test_few_areas_are_small_where_many_people_look_about_a_city() -> None:
    areas = Areas()
    rng = random.Random(1)
    wanted = [around(48 + rng.random() / 4, 11 + rng.random() / 4, 0.004) for _ in range(3000)]
    areas.share_out(wanted)
    # Areas follow a sample of the people: somebody at the edge may get the whole map.
    serving = [area for area in map(areas.serving, wanted) if area is not None]
    small = [area for area in serving if area.east - area.west < 2_000_000]
    assert len(small) > 0.9 * len(wanted)
