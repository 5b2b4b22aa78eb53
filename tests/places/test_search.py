"""Finding a place by what somebody types."""

import random
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from mapapp.places import ranking
from mapapp.places.building import Source
from mapapp.places.folding import fold
from mapapp.places.places import Places
from mapapp.places.search import MOST_FILTERED, MOST_FOUND
from tests.places.conftest import MakePlaces, source


def names(places: Places, query: str) -> list[str]:
    return [place.name for place in places.search(query)]


@pytest.mark.parametrize(
    ("query", "name", "country"),
    [
        ("Deventer", "Deventer", "NL"),
        ("Köln", "Köln", "DE"),
        ("Koeln", "Köln", "DE"),
        ("cologne", "Köln", "DE"),
        ("Munich", "Munich", "DE"),
        ("münchen", "Munich", "DE"),
        ("Muenchen", "Munich", "DE"),
        ("s-Hertogenbosch", "'s-Hertogenbosch", "NL"),
        ("'s hertogenb", "'s-Hertogenbosch", "NL"),
        ("hertogenbosch", "'s-Hertogenbosch", "NL"),
        ("Den Haag", "The Hague", "NL"),
        ("haag", "The Hague", "NL"),
        ("lond", "London", "GB"),
        ("new yo", "New York City", "US"),
        ("York", "York", "GB"),
        ("Paris", "Paris", "FR"),
        ("Rome", "Rome", "IT"),
        ("Łódź", "Łódź", "PL"),
        ("lodz", "Łódź", "PL"),
        ("北京", "Beijing", "CN"),
        ("Москв", "Moscow", "RU"),
        ("서울", "Seoul", "KR"),
    ],
)
def test_the_place_that_people_mean_comes_first(
    world: Places, query: str, name: str, country: str
) -> None:
    found = world.search(query)[0]
    assert (found.name, found.country) == (name, country)


def test_what_is_told_of_a_place(world: Places) -> None:
    found = world.search("Deventer")[0]
    assert (found.id, found.country_name, found.region) == (2756987, "The Netherlands", None)
    assert found.lat == pytest.approx(52.255, abs=0.01)
    assert found.lng == pytest.approx(6.164, abs=0.01)
    assert 90_000 < found.population < 120_000
    assert world.search("Columbus, Ohio")[0].region == "Ohio"


def test_every_beginning_of_a_name_finds_something_and_soon_the_place(world: Places) -> None:
    for length in range(1, 9):
        assert world.search("deventer"[:length])
    assert names(world, "deve")[:5].count("Deventer") == 1


@pytest.mark.parametrize(
    ("query", "country", "region"),
    [
        ("Paris, Texas", "US", "Texas"),
        ("paris tx", "US", "Texas"),
        ("Paris, France", "FR", None),
        ("Birmingham, UK", "GB", None),
        ("birmingham usa", "US", "Alabama"),
        ("Kassel Germany", "DE", None),
        ("Cambridge, gb", "GB", None),
    ],
)
def test_a_country_or_a_state_after_the_name_chooses(
    world: Places, query: str, country: str, region: str | None
) -> None:
    found = world.search(query)
    assert {place.country for place in found} == {country}
    assert found[0].region == region


def test_what_names_no_country_after_a_comma_is_passed_over(world: Places) -> None:
    assert names(world, "Kassel, Hessen") == names(world, "Kassel")
    assert names(world, "Kassel,") == names(world, "Kassel")


@pytest.mark.parametrize("query", ["", " ", "?!", ",", ", Germany", "qqqqzzzz", "x" * 10_000])
def test_what_is_no_place_is_found_nowhere(world: Places, query: str) -> None:
    assert world.search(query) == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text() | st.text("aens t,'-", max_size=8))
@example("\x00")
@example("\U0010ffff")
@example("a\x00b, \ud800")
def test_whatever_is_typed_there_is_an_answer(world: Places, query: str) -> None:
    found = world.search(query)
    assert len(found) <= MOST_FOUND
    assert len({place.id for place in found}) == len(found)


def test_a_larger_place_comes_first_among_equals(make_places: MakePlaces) -> None:
    places = make_places(
        [source(n, "Neustadt", population=people) for n, people in enumerate([5, 70_000, 900])]
    )
    assert [place.population for place in places.search("neustadt")] == [70_000, 900, 5]


def test_the_own_name_outweighs_an_alternative_one(make_places: MakePlaces) -> None:
    places = make_places(
        [source(1, "Altdorf", alternatenames=["Berg"], population=1_500), source(2, "Berg")]
    )
    assert names(places, "berg") == ["Berg", "Altdorf"]


# --- the kept best of a long range are what looking through it would find --------------------


def looked_through(sources: Sequence[Source], query: str) -> list[float]:
    """The scores of the ten best, found the long way."""
    scores: list[float] = []
    for place in sources:
        best = -1.0
        for name, own in ((place.name, 1), *((other, 0) for other in place.alternatenames)):
            words = fold(name).split(" ")
            for index in range(len(words)):
                entry = " ".join(words[index:])
                if entry.startswith(query):
                    kind = own * ranking.OWN_NAME | (index == 0) * ranking.WHOLE_NAME
                    score = ranking.weight(place.population) + ranking.bonus(kind)
                    best = max(best, score + (ranking.EXACT if entry == query else 0.0))
        if best >= 0:
            scores.append(best)
    return sorted(scores, reverse=True)[:MOST_FOUND]


def scored(sources: Sequence[Source], places: Places, query: str) -> list[float]:
    by_id = {place.geonameid: place for place in sources}
    return [looked_through([by_id[found.id]], query)[0] for found in places.search(query)]


def test_of_many_the_best_are_found(make_places: MakePlaces) -> None:
    chance = random.Random(4)

    def name() -> str:
        words = ["".join(chance.choices("abc", k=chance.randint(1, 4))) for _ in range(2)]
        return " ".join(words[: chance.randint(1, 2)])

    sources = [
        source(n, name(), alternatenames=[name(), name()], population=chance.randint(0, 10**6))
        for n in range(3_000)
    ]
    places = make_places(sources)
    queries = ["a", "b", "ab", "abc", "aaaa", "a b", "ab c", "c", "cc", "ccc", "a bc"]
    assert len(looked_through(sources, "a")) == MOST_FOUND
    for query in queries:
        assert scored(sources, places, query) == pytest.approx(
            looked_through(sources, query), abs=1e-5
        ), query


def test_no_query_looks_at_more_than_a_bounded_number_of_names(world: Places) -> None:
    search = world._parts()[0]
    looked: list[int] = []
    candidates = search._candidates

    def counted(first: int, end: int, where: object) -> object:
        found = list(candidates(first, end, where))  # type: ignore[arg-type]
        looked.append(len(found))
        return found

    search._candidates = counted  # type: ignore[method-assign, assignment]
    try:
        for query in ("a", "s", "sa", "san", "san ", "sant", "de", "la", "al", "m, us", "é", "с"):
            assert world.search(query), query
        assert max(looked) <= MOST_FILTERED
        looked.clear()
        world.search("san")
        assert max(looked) <= ranking.MOST_SCANNED
    finally:
        del search._candidates
