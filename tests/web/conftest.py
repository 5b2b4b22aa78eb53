"""What tests of pages share."""

from collections.abc import Iterator

import pytest

from mapapp.apps import this_app
from mapapp.rooms.creation import OpenedRoom, open_room


@pytest.fixture(autouse=True)
def fresh_limits() -> Iterator[None]:
    """No test uses up what another is allowed."""
    this_app().ready()
    yield
    this_app().ready()


@pytest.fixture
def opened(transactional_db: None) -> OpenedRoom:
    return open_room(title="Monday", question="Where to?")
