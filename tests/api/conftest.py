"""What tests of pages share."""

from collections.abc import Iterator
from typing import Any

import pytest
from asgiref.sync import SyncToAsync
from django.db import connections
from django.test import AsyncClient

from mapapp.rooms.creation import CreatedRoom, create_room
from tests.api.asking import Ask
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


@pytest.fixture
def ask(async_client: AsyncClient, opened: CreatedRoom) -> Ask:
    """Ask for the room's results: `await ask("csv")`."""

    async def asked(ending: str, *, key: str | None = None, head: bool = False) -> Any:
        method = async_client.head if head else async_client.get
        bearer = f"Bearer {opened.host_key if key is None else key}"
        response = await method(
            f"/api/rooms/{opened.room.code}/results.{ending}", headers={"authorization": bearer}
        )
        assert response["Cache-Control"] == "no-store"
        return response

    return asked
