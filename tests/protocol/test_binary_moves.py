"""Binary moves, read back as docs/PROTOCOL.md describes them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapapp.protocol import outgoing
from tests.binary_moves import read

POSITION = st.tuples(
    st.integers(1, 2**31 - 1),
    st.integers(-90_000_000, 90_000_000),
    st.integers(-180_000_000, 180_000_000),
)


@given(st.lists(POSITION, min_size=1, max_size=50))
def test_positions_come_back_as_they_were(positions: list[outgoing.Position]) -> None:
    assert read(outgoing.moves(positions)) == positions


@pytest.mark.parametrize(("number", "size"), [(65_535, 14), (65_536, 16)])
def test_numbers_are_wide_only_where_they_must_be(number: int, size: int) -> None:
    assert len(outgoing.moves([(number, 1, 2)])) == size


def test_a_crowd_costs_at_most_twelve_bytes_a_position() -> None:
    frame = outgoing.moves([(n, n, -n) for n in range(1, 301)])
    assert (len(frame) + 4) / 300 <= 12
