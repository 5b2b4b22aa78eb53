"""Two writers of one room: what one waits for must not be lost to what it has read before.

Each writer has a database connection of its own, as two processes have.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

import pytest
from django.db import connection, connections

from mapapp.domain.caps import RoomCaps
from mapapp.domain.changes.markers import Add, Edit, Grab, Place
from mapapp.domain.changes.steering import Question
from mapapp.domain.room import HOLD_SECONDS
from mapapp.models import Activity, Marker
from mapapp.rooms.creation import CreatedRoom
from mapapp.storage.sql import writing
from mapapp.storage.sql.values import seconds_of
from mapapp.storage.store import DatabaseStore
from testkit.services import wait_until
from tests.storage.people import Clock, Someone, ask

pytestmark = pytest.mark.django_db(transaction=True)

T = TypeVar("T")


class Writers:
    """Two threads; the first can be held up within its transaction."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        self._first = ThreadPoolExecutor(1, "first")
        self._second = ThreadPoolExecutor(1, "second")

    @contextmanager
    def held_up_before(self, step: str, work: Callable[[], object]) -> Iterator[None]:
        """The first does `work` and stops before `writing.<step>`, until the block ends."""
        reached, go_on = threading.Event(), threading.Event()
        usual = getattr(writing, step)

        def hold_up(*args: Any) -> Any:
            if threading.current_thread().name.startswith("first"):
                reached.set()
                assert go_on.wait(20)
            return usual(*args)

        self._monkeypatch.setattr(writing, step, hold_up)
        first = self._first.submit(work)
        assert reached.wait(20)
        try:
            yield
        finally:
            go_on.set()
            first.result(20)

    def meanwhile(self, work: Callable[[], T]) -> Future[T]:
        """The second does `work`; returns once it waits for the first, or is done."""
        doing = self._second.submit(work)
        wait_until(lambda: doing.done() or _somebody_waits(), 20, "the second waits")
        return doing

    def end(self) -> None:
        for thread in (self._first, self._second):
            thread.submit(connections.close_all).result(20)
            thread.shutdown()


def _somebody_waits() -> bool:
    if connection.vendor == "sqlite":
        return True  # nobody can see that; it waits at the beginning of its transaction
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])


@pytest.fixture
def writers(monkeypatch: pytest.MonkeyPatch) -> Iterator[Writers]:
    made = Writers(monkeypatch)
    yield made
    made.end()


def test_a_question_is_not_overwritten_by_a_commit_that_waited_for_it(
    store: DatabaseStore, opened: CreatedRoom, host: Someone, ada: Someone, writers: Writers
) -> None:
    """D1, O4: the waiting commit sees the room's row as it is then, and all else as well."""
    ask(store, ada.asks(Add(1, 2)), host.asks(Question("Old?")))
    reword, place = host.asks(Question("New?")), ada.asks(Place(1, 3, 4))
    with writers.held_up_before("write_clients", lambda: ask(store, reword)):
        placed = writers.meanwhile(lambda: ask(store, place))
    assert placed.result(20)[0].revision == 6
    found = store.open(opened.room.code)
    assert found is not None
    assert (found.state.revision, found.state.activity.question) == (6, "New?")


def test_who_opens_a_room_while_it_changes_sees_all_of_the_change(
    store: DatabaseStore, opened: CreatedRoom, host: Someone, writers: Writers
) -> None:
    """O4: revision and question belong together."""
    reword = host.asks(Question("New?"))
    with writers.held_up_before("write_clients", lambda: ask(store, reword)):
        opening = writers.meanwhile(lambda: store.open(opened.room.code))
    found = opening.result(20)
    assert found is not None
    assert (found.state.revision, found.state.activity.question) == (2, "New?")


def test_a_lease_that_is_prolonged_while_its_marker_is_changed_stays_prolonged(
    store: DatabaseStore, clock: Clock, ada: Someone, bob: Someone, writers: Writers
) -> None:
    """H1: otherwise somebody else may take what is being dragged."""
    ask(store, ada.asks(Add(1, 2)), bob.asks(Grab(1)))
    clock.now += 10
    grab, label = Marker.objects.get().grab, ada.asks(Edit(1, label="Home"))
    with writers.held_up_before("write_markers", lambda: ask(store, label)):
        renewed = writers.meanwhile(lambda: store.renew(ada.room.pk, [grab], HOLD_SECONDS))
    renewed.result(20)
    marker = Marker.objects.get()
    assert (marker.label, seconds_of(marker.held_until)) == ("Home", clock.now + HOLD_SECONDS)


def test_a_commit_writes_only_what_it_changes(
    store: DatabaseStore, ada: Someone, bob: Someone, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever else a room's rows hold, a commit that is not about it leaves it alone."""
    ask(store, ada.asks(Add(1, 2)), bob.asks(Grab(1)))
    lease = Marker.objects.get().held_until
    usual = writing.write_changes

    def behind_its_back(*args: Any) -> None:
        Activity.objects.update(question="By hand?")
        Marker.objects.update(held_until=None)
        usual(*args)

    monkeypatch.setattr(writing, "write_changes", behind_its_back)
    ask(store, ada.asks(Edit(1, label="Home")))
    assert Activity.objects.get().question == "By hand?"
    assert Marker.objects.get().held_until is None
    monkeypatch.undo()
    ask(store, bob.asks(Grab(1)))
    assert Marker.objects.get().held_until == lease


def test_all_processes_go_by_one_clock(
    opened: CreatedRoom, ada: Someone, bob: Someone, monkeypatch: pytest.MonkeyPatch
) -> None:
    """H1: a process whose machine is an hour ahead ends nobody's lease."""
    here = DatabaseStore(caps=RoomCaps(room_markers=100))
    ask(here, ada.asks(Add(1, 2)), ada.asks(Grab(1)))
    usual = time.time
    monkeypatch.setattr(time, "time", lambda: usual() + 3_600)
    ahead = DatabaseStore(caps=RoomCaps(room_markers=100))
    shared = connection.vendor == "postgresql"
    assert ask(ahead, bob.asks(Grab(1)))[0].code == ("held" if shared else "")
    assert ahead.now() - usual() == pytest.approx(0 if shared else 3_600, abs=60)
    if shared:
        ahead.renew(ada.room.pk, [3], HOLD_SECONDS)
        until = seconds_of(Marker.objects.get().held_until)
        assert until - usual() == pytest.approx(HOLD_SECONDS, abs=60)
        monkeypatch.setattr(time, "time", lambda: usual() - 3_600)  # put back, with nothing read
        assert ahead.now() - usual() == pytest.approx(0, abs=60)
