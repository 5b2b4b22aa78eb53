"""Somebody sets the clock: no room ends, nothing is deleted, and no marker is blocked."""

from __future__ import annotations

import time

import pytest
from django.db import connection

from mapapp.domain.changes.markers import Add, Grab, Release
from mapapp.domain.room import HOLD_SECONDS
from mapapp.domain.storing import Submission
from mapapp.models import Marker, Room
from mapapp.rooms.creation import CreatedRoom, create_room
from mapapp.storage.database_time import DatabaseTime, even_seconds
from mapapp.storage.sql.values import clock_expression, datetime_of
from mapapp.storage.store import DatabaseStore
from tests.storage.people import Someone, ask

pytestmark = pytest.mark.django_db(transaction=True)

DAY = 86_400.0


class Clocks:
    """The machine's clock and, where it has one, the database's: both as the test sets them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.machine = self.database = 0.0
        self.passed = 0.0
        usual = time.time
        monkeypatch.setattr(time, "time", lambda: usual() + self.passed + self.machine)
        asked = clock_expression()
        if connection.vendor == "postgresql":
            monkeypatch.setattr(
                "mapapp.storage.sql.reading.clock_expression",
                lambda: f"{asked} + make_interval(secs => {self.passed + self.database})",
            )

    def set(self, seconds: float) -> None:
        """Put the clock by which the rooms go forward or, below 0, back."""
        if connection.vendor == "postgresql":
            self.database += seconds
        self.machine += seconds

    def even(self) -> float:
        return even_seconds() + self.passed


@pytest.fixture
def clocks(monkeypatch: pytest.MonkeyPatch) -> Clocks:
    return Clocks(monkeypatch)


@pytest.fixture
def store(clocks: Clocks) -> DatabaseStore:
    store = DatabaseStore(time=DatabaseTime(even=clocks.even))
    store.follow_clock([])
    return store


def _expires(room: Room) -> float:
    room.refresh_from_db()
    return room.expires.timestamp()


def test_a_clock_put_right_by_weeks_leaves_each_room_the_time_it_had(
    store: DatabaseStore, clocks: Clocks, caplog: pytest.LogCaptureFixture
) -> None:
    """The machine started 20 days behind."""
    young, old = create_room().room, create_room().room
    Room.objects.filter(pk=young.pk).update(expires=datetime_of(store.now() + 5 * DAY))
    Room.objects.filter(pk=old.pk).update(expires=datetime_of(store.now() + 30 * DAY))
    ended = create_room().room
    Room.objects.filter(pk=ended.pk).update(expires=datetime_of(store.now() - 60))
    before = _expires(old), _expires(ended)

    clocks.set(20 * DAY)
    assert store.open(young.code) is not None, "not even before somebody has looked"
    told = store.follow_clock([young.pk, old.pk])
    assert told == {young.pk: _expires(young), old.pk: _expires(old)}
    assert _expires(young) - store.now() == pytest.approx(5 * DAY, abs=60)
    assert (_expires(old), _expires(ended)) == before, "the jump has not ended these"
    assert store.now() - time.time() == pytest.approx(0, abs=60)
    assert store.open(young.code) is not None
    assert store.open(ended.code) is None
    said = [record.message for record in caplog.records]
    assert said == [
        "The clock was put forward by 20 days, 0:00:00. Rooms keep the time that they had left."
    ]
    assert store.follow_clock([young.pk]) == {}


def test_no_room_lives_longer_for_it_than_a_new_one(store: DatabaseStore, clocks: Clocks) -> None:
    """The machine started in 1970, and this room was opened yesterday."""
    room = create_room().room
    Room.objects.filter(pk=room.pk).update(expires=datetime_of(store.now() + 10_000 * DAY))
    clocks.set(20_000 * DAY)
    store.follow_clock([])
    assert _expires(room) - store.now() == pytest.approx(14 * DAY, abs=60)


def test_a_clock_put_back_shortens_no_rooms_time(store: DatabaseStore, clocks: Clocks) -> None:
    room = create_room().room
    before = _expires(room)
    clocks.set(-20 * DAY)
    assert store.follow_clock([room.pk]) == {room.pk: before}
    assert store.open(room.code) is not None


@pytest.mark.parametrize("jump", [25.0, 3_600.0, -25.0, -3_600.0])
def test_a_lease_moves_with_the_clock(store: DatabaseStore, clocks: Clocks, jump: float) -> None:
    """H1, H2: as long as it would have held, nobody else grabs, and then somebody may."""
    opened = create_room(rules="shared", anyone_adds=True)
    ada, bob = Someone("Ada", opened.room), Someone("Bob", opened.room)
    ask(store, ada.asks(Add(1, 2)), ada.asks(Grab(1)))
    clocks.set(jump)
    assert ask(store, bob.asks(Grab(1)))[0].code == "held"
    store.follow_clock([])
    assert ask(store, bob.asks(Grab(1)))[0].code == "held"
    clocks.passed += HOLD_SECONDS + 2
    assert ask(store, bob.asks(Grab(1)))[0].revision


def test_a_lease_left_in_the_future_by_an_earlier_run_ends_with_the_silence(
    clocks: Clocks, opened: CreatedRoom, ada: Someone, bob: Someone
) -> None:
    """H2: the clock was put back while no server ran."""
    ask(DatabaseStore(), ada.asks(Add(1, 2)), ada.asks(Grab(1)))
    clocks.set(-3_600)
    store = DatabaseStore()
    assert ask(store, bob.asks(Grab(1)))[0].code == "held"
    silent = Submission(opened.room.pk, Release(1, 3, 9, 9, certain=False))
    assert ask(store, silent)[0].revision
    assert Marker.objects.get().holder == 0


def test_a_machine_whose_clock_differs_from_the_databases_says_so_once(
    store: DatabaseStore, clocks: Clocks, caplog: pytest.LogCaptureFixture
) -> None:
    clocks.machine += 25
    for _ in range(3):
        store.follow_clock([])
    said = [record.message for record in caplog.records]
    if connection.vendor == "sqlite":
        assert store.clock_agrees, "there is no other clock to differ from"
        return
    assert not store.clock_agrees
    assert len(said) == 1
    assert said[0].startswith("This machine's clock is 25 s ahead of the database's.")
    assert store.now() + 25 == pytest.approx(time.time(), abs=5)
    clocks.machine -= 50
    store.follow_clock([])
    assert not store.clock_agrees
    clocks.machine += 25
    with caplog.at_level("INFO"):
        store.follow_clock([])
    assert caplog.records[-1].message.endswith("agree again.")


def test_the_setting_is_the_longest_life(clocks: Clocks) -> None:
    store = DatabaseStore(room_seconds=3 * 3_600.0, time=DatabaseTime(even=clocks.even))
    store.follow_clock([])
    room = create_room().room
    clocks.set(15 * DAY)
    store.follow_clock([])
    assert _expires(room) - store.now() == pytest.approx(3 * 3_600, abs=60)
