"""The result of an activity, put together from its parts."""

from __future__ import annotations

from math import inf
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapapp.domain.results.answers import Answer, Answers, Context, Country, Zone
from mapapp.domain.results.parts.nearest import nearest
from mapapp.domain.results.sphere import distance_m
from mapapp.domain.results.summary import summarize
from mapapp.domain.results.units import degrees

KASSEL, BERLIN, PARIS, OSLO = (51.31, 9.49), (52.52, 13.40), (48.86, 2.35), (59.91, 10.75)
OCEAN = (-40.0, -120.0)


def answers(*positions: tuple[float, float]) -> list[Answer]:
    """One marker for each person; marker 11 is person 1's."""
    return [Answer(n + 10, n, *position) for n, position in enumerate(positions, start=1)]


def country_of(lat: float, lng: float) -> Country | None:
    if lat < 0:
        return None
    return ("FR", "France") if lng < 5 else ("DE", "Germany")


def shared(given: list[Answer], context: Context | None = None, **options: Any) -> dict[str, Any]:
    return summarize(context or Context(), given, **options).shared


def test_a_room_without_answers_has_a_result_all_the_same() -> None:
    summary = summarize(Context(), [], personal=True, country_of=country_of)
    assert summary.shared == {
        "people": 0,
        "middle": None,
        "ellipse": None,
        "countries": [],
        "country_count": 0,
    }
    assert summary.own == {}


def test_people_are_counted_and_not_their_markers() -> None:
    """Somebody with markers in two countries counts for both, and once for each."""
    given = [Answer(1, 7, *PARIS), Answer(2, 7, 48.9, 2.4), Answer(3, 7, *BERLIN)]
    result = shared([*given, Answer(4, 8, *KASSEL)], country_of=country_of)
    assert result["people"] == 2
    assert result["countries"] == [["DE", "Germany", 2], ["FR", "France", 1]]
    assert result["country_count"] == 2


def test_a_position_far_from_all_land_is_in_no_country() -> None:
    result = shared(answers(OCEAN, PARIS), country_of=country_of)
    assert result["people"] == 2
    assert result["countries"] == [["FR", "France", 1]]


def test_at_most_eight_countries_are_named_and_all_are_counted() -> None:
    given = answers(*((10.0, float(lng)) for lng in range(12)))
    result = shared(given, country_of=lambda lat, lng: (f"{lng:.0f}", f"Country {lng:02.0f}"))
    assert len(result["countries"]) == 8
    assert result["country_count"] == 12


def test_a_plane_has_no_countries() -> None:
    result = shared(answers(PARIS), Context(is_map=False), country_of=country_of)
    assert "countries" not in result


# --- zones ----------------------------------------------------------------------------

LEFT = Zone("left", box=(-1, -1, 1, 0))
TRIANGLE = Zone("triangle", polygon=((0, 0), (0, 1), (1, 0)))


def test_people_are_counted_in_each_zone_and_in_none() -> None:
    given = answers((0.5, -0.5), (-0.5, -0.1), (0.2, 0.2), (0.9, 0.9))
    summary = summarize(Context(is_map=False, zones=(LEFT, TRIANGLE)), given, personal=True)
    assert summary.shared["zones"] == [["left", 2], ["triangle", 1], ["", 1]]
    assert [summary.own[n]["zone"] for n in (1, 2, 3, 4)] == ["left", "left", "triangle", ""]


def test_who_stands_in_two_zones_counts_for_the_first() -> None:
    both = (Zone("a", box=(-1, -1, 1, 1)), Zone("b", box=(-1, -1, 1, 1)))
    assert shared(answers((0, 0)), Context(zones=both))["zones"] == [["a", 1], ["b", 0], ["", 0]]


def test_a_zone_may_lie_across_the_antimeridian() -> None:
    box = Zone("fiji", box=(-20, 177, -15, -178))
    ring = Zone("fiji", polygon=((-20, 177), (-20, -178), (-15, -178), (-15, 177)))
    for zone in (box, ring):
        assert zone.contains(-17, 179)
        assert zone.contains(-17, -179)
        assert not zone.contains(-17, 170)
        assert not zone.contains(-17, 0)
        assert not zone.contains(-30, 179)


def test_beside_a_corner_is_as_inside_as_beside_an_edge() -> None:
    """The line from there through the corner crosses the ring once, not twice or never."""
    diamond = Zone("a", polygon=((-1, 0), (0, 1), (1, 0), (0, -1)))
    assert diamond.contains(0, 0.9)
    assert diamond.contains(0, -0.9)
    assert not diamond.contains(0, 1.1)
    assert not diamond.contains(0, -1.1)


def test_an_edge_that_leans_is_crossed_where_it_is() -> None:
    triangle = Zone("a", polygon=((0, 0), (0, 2), (4, 0)))
    assert triangle.contains(3, 0.4)
    assert not triangle.contains(3, 0.6)
    assert triangle.contains(1, 1.4)
    assert not triangle.contains(1, 1.6)


def test_a_place_on_the_equator_has_no_sign() -> None:
    assert [str(part) for part in degrees((-1e-9, -1e-9))] == ["0.0", "0.0"]


@given(st.floats(-0.99, 0.99), st.floats(-0.99, 0.99))
def test_a_box_and_the_ring_around_it_hold_the_same(lat: float, lng: float) -> None:
    box = Zone("a", box=(-0.5, -0.7, 0.4, 0.3))
    ring = Zone("a", polygon=((-0.5, -0.7), (-0.5, 0.3), (0.4, 0.3), (0.4, -0.7)))
    on_the_edge = min(abs(lat + 0.5), abs(lat - 0.4), abs(lng + 0.7), abs(lng - 0.3)) < 1e-9
    assert on_the_edge or box.contains(lat, lng) == ring.contains(lat, lng)


# --- the middle -----------------------------------------------------------------------


def test_the_middle_holds_half_of_the_room() -> None:
    given = answers(KASSEL, KASSEL, BERLIN, PARIS, OSLO)
    result = shared(given)
    middle = result["middle"]
    near = sum(
        distance_m((middle["lat"], middle["lng"]), (one.lat, one.lng))
        <= middle["half_km"] * 1000 + 1
        for one in given
    )
    assert near == 3
    assert result["ellipse"]["lat"] == middle["lat"]


def test_four_people_have_no_ellipse() -> None:
    """It would point at single ones."""
    assert shared(answers(KASSEL, BERLIN, PARIS, OSLO))["ellipse"] is None


# --- guesses --------------------------------------------------------------------------


def test_the_nearest_guess_wins_and_ties_share_a_place() -> None:
    context = Context(kind="guess", targets=((*OSLO, 0.0),))
    summary = summarize(context, answers(BERLIN, OSLO, BERLIN, OCEAN), personal=True)
    guess = summary.shared["guess"]
    assert [(person, place) for person, _, place in guess["podium"]] == [
        (2, 1),
        (1, 2),
        (3, 2),
        (4, 4),
    ]
    assert guess["podium"][0][1] == 0
    assert guess["within_100_km"] == 1
    assert guess["median_km"] == pytest.approx(838, abs=2)
    assert summary.own[4] == {
        **{"marker": 14, "place": 4, "of": 4},
        "km": pytest.approx(16_500, abs=1500),
        "middle_km": summary.own[4]["middle_km"],
        "nearest": summary.own[4]["nearest"],
    }


def test_within_the_radius_of_a_target_one_is_there() -> None:
    context = Context(kind="guess", targets=((*OSLO, 500.0), (*PARIS, 0.0)))
    result = shared(answers(BERLIN, PARIS, (59.0, 11.0)), context)["guess"]
    distances = {person: km for person, km, _ in result["podium"]}
    assert distances[2] == distances[3] == 0
    assert distances[1] == pytest.approx(838 - 500, abs=2)


def test_nobody_is_told_a_distance_while_the_target_is_secret() -> None:
    """X1: until the reveal the context has no targets."""
    summary = summarize(Context(kind="guess"), answers(BERLIN, OSLO), personal=True)
    assert "guess" not in summary.shared
    assert all(not {"km", "place"} & own.keys() for own in summary.own.values())


# --- a second round -------------------------------------------------------------------


def test_a_second_round_tells_where_the_room_has_moved() -> None:
    given = [
        Answer(1, 1, 50.0, 9.0, (50.0, 8.0)),
        Answer(2, 2, 50.0, 9.5, (50.0, 8.5)),
        Answer(3, 3, 50.0, 9.0, (50.0, 9.0)),
        Answer(4, 4, 10.0, 10.0),
    ]
    summary = summarize(Context(round=2), given, personal=True)
    shift = summary.shared["shift"]
    assert (shift["people"], shift["moved"], shift["toward"]) == (3, 2, "east")
    assert shift["km"] == pytest.approx(48, abs=1)
    assert summary.own[3]["moved_km"] == 0
    assert summary.own[1]["moved_km"] == pytest.approx(71.5, abs=0.5)
    assert "moved_km" not in summary.own[4]


def test_a_first_round_has_no_shift() -> None:
    given = [Answer(1, 1, *KASSEL, BERLIN)]
    assert "shift" not in shared(given, Context(round=1))


# --- clusters -------------------------------------------------------------------------


def test_a_crowd_in_three_towns_has_three_clusters() -> None:
    towns = [(KASSEL, 10), (PARIS, 6), (OSLO, 4)]
    given = answers(
        *((lat + n * 1e-4, lng) for (lat, lng), people in towns for n in range(people)), OCEAN
    )
    assert [one["count"] for one in shared(given)["clusters"]] == [10, 6, 4]


def test_a_handful_has_no_clusters_and_neither_has_a_single_crowd() -> None:
    assert "clusters" not in shared(answers(KASSEL, KASSEL, OSLO, OSLO))
    assert "clusters" not in shared(answers(*[KASSEL] * 50))


def test_a_persons_markers_at_one_place_are_one_in_a_cluster() -> None:
    many = [Answer(100 + n, 1, *KASSEL) for n in range(50)]
    given = [*answers(*[KASSEL] * 5, *[OSLO] * 6, *[PARIS] * 5), *many]
    assert sum(one["count"] for one in shared(given)["clusters"]) == 16


# --- who is nearest -------------------------------------------------------------------

places = st.sampled_from(
    [
        (0.0, 0.0),
        (0.0, 1e-6),
        (0.0, 180.0),
        (90.0, 0.0),
        (52.0, 5.0),
        (52.001, 5.0),
        (-52.0, -175.0),
    ]
)
spots = st.one_of(places, st.tuples(st.floats(-90, 90), st.floats(-180, 180)))


@given(st.lists(st.tuples(st.integers(1, 6), spots), max_size=40))
def test_the_nearest_is_the_nearest(given: list[tuple[int, tuple[float, float]]]) -> None:
    told = [Answer(n, person, *spot) for n, (person, spot) in enumerate(given, start=1)]
    found = nearest(Answers(Context(), told))
    for person in {one.person for one in told}:
        best = min(
            (
                distance_m((a.lat, a.lng), (b.lat, b.lng))
                for a in told
                for b in told
                if a.person == person != b.person
            ),
            default=inf,
        )
        if best == inf:
            assert person not in found
        else:
            assert found[person]["nearest"]["km"] == pytest.approx(best / 1000, abs=0.002)
            assert found[person]["nearest"]["person"] != person


def test_alone_one_has_nobody_nearest_and_no_middle() -> None:
    assert summarize(Context(), answers(KASSEL), personal=True).own == {1: {"marker": 11}}
