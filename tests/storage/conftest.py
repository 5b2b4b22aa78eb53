"""A room, its people, and a store whose clock the test sets."""

from __future__ import annotations

import pytest

from mapapp.domain.caps import RoomCaps
from mapapp.rooms.creation import CreatedRoom, create_room
from mapapp.storage.store import DatabaseStore
from tests.storage.people import Clock, Someone


@pytest.fixture
def opened() -> CreatedRoom:
    return create_room(rules="shared", anyone_adds=True)


@pytest.fixture
def clock(opened: CreatedRoom) -> Clock:
    return Clock(opened.room.created.timestamp())


@pytest.fixture
def store(clock: Clock) -> DatabaseStore:
    return DatabaseStore(caps=RoomCaps(room_markers=100), clock=clock)


@pytest.fixture
def ada(opened: CreatedRoom) -> Someone:
    return Someone("Ada", opened.room)


@pytest.fixture
def bob(opened: CreatedRoom) -> Someone:
    return Someone("Bob", opened.room)


@pytest.fixture
def host(opened: CreatedRoom) -> Someone:
    return Someone("Grace", opened.room, host=True)
