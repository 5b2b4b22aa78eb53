"""The places of the world, and made-up ones."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from mapapp.places import building, files
from mapapp.places.building import Country, Source, State
from mapapp.places.places import Places

MakePlaces = Callable[[Sequence[Source]], Places]


@pytest.fixture(scope="session")
def world(places_folder: Path) -> Places:
    return Places(places_folder)


@pytest.fixture
def make_places(tmp_path: Path) -> MakePlaces:
    """An index of these places alone; their country is Freedonia (FR), state of the US: Ohio."""

    def make(sources: Sequence[Source]) -> Places:
        countries = [Country("Freedonia", "FR", "FRE"), Country("United States", "US", "USA")]
        building.build(files.current(tmp_path), list(sources), countries, [State("Ohio", "OH")])
        return Places(tmp_path)

    return make


def source(number: int, name: str, lat: float = 0.0, lng: float = 0.0, **more: object) -> Source:
    """A place as the package has it."""
    fields: dict[str, object] = {"countrycode": "FR", "population": 1_000, **more}
    return Source(number, name, lat, lng, **fields)  # type: ignore[arg-type]
