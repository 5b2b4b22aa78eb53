from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapapp.domain.results.guesses import Area, Target, podium, ranking
from mapapp.domain.results.sphere import Position, destination, distance_m, vector

anywhere = st.tuples(st.floats(-90, 90), st.floats(-180, 180))
DEVENTER = (52.255, 6.164)


@given(st.lists(anywhere, min_size=1, max_size=5), anywhere)
def test_the_nearest_accepted_position_counts(accepted: list[Position], answer: Position) -> None:
    nearest, distance = Target(positions=tuple(accepted)).nearest(answer)
    assert nearest in accepted
    assert distance == pytest.approx(min(distance_m(answer, p) for p in accepted), abs=1e-3)


def test_something_has_to_be_right() -> None:
    with pytest.raises(ValueError, match="nothing to guess"):
        Target().nearest(DEVENTER)


@given(anywhere, st.integers(3, 12), st.floats(1_000, 5_000_000), st.floats(0, 360), st.booleans())
def test_an_area_holds_what_is_in_it_and_nothing_beyond(
    centre: Position, corners: int, reach: float, towards: float, clockwise: bool
) -> None:
    """A regular polygon anywhere: around a pole, across the antimeridian, in either direction."""
    turns = [360 * n / corners for n in range(corners)]
    ring = [destination(centre, t, reach) for t in (turns if clockwise else reversed(turns))]
    target = Target(areas=(Area([*ring, ring[0]]),))
    # Half of the reach is inside of even a triangle's sides, on a sphere all the more.
    inside = destination(centre, towards, reach * 0.45)
    assert target.nearest(inside) == (inside, 0.0)
    outside = destination(centre, towards, reach * 1.05)
    nearest, distance = target.nearest(outside)
    assert distance >= reach * 0.05 - 0.1
    assert distance_m(outside, nearest) == pytest.approx(distance, abs=0.1)
    opposite = (-centre[0], centre[1] - 180 if centre[1] > 0 else centre[1] + 180)
    assert target.nearest(opposite)[1] > 0


def test_an_area_with_a_bay_does_not_hold_the_bay() -> None:
    bay = Area([(0, 0), (0, 10), (10, 10), (1, 5), (10, 0)])
    assert bay.contains(vector((0.5, 5)))
    assert bay.contains(vector((5, 0.5)))
    assert not bay.contains(vector((5, 5)))


def test_the_way_to_an_area_ends_at_its_nearest_edge_or_corner() -> None:
    box = Target(areas=(Area([(0, 179), (0, -179), (2, -179), (2, 179)]),))
    nearest, distance = box.nearest((-1.0, 180.0))
    assert distance == pytest.approx(111_195, abs=1)
    assert distance_m(nearest, (0, 180)) < 1
    nearest, distance = box.nearest((-1.0, -178.0))
    assert distance_m(nearest, (0, -179)) < 1


@pytest.mark.parametrize(
    "ring",
    [
        [(0, 0), (0, 1)],
        [(0, 0), (0, 1), (0, 0)],
        [(0, 0), (0, 0), (0, 1), (0, 1)],
        [(0, 0), (0, 120), (0, -120)],
        [(-40, 0), (-40, 120), (-40, -120), (89, 0)],
    ],
)
def test_what_has_no_inside_is_no_area(ring: list[Position]) -> None:
    with pytest.raises(ValueError, match="area"):
        Area(ring)


def test_an_empty_ring_is_no_area() -> None:
    with pytest.raises(ValueError, match="three corners"):
        Area([])


def test_people_who_tie_share_a_place() -> None:
    """1, 2, 2, 4."""
    at = [destination(DEVENTER, towards, m) for towards, m in ((0, 10), (90, 500), (270, 500.2))]
    far = destination(DEVENTER, 45, 700)
    ranked = ranking([(4, far), (2, at[1]), (3, at[2]), (1, at[0])], Target(positions=(DEVENTER,)))
    assert [(guess.person, guess.place) for guess in ranked] == [(1, 1), (2, 2), (3, 2), (4, 4)]
    assert [[guess.person for guess in step] for step in podium(ranked)] == [[1], [2, 3]]


def test_a_podium_has_all_who_tie_and_nobody_below_third() -> None:
    answers = [(n, destination(DEVENTER, 10 * n, 1_000 * (n // 4))) for n in range(4, 16)]
    groups = podium(ranking(answers, Target(positions=(DEVENTER,))))
    assert [guess.person for guess in groups[0]] == [4, 5, 6, 7]
    assert len(groups) == 1, "the next place is the fifth"


def test_of_several_answers_of_one_person_the_best_counts() -> None:
    near, far = destination(DEVENTER, 0, 100), destination(DEVENTER, 0, 5_000)
    (guess,) = ranking([(7, far), (7, near), (7, far)], Target(positions=(DEVENTER,)))
    assert (guess.answer, guess.nearest, guess.place) == (near, DEVENTER, 1)
    assert guess.distance_m == pytest.approx(100, abs=0.01)


@given(st.lists(st.tuples(st.integers(1, 30), anywhere), max_size=40))
def test_a_ranking_has_everybody_once_and_places_count_those_before(
    answers: list[tuple[int, Position]],
) -> None:
    ranked = ranking(answers, Target(positions=(DEVENTER, (10.0, 10.0))))
    assert sorted(guess.person for guess in ranked) == sorted({person for person, _ in answers})
    for guess in ranked:
        better = sum(round(o.distance_m) < round(guess.distance_m) for o in ranked)
        assert guess.place == better + 1
    again = ranking(reversed(answers), Target(positions=((10.0, 10.0), DEVENTER)))
    assert [(g.person, g.place) for g in again] == [(g.person, g.place) for g in ranked]
