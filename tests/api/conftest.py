"""What tests of pages share."""

from collections.abc import Iterator

import pytest
from asgiref.sync import SyncToAsync
from django.db import connections

from mapapp.rooms.creation import CreatedRoom, create_room
from tests.runtime import renew_runtime


@pytest.fixture(autouse=True)
def fresh_limits() -> Iterator[None]:
    """No test uses up what another is allowed."""
    renew_runtime()
    yield
    renew_runtime()


@pytest.fixture(autouse=True)
def no_connections_left() -> Iterator[None]:
    """What an async test asks the database, Django asks in a thread that outlives the test.

    Its connection would, too, and PostgreSQL drops no database that is in use.
    """
    yield
    SyncToAsync.single_thread_executor.submit(connections.close_all).result()


@pytest.fixture
def opened(transactional_db: None) -> CreatedRoom:
    return create_room(title="Monday", question="Where to?")
