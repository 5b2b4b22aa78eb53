from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapapp.domain.results.clusters import clusters
from mapapp.domain.results.sphere import Position, destination, distance_m

anywhere = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


@pytest.mark.parametrize("centre", [(52.0, 6.0), (-17.0, 180.0), (90.0, 0.0), (0.0, 0.0)])
def test_two_crowds_are_two_clusters_the_larger_first(centre: Position) -> None:
    """Also across the antimeridian, and around a pole."""
    other = destination(centre, 200, 3_000_000)
    many = [destination(centre, 12.0 * n, 8_000) for n in range(30)]
    few = [destination(other, 36.0 * n, 8_000) for n in range(10)]
    alone = destination(centre, 20, 3_000_000)
    found = clusters([*few, alone, *many], 20_000, least=5)
    assert [one.people for one in found.middles] == [30, 10]
    assert distance_m(found.middles[0].position, centre) < 10
    assert distance_m(found.middles[1].position, other) < 10
    assert found.scattered == 1


def test_nobody_is_in_no_cluster() -> None:
    assert clusters([], 1_000) == clusters(iter(()), 5)
    assert clusters([], 1_000).middles == ()


@given(anywhere, st.floats(0, 360), st.floats(1, 10_000_000), st.floats(0, 1))
def test_two_within_reach_are_always_together(
    start: Position, towards: float, reach: float, share: float
) -> None:
    end = destination(start, towards, reach * share * 0.999)
    found = clusters([start, end], reach)
    assert [one.people for one in found.middles] == [2]


@given(anywhere, st.floats(0, 360), st.floats(1, 2_000_000))
def test_two_much_farther_apart_never_are(start: Position, towards: float, reach: float) -> None:
    found = clusters([start, destination(start, towards, reach * 4)], reach)
    assert (found.middles, found.scattered) == ((), 2)


@given(st.lists(anywhere, max_size=30), st.floats(1, 30_000_000), st.integers(1, 5), st.randoms())
def test_everybody_counts_once_in_whatever_order_they_came(
    positions: list[Position], reach: float, least: int, chance: random.Random
) -> None:
    found = clusters(positions, reach, least)
    assert sum(one.people for one in found.middles) + found.scattered == len(positions)
    assert all(one.people >= least for one in found.middles)
    chance.shuffle(positions)
    assert clusters(positions, reach, least) == found
