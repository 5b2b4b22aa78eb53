"""Activities in the tables: what is stored is what the changes say (O4, D1)."""

from __future__ import annotations

import pytest

from mapapp.domain.activity import read_plan
from mapapp.domain.changes import apply
from mapapp.domain.changes.markers import Add
from mapapp.domain.room import HostKey, RoomState, digest
from mapapp.domain.storing import Submission
from mapapp.models import Activity, Marker, Pairing, Room
from mapapp.rooms.creation import CreatedRoom, create_room
from mapapp.storage.sql.values import datetime_of
from mapapp.storage.store import DatabaseStore
from tests.domain.rooms import HOST
from tests.domain.samples import LONG_AGO, SAMPLES
from tests.storage.people import Clock, Someone, ask

pytestmark = pytest.mark.django_db(transaction=True)


def state_of(store: DatabaseStore, opened: CreatedRoom) -> RoomState:
    stored = store.open(opened.room.code)
    assert stored is not None
    return stored.state


@pytest.mark.parametrize("at_once", [1, 4, len(SAMPLES)])
def test_a_replica_that_follows_every_kind_of_change_equals_the_tables(
    store: DatabaseStore, opened: CreatedRoom, clock: Clock, at_once: int
) -> None:
    """However many changes one transaction has."""
    assert LONG_AGO < 0
    replica = state_of(store, opened)
    replica.keys[1] = HostKey(1, replica.keys[1].hash)
    Pairing.objects.create(room=opened.room, hash="code", expires=datetime_of(clock.now + 90))
    submissions = [Submission(opened.room.pk, operation, actor) for actor, operation in SAMPLES]
    refused = []
    for start in range(0, len(submissions), at_once):
        committed = store.commit(submissions[start : start + at_once])
        refused += [answer.code for answer in committed.answers if answer.code]
        for change in committed.changes.get(opened.room.pk, ()):
            apply(replica, change)
        assert digest(state_of(store, opened)) == digest(replica)
    # These samples are for a room in memory: its revisions are others.
    assert set(refused) <= {"stale_grab", "no_person", "no_marker", "bad_pairing", "no_key"}


def test_a_room_is_created_with_its_activities(store: DatabaseStore) -> None:
    plans = [
        read_plan({"question": "Where?", "settings": {"markers_each": 3}}),
        read_plan({"question": "Agree?", "kind": "zones", "surface": {"kind": "plane"}}),
    ]
    opened = create_room(title="Monday", activities=plans)
    state = state_of(store, opened)
    assert [a.plan() for a in state.sequence] == [plan.data() for plan in plans]
    assert [(a.number, a.stage) for a in state.sequence] == [(1, "answer"), (2, "prepare")]
    assert (state.last_activity, state.phase) == (2, "open")


def test_a_room_begins_with_the_markers_that_are_pinned(store: DatabaseStore) -> None:
    """They are nobody's, and the next marker has the next number."""
    start = {"lat": 52.25, "lng": 6.16, "label": "Start"}
    plans = [
        read_plan(
            {"question": "Where?", "kind": "shared", "pinned": [start, {"lat": 1, "lng": 2}]}
        ),
        read_plan({"question": "And then?", "pinned": [start]}),
    ]
    opened = create_room(activities=plans)
    state = state_of(store, opened)
    found = [
        (m.number, m.activity, m.lat, m.lng, m.label, m.owner, m.pinned, m.moved)
        for m in state.markers.values()
    ]
    assert found == [
        (1, 1, 52.25, 6.16, "Start", 0, True, 0),
        (2, 1, 1.0, 2.0, "", 0, True, 0),
        (3, 2, 52.25, 6.16, "Start", 0, True, 0),
    ]
    assert len({m.colour for m in state.markers.values() if m.activity == 1}) == 2
    assert (state.last_marker, state.markers_present) == (3, 3)
    replica, submission = state, Submission(opened.room.pk, Add(5.0, 6.0), HOST)
    committed = store.commit([submission])
    assert committed.answers[0].marker == 4
    for change in committed.changes[opened.room.pk]:
        apply(replica, change)
    assert digest(state_of(store, opened)) == digest(replica)


def test_a_first_question_with_a_timer_waits_for_its_host(store: DatabaseStore) -> None:
    opened = create_room(activities=[read_plan({"question": "?", "settings": {"seconds": 20}})])
    assert state_of(store, opened).activity.stage == "prepare"
    assert Room.objects.get(pk=opened.room.pk).phase == "locked"


def test_rooms_of_the_previous_version_are_read_as_they_are(
    store: DatabaseStore, ada: Someone
) -> None:
    """It knows neither settings nor stages, and locks by the room's phase."""
    ask(store, ada.asks(Add(1, 2)))
    Activity.objects.update(settings="", markers_each=4, anyone_adds=True, kind="own")
    Room.objects.update(phase="locked")
    state = store.open(Room.objects.get().code).state  # type: ignore[union-attr]
    assert (state.activity.stage, state.activity.kind.settings["markers_each"]) == ("closed", 4)
    Activity.objects.update(stage="closed")
    Room.objects.update(phase="open")
    state = store.open(Room.objects.get().code).state  # type: ignore[union-attr]
    assert state.activity.stage == "answer"
    assert Marker.objects.get().before_lat is None
