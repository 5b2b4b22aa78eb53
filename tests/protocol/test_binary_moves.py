"""Binary frames of moves, read back as docs/PROTOCOL.md describes them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapapp.protocol.positions import Position, packed, plain
from testkit.binary_moves import read

LATS, LNGS = st.integers(-90_000_000, 90_000_000), st.integers(-180_000_000, 180_000_000)
POSITIONS = st.lists(st.tuples(st.integers(1, 2**31 - 1), LATS, LNGS), min_size=1, max_size=50)


@st.composite
def crowds(draw: st.DrawFn, height: int, width: int) -> list[Position]:
    """Positions within so many millionths of a degree, of markers whose numbers are close."""
    first = draw(st.sampled_from([1, 60_000, 70_000, 2**31 - 400]))
    south = draw(st.integers(-90_000_000, 90_000_000 - height))
    west = draw(st.integers(-180_000_000, 180_000_000 - width))
    numbers = draw(st.lists(st.integers(first, first + 300), min_size=20, unique=True))
    places = st.tuples(st.integers(south, south + height), st.integers(west, west + width))
    return [(number, *draw(places)) for number in numbers]


@given(POSITIONS)
def test_positions_come_back_as_they_were(positions: list[Position]) -> None:
    assert read(plain(positions)) == positions


@pytest.mark.parametrize(("number", "size"), [(65_535, 14), (65_536, 16)])
def test_numbers_are_wide_only_where_they_must_be(number: int, size: int) -> None:
    assert len(plain([(number, 1, 2)])) == size


@given(
    st.lists(st.tuples(st.integers(1, 2**31 - 1), LATS, LNGS), min_size=1, unique_by=lambda p: p[0])
)
def test_packing_never_costs_bytes(positions: list[Position]) -> None:
    assert len(packed(positions)) <= len(plain(positions))


@given(crowds(16_000_000, 16_000_000))
def test_a_country_is_packed_without_loss(positions: list[Position]) -> None:
    assert read(packed(positions)) == sorted(positions)


@given(crowds(65_535, 65_535))
def test_a_town_is_packed_without_loss_in_two_bytes(positions: list[Position]) -> None:
    for coarse in (False, True):
        frame = packed(positions, coarse=coarse)
        assert frame[:2] == b"\x03\x02"
        assert read(frame) == sorted(positions)


@given(crowds(180_000_000, 360_000_000), st.booleans())
def test_the_world_is_packed_to_half_a_step(positions: list[Position], coarse: bool) -> None:
    frame = packed(positions, coarse=coarse)
    heights, widths = ([p[axis] for p in positions] for axis in (1, 2))
    steps = 65_535 if coarse else 2**24 - 1
    lat_error = (max(heights) - min(heights)) // steps // 2 + 1
    lng_error = (max(widths) - min(widths)) // steps // 2 + 1
    for (number, lat, lng), (seen, seen_lat, seen_lng) in zip(
        sorted(positions), read(frame), strict=True
    ):
        assert seen == number
        assert abs(seen_lat - lat) <= lat_error
        assert abs(seen_lng - lng) <= lng_error


def test_a_crowd_costs_at_most_twelve_bytes_a_position() -> None:
    crowd = [(n, n * 100_000, -n * 100_000) for n in range(1, 301)]
    assert (len(plain(crowd)) + 4) / 300 <= 12
    assert (len(packed(crowd)) + 4) / 300 <= 6.3
    assert (len(packed(crowd, coarse=True)) + 4) / 300 <= 4.3
