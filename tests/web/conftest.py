"""What tests of pages share."""

from collections.abc import Iterator

import pytest

from mapapp.rooms.creation import CreatedRoom, create_room
from tests.runtime import renew_runtime


@pytest.fixture(autouse=True)
def fresh_limits() -> Iterator[None]:
    """No test uses up what another is allowed."""
    renew_runtime()
    yield
    renew_runtime()


@pytest.fixture
def opened(transactional_db: None) -> CreatedRoom:
    return create_room(title="Monday", question="Where to?")
