"""The names that a map shows, by tile."""

import pytest

from mapapp.places.map_names import MOST, ZOOMS
from mapapp.places.places import Places
from tests.places.conftest import MakePlaces, source


def test_a_tile_has_its_largest_places_first(make_places: MakePlaces) -> None:
    places = make_places(
        [
            source(1, "Village", 52.1, 6.1, population=1_200),
            source(2, "Town", 52.2, 6.2, population=90_000),
            source(3, "Elsewhere", -33.0, 151.0, population=5_000_000),
        ]
    )
    assert [place.name for place in places.on_tile(4, 8, 5)] == ["Town", "Village"]
    assert places.on_tile(4, 0, 0) == []


def test_a_crowded_tile_has_only_its_largest(make_places: MakePlaces) -> None:
    crowd = [source(n, f"P{n}", 52.0, 6.0 + n / 1e4, population=n) for n in range(1, 200)]
    names = [place.name for place in make_places(crowd).on_tile(8, 132, 84)]
    assert len(names) == MOST
    assert names[0] == "P199"


@pytest.mark.parametrize("tile", [(5, 1, 1), (4, 16, 0), (4, 0, 16), (0, 0, 0), (30, 0, 0)])
def test_a_tile_without_names_of_its_own_is_refused(
    world: Places, tile: tuple[int, int, int]
) -> None:
    with pytest.raises(ValueError, match="tile"):
        world.on_tile(*tile)


def test_every_place_is_on_the_tile_that_a_map_would_ask_for(world: Places) -> None:
    deventer = world.search("Deventer")[0]
    x, y = 264, 168  # at zoom 9 of a web map; half of that at zoom 8
    assert deventer.name in [place.name for place in world.on_tile(8, x // 2, y // 2)]
    assert set(ZOOMS) == {4, 6, 8}
