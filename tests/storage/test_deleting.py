"""Deleting a room with much in it holds nobody up, and nothing gets in meanwhile."""

from __future__ import annotations

import itertools
import time
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from mapapp.domain.changes.markers import Add, Place
from mapapp.models import Activity, Change, Client, Marker, Participant, Room
from mapapp.rooms.creation import CreatedRoom, create_room
from mapapp.rooms.expiry import delete_room, expire_rooms
from mapapp.storage.sql import deleting
from mapapp.storage.store import DatabaseStore
from tests.storage.people import Someone, ask

pytestmark = pytest.mark.django_db(transaction=True)

TABLES = (Change, Marker, Client, Participant, Activity, Room)


class Interrupted(Exception):
    """The process that was deleting has ended."""


def _rows() -> dict[str, int]:
    return {table.__name__: table._default_manager.count() for table in TABLES}


def test_a_room_goes_slice_by_slice_and_others_get_their_turn(
    store: DatabaseStore, opened: CreatedRoom, ada: Someone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deleting, "SLICE", 3)
    other = Someone("Eve", create_room(rules="shared", anyone_adds=True).room)
    ask(store, other.asks(Add(1, 2)))
    before = _rows()
    ask(store, *(ada.asks(Add(1, n)) for n in range(8)))
    seen = [_rows()]

    def others_turn(_seconds: float) -> None:
        assert not connection.in_atomic_block
        # The room is over for everybody from the beginning.
        assert store.open(opened.room.code) is None
        assert ask(store, ada.asks(Add(9, 9)))[0].code == "closed"
        assert not ask(store, other.asks(Place(1, 3, 4)))[0].code
        seen.append(_rows())

    monkeypatch.setattr(time, "sleep", others_turn)
    assert delete_room(opened.room.pk)
    gone = [sum(a.values()) - sum(b.values()) for a, b in itertools.pairwise(seen)]
    # Each time the other room has one change more.
    assert len(gone) >= 5
    assert max(gone) <= 3 - 1
    assert _rows() == before | {"Change": before["Change"] + len(gone), "Activity": 1, "Room": 1}
    assert not delete_room(opened.room.pk)
    assert not delete_room(uuid.uuid4())


def test_a_deletion_that_was_interrupted_is_finished_with_the_expired_rooms(
    store: DatabaseStore, opened: CreatedRoom, ada: Someone, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(store, *(ada.asks(Add(1, n)) for n in range(5)))

    def interrupted(_seconds: float) -> None:
        raise Interrupted

    with monkeypatch.context() as patched:
        patched.setattr(deleting, "SLICE", 2)
        patched.setattr(time, "sleep", interrupted)
        with pytest.raises(Interrupted):
            delete_room(opened.room.pk)
    assert store.open(opened.room.code) is None
    # However far any machine's clock is behind.
    assert expire_rooms(timezone.now() - timedelta(days=3650)) == 1
    assert not any(_rows().values())
