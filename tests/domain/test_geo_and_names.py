from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapapp.domain.geo import position
from mapapp.domain.names import friendly_name, unshared
from mapapp.domain.refusals import Refused
from mapapp.domain.text import NAME_LIMIT, clean


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_a_position_keeps_a_tenth_of_a_metre(lat: float, lng: float) -> None:
    kept = position(lat, lng)
    assert abs(kept[0] - lat) <= 5.1e-7
    assert abs(kept[1] - lng) <= 5.1e-7
    assert position(*kept) == kept


def test_minus_zero_is_zero() -> None:
    """O4: equal places are equal in every representation."""
    assert str(position(-0.0, -1e-9)) == "(0.0, 0.0)"


@given(st.floats(), st.floats())
def test_what_is_not_on_the_globe_is_refused(lat: float, lng: float) -> None:
    """A2."""
    if -90 <= lat <= 90 and -180 <= lng <= 180:
        position(lat, lng)
    else:
        with pytest.raises(Refused):
            position(lat, lng)


@given(st.uuids())
def test_everybody_has_a_friendly_name_that_stays(participant: UUID) -> None:
    """R2."""
    name = friendly_name(participant)
    assert name == friendly_name(participant)
    assert clean(name, NAME_LIMIT, required=True) == name
    assert name.count(" ") == 1


@pytest.mark.parametrize("lat", [-90.0, 90.0])
@pytest.mark.parametrize("lng", [-180.0, 180.0])
def test_the_edges_of_the_world_are_places(lat: float, lng: float) -> None:
    assert position(lat, lng) == (lat, lng)


@pytest.mark.parametrize(
    ("lat", "lng"), [(-90.000001, 0.0), (90.000001, 0.0), (0.0, -180.000001), (0.0, 180.000001)]
)
def test_just_beyond_the_edges_is_no_place(lat: float, lng: float) -> None:
    with pytest.raises(Refused):
        position(lat, lng)


def test_a_name_that_is_taken_comes_with_the_persons_number() -> None:
    assert unshared("Blue Otter", 7, {"Red Fox"}) == "Blue Otter"
    assert unshared("Blue Otter", 7, {"Red Fox", "Blue Otter"}) == "Blue Otter 7"
