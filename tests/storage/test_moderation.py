"""Removal in bulk and the door, in the store."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest

from mapapp.domain.changes.markers import Add, EndHold, Grab
from mapapp.domain.changes.people import Door, Expel, Name
from mapapp.domain.changes.steering import Lock
from mapapp.domain.room import digest
from mapapp.models import Key, Marker, Participant, Room
from mapapp.rooms.creation import CreatedRoom
from mapapp.rooms.moderation import Counts, count_concerned
from mapapp.storage.sql.values import datetime_of
from mapapp.storage.store import DatabaseStore
from tests.storage.people import Clock, Someone, ask

pytestmark = pytest.mark.django_db(transaction=True)


def test_those_who_came_from_one_address_are_found_in_the_tables(
    store: DatabaseStore, opened: CreatedRoom, ada: Someone, bob: Someone, host: Someone
) -> None:
    eve = Someone("Eve", opened.room)
    for someone, address in ((ada, "a"), (bob, "b"), (eve, "a")):
        someone.actor = replace(someone.actor, came_from=address)
        ask(store, someone.asks(Add(1, 2)), someone.asks(Add(3, 4)))
    assert count_concerned(opened.room.pk, Expel(like=1)) == Counts(2, 4)
    assert count_concerned(opened.room.pk, Expel(like=9)) == Counts(0, 0)
    (answer,) = ask(store, host.asks(Expel(like=1)))
    assert answer.code == ""
    assert list(Participant.objects.filter(banned=True).values_list("number", flat=True)) == [1, 3]
    assert set(Marker.objects.filter(removed=False).values_list("owner", flat=True)) == {2}
    room = Room.objects.get(pk=opened.room.pk)
    assert (room.markers_present, room.people_present) == (2, 2)
    assert count_concerned(opened.room.pk, Expel(like=1)) == Counts(0, 0)
    assert ask(store, host.asks(Expel(like=1)))[0].code == "no_person"


def test_when_people_came_and_that_they_steer_is_stored(
    store: DatabaseStore, opened: CreatedRoom, clock: Clock, ada: Someone, host: Someone
) -> None:
    came = clock.now
    ask(store, ada.asks(Name("Ada")), host.asks(Lock()))
    clock.now += 100
    ask(store, ada.asks(Name("Ada again")), host.asks(Lock()))
    rows = Participant.objects.order_by("number").values_list("came", "steers")
    assert list(rows) == [(datetime_of(came), False), (datetime_of(came), True)]
    clock.now += 1
    assert ask(store, host.asks(Expel(seconds=100)))[0].code == "no_person"
    assert ask(store, host.asks(Expel(seconds=102)))[0].code == ""


def test_a_closed_door_is_stored(store: DatabaseStore, opened: CreatedRoom, host: Someone) -> None:
    ask(store, host.asks(Door(open=False)))
    stored = store.open(opened.room.code)
    assert stored is not None
    assert not stored.state.door_open
    ask(store, host.asks(Door(open=True)))
    assert Room.objects.get(pk=opened.room.pk).door_open


def test_a_hold_that_a_host_ends_is_ended_in_the_tables(
    store: DatabaseStore, opened: CreatedRoom, ada: Someone, host: Someone
) -> None:
    ask(store, ada.asks(Add(1, 2)), ada.asks(Grab(1)), host.asks(EndHold(1, 7, 8)))
    marker = Marker.objects.get()
    assert (marker.holder, marker.grab, marker.lat, marker.lng) == (0, 0, 7, 8)


def test_a_room_of_the_version_before_keeps_its_opener_s_key(
    store: DatabaseStore, opened: CreatedRoom
) -> None:
    """Opened by a process that is still to be replaced."""
    before = store.open(opened.room.code)
    assert before is not None
    Key.objects.all().delete()
    stored = store.open(opened.room.code)
    assert stored is not None
    assert digest(stored.state) == digest(before.state)
    assert Key.objects.get().number == 1


def test_nobody_is_expelled_twice_in_one_transaction(
    store: DatabaseStore, opened: CreatedRoom, ada: Someone, host: Someone
) -> None:
    ask(store, ada.asks(Add(1, 2)))
    late = Someone("Late", opened.room)
    late.actor = replace(late.actor, id=uuid.uuid4())
    answers = ask(
        store,
        late.asks(Add(1, 2)),
        host.asks(Expel(seconds=1_000)),
        host.asks(Expel(seconds=1_000)),
    )
    assert [answer.code for answer in answers] == ["", "", "no_person"]
    assert not Marker.objects.filter(removed=False).exists()
