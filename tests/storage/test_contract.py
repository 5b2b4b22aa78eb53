"""What every store keeps. `make test` runs this against SQLite and against PostgreSQL."""

from __future__ import annotations

import json
import sqlite3
import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from django.db import connection, connections, transaction

from mapapp.domain.caps import RoomCaps
from mapapp.domain.changes import apply
from mapapp.domain.changes.markers import Add, Drop, Edit, Grab, Place, Release, Remove
from mapapp.domain.changes.people import Ban, Name
from mapapp.domain.changes.steering import Close, Lock, Question
from mapapp.domain.room import HOLD_SECONDS, RoomState, digest
from mapapp.domain.storing import Submission
from mapapp.models import Change, Marker, Newcomer, Participant, Room
from mapapp.models import Client as ClientRow
from mapapp.rooms.creation import CreatedRoom, create_room
from mapapp.storage.idempotency import ANSWERS_KEPT
from mapapp.storage.sql import reading, writing
from mapapp.storage.sql.values import datetime_of
from mapapp.storage.store import NEWCOMER_SECONDS, DatabaseStore
from tests.storage.people import Clock, Someone, ask

pytestmark = pytest.mark.django_db(transaction=True)


def state_of(store: DatabaseStore, opened: CreatedRoom) -> RoomState:
    stored = store.open(opened.room.code)
    assert stored is not None
    return stored.state


def test_each_change_has_the_next_revision(store: DatabaseStore, ada: Someone) -> None:
    """O1."""
    answers = ask(store, ada.asks(Add(1, 2)), ada.asks(Grab(1)), ada.asks(Drop(1, 3, 3, 4)))
    assert [answer.revision for answer in answers] == [2, 3, 4]
    assert list(Change.objects.order_by("revision").values_list("revision", "kind")) == [
        (1, "person"),
        (2, "add"),
        (3, "grab"),
        (4, "drop"),
    ]


def test_what_the_room_is_after_a_commit_is_what_it_is_when_opened_again(
    store: DatabaseStore, opened: CreatedRoom, ada: Someone, bob: Someone, host: Someone
) -> None:
    """O4, D1: a mirror that follows the changes equals the rows."""
    mirror = state_of(store, opened)
    batches = [
        [ada.asks(Add(1, 2, "Home", 3, 4)), bob.asks(Add(5, 6)), host.asks(Add(7, 8))],
        [ada.asks(Grab(3)), bob.asks(Edit(2, label="Work")), bob.asks(Name("Robert"))],
        [ada.asks(Drop(3, 7, 9, 9)), bob.asks(Place(1, 0, 0)), ada.asks(Remove(1))],
        [host.asks(Question("Why?")), host.asks(Lock()), host.asks(Ban(2))],
    ]
    for batch in batches:
        committed = store.commit(batch)
        assert not [answer for answer in committed.answers if answer.code]
        for change in committed.changes[opened.room.pk]:
            apply(mirror, change)
        assert digest(mirror) == digest(state_of(store, opened))
    assert mirror.activity.question == "Why?"
    assert set(mirror.markers) == {3}


def test_a_kept_place_is_refused_where_somebody_has_moved_the_marker_since(
    store: DatabaseStore, opened: CreatedRoom, ada: Someone, host: Someone
) -> None:
    """O3: by the row, whatever else has changed in it; and a repeat gets the first answer."""
    ask(store, ada.asks(Add(1, 2)), ada.asks(Grab(1)))
    ask(store, host.asks(Edit(1, label="Home")))
    assert ask(store, ada.asks(Drop(1, 3, 3, 4, unmoved_since=2)))[0].code == ""
    moved = ask(store, host.asks(Place(1, 5, 6)))[0].revision
    late = ada.asks(Place(1, 7, 8, unmoved_since=moved - 1))
    assert ask(store, late)[0].code == "moved_since"
    ask(store, host.asks(Edit(1, colour=3)))
    assert ask(store, ada.asks(Place(1, 7, 8, unmoved_since=moved)))[0].code == ""
    assert ask(store, late)[0].code == "moved_since"
    assert state_of(store, opened).markers[1].moved == moved + 2


def test_changes_read_back_are_the_changes_that_were_made(
    store: DatabaseStore, opened: CreatedRoom, ada: Someone
) -> None:
    """O2."""
    mirror = state_of(store, opened)
    committed = store.commit([ada.asks(Add(1.5, 2.5)), ada.asks(Grab(1)), ada.asks(Name("A"))])
    read = store.changes_since(opened.room.pk, 0, 100)
    assert [replace(c, at=0.0) for c in read] == [
        replace(c, at=0.0) for c in committed.changes[opened.room.pk]
    ]
    for change in read:
        apply(mirror, change)
    assert digest(mirror) == digest(state_of(store, opened))
    assert [c.revision for c in store.changes_since(opened.room.pk, 2, 1)] == [3]


def test_a_repeat_takes_no_effect_and_gets_the_first_answer(
    store: DatabaseStore, opened: CreatedRoom, ada: Someone
) -> None:
    """D2."""
    add = ada.asks(Add(1, 2))
    first = ask(store, add)
    assert ask(store, add) == first
    assert ask(store, add, add) == first * 2
    assert len(state_of(store, opened).markers) == 1


def test_a_refusal_is_repeated_too(
    store: DatabaseStore, ada: Someone, bob: Someone, host: Someone
) -> None:
    """D2: also when it would be accepted by now."""
    ask(store, ada.asks(Add(1, 2)), bob.asks(Name("Bob")), host.asks(Lock()))
    late = bob.asks(Place(1, 3, 3))
    refused = ask(store, late)
    assert refused[0].code == "locked"
    ask(store, replace(host.asks(Lock()), operation=Edit(1, label="x")))
    Room.objects.update(phase="open")
    assert ask(store, late) == refused


def test_each_tab_counts_for_itself_and_for_nobody_else(
    store: DatabaseStore, opened: CreatedRoom, ada: Someone, bob: Someone
) -> None:
    """D2."""
    ask(store, ada.asks(Add(1, 2)))
    tab = Someone("Ada", opened.room)
    tab.actor = ada.actor
    assert ask(store, tab.asks(Add(3, 4)))[0].marker == 2
    # Somebody who uses another's client id has a counter of their own there.
    bob.client = ada.client
    assert ask(store, bob.asks(Add(5, 6)))[0].marker == 3
    assert ask(store, ada.asks(Add(7, 8)))[0].marker == 4


def test_ops_that_overtake_each_other_all_take_effect_once(
    store: DatabaseStore, opened: CreatedRoom, ada: Someone
) -> None:
    """D2: as when one tab takes over what another could not send."""
    adds = [ada.asks(Add(lat, 0)) for lat in range(10)]
    for add in (adds[7], adds[2], adds[9], *adds):
        ask(store, add)
    assert len(state_of(store, opened).markers) == 10


def test_kept_answers_are_bounded_and_older_ops_are_said_to_be_old(
    store: DatabaseStore, ada: Someone
) -> None:
    """D2."""
    first = ada.asks(Add(0, 0))
    ask(store, first)
    for _ in range(ANSWERS_KEPT):
        ask(store, ada.asks(Place(1, 1, 1)))
    assert ask(store, first)[0].code == "old_op"
    assert len(json.loads(ClientRow.objects.get().answers)) == ANSWERS_KEPT


def test_a_newcomers_refusal_stands_even_if_a_copy_of_the_change_comes_late(
    store: DatabaseStore, opened: CreatedRoom, ada: Someone, bob: Someone
) -> None:
    """D2: one that another process has kept all the while takes no effect after a refusal."""
    ask(store, ada.asks(Add(1, 2)), ada.asks(Grab(1)))
    late = bob.asks(Grab(1))
    refused = ask(store, late)
    assert refused[0].code == "held"
    ask(store, ada.asks(Drop(1, 3, 3, 4)))
    assert ask(store, late) == refused
    # Also when they are known by then, from this tab or from another one.
    other_tab = Someone("Bob", opened.room)
    other_tab.actor = bob.actor
    assert not ask(store, other_tab.asks(Name("Robert")))[0].code
    assert ask(store, late) == refused
    assert not ask(store, bob.asks(Place(1, 5, 5)))[0].code
    assert ask(store, late) == refused
    assert state_of(store, opened).markers[1].holder == 0


def test_newcomers_refusals_are_kept_for_some_minutes_and_no_longer(
    store: DatabaseStore, clock: Clock, ada: Someone, bob: Someone, opened: CreatedRoom
) -> None:
    ask(store, bob.asks(Grab(99)))
    clock.now += NEWCOMER_SECONDS
    ask(store, ada.asks(Grab(99)))
    assert Newcomer.objects.count() == 2
    clock.now += 1
    ask(store, ada.asks(Grab(99)))
    assert Newcomer.objects.get().participant == ada.actor.id
    opened.room.delete()
    assert not Newcomer.objects.exists()


def test_who_is_refused_before_any_change_leaves_no_trace(
    store: DatabaseStore, opened: CreatedRoom, bob: Someone
) -> None:
    assert ask(store, bob.asks(Grab(99)))[0].code == "no_marker"
    assert not Participant.objects.exists()
    assert state_of(store, opened).revision == 0


def test_a_room_takes_so_many_people_and_those_it_has_go_on(
    clock: Clock, opened: CreatedRoom, ada: Someone, bob: Someone, host: Someone
) -> None:
    """A3: also after one was removed, whose place is then free."""
    store = DatabaseStore(caps=RoomCaps(room_people=2), clock=clock)
    eve = Someone("Eve", opened.room)
    ask(store, host.asks(Add(0, 0)), ada.asks(Add(1, 2)))
    assert ask(store, bob.asks(Name("Bob")))[0].code == "room_people_full"
    assert ask(store, ada.asks(Place(2, 3, 3)))[0].code == ""
    assert state_of(store, opened).people_present == 2
    ask(store, host.asks(Ban(2)), host.asks(Ban(2)))
    assert state_of(store, opened).people_present == 1
    assert ask(store, bob.asks(Add(1, 1)))[0].code == ""
    assert ask(store, eve.asks(Add(1, 1)))[0].code == "room_people_full"


def test_a_name_alone_is_told_once_more_is_done(store: DatabaseStore, ada: Someone) -> None:
    """The row knows it, so that every process and a restart tell the same."""
    [named] = store.commit([ada.asks(Name("Ada L."))]).changes[ada.room.pk]
    assert not named.data["listed"]
    assert not Participant.objects.get().listed
    [known, added] = store.commit([ada.asks(Add(1, 2))]).changes[ada.room.pk]
    assert (known.kind, known.data["name"], added.kind) == ("person", "Ada L.", "add")
    assert "listed" not in known.data
    assert Participant.objects.get().listed
    [renamed] = store.commit([ada.asks(Name("Ada"))]).changes[ada.room.pk]
    assert "listed" not in renamed.data
    assert Participant.objects.get().listed


def test_where_somebody_first_came_from_is_kept(
    store: DatabaseStore, opened: CreatedRoom, ada: Someone
) -> None:
    ada.actor = replace(ada.actor, came_from="0123456789abcdef")
    ask(store, ada.asks(Name("Ada")))
    ada.actor = replace(ada.actor, came_from="fedcba9876543210")
    ask(store, ada.asks(Add(1, 2)))
    assert Participant.objects.get().came_from == "0123456789abcdef"
    assert state_of(store, opened).people[1].came_from == "0123456789abcdef"


def test_a_refused_submission_costs_the_others_in_its_batch_nothing(
    store: DatabaseStore, ada: Someone, bob: Someone
) -> None:
    answers = ask(
        store,
        ada.asks(Add(1, 2)),
        bob.asks(Add(float("nan"), 2)),
        bob.asks(Grab(1)),
        ada.asks(Grab(1)),
    )
    assert [answer.code for answer in answers] == ["", "bad_position", "", "held"]
    assert answers[3].name == "Bob"


def test_a_batch_may_hold_several_rooms(store: DatabaseStore, ada: Someone) -> None:
    other = create_room()
    eve = Someone("Eve", other.room)
    unknown = Submission(uuid.uuid4(), Add(0, 0), ada.actor, ada.client, 99)
    committed = store.commit([ada.asks(Add(1, 1)), eve.asks(Add(2, 2)), unknown])
    assert [answer.code for answer in committed.answers] == ["", "", "closed"]
    assert set(committed.changes) == {ada.room.pk, other.room.pk}


def test_a_lease_can_be_prolonged_and_is_the_stores_to_judge(
    store: DatabaseStore, clock: Clock, ada: Someone, bob: Someone
) -> None:
    """H2."""
    room = ada.room.pk
    ask(store, ada.asks(Add(1, 2)), ada.asks(Grab(1)))
    clock.now += HOLD_SECONDS - 1
    store.renew(room, [3], HOLD_SECONDS)
    clock.now += HOLD_SECONDS - 1
    assert ask(store, bob.asks(Grab(1)))[0].code == "held"
    silent = Submission(room, Release(1, 3, 9, 9, certain=False))
    assert ask(store, silent)[0].code == "held"
    clock.now += 2
    assert ask(store, silent)[0].revision
    store.renew(room, [3], HOLD_SECONDS)
    assert Marker.objects.get().held_until is None


def test_an_expired_or_unknown_room_cannot_be_opened(
    store: DatabaseStore, clock: Clock, opened: CreatedRoom, ada: Someone
) -> None:
    assert store.open("000000" if opened.room.code != "000000" else "000001") is None
    clock.now = opened.room.expires.timestamp()
    assert store.open(opened.room.code) is None
    assert ask(store, ada.asks(Add(1, 2)))[0].code == "closed"


def test_a_closed_room_stays_closed(
    store: DatabaseStore, opened: CreatedRoom, ada: Someone, host: Someone
) -> None:
    ask(store, ada.asks(Add(1, 2)), host.asks(Close()))
    assert ask(store, ada.asks(Place(1, 3, 3)))[0].code == "closed"
    assert state_of(store, opened).phase == "closed"


def test_revisions_tells_where_rooms_stand_and_leaves_out_what_is_gone(
    store: DatabaseStore, ada: Someone
) -> None:
    ask(store, ada.asks(Add(1, 2)))
    assert store.revisions([ada.room.pk, uuid.uuid4()]) == {ada.room.pk: 2}


def test_deleting_a_room_deletes_all_of_it(store: DatabaseStore, ada: Someone) -> None:
    ask(store, ada.asks(Add(1, 2)))
    ada.room.delete()
    for table in (Change, Marker, Participant, ClientRow):
        assert not table._default_manager.exists()


@pytest.fixture
def usual_sqlite() -> Iterator[None]:
    """SQLite takes as many parameters as it does where nobody has built it for more."""
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    usual = min(32_766, connection.connection.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER))
    before = connection.connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, usual)
    yield
    if connection.connection:  # the store closes it after an error
        connection.connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, before)


@pytest.mark.usefixtures("usual_sqlite")
def test_somebody_with_thousands_of_markers_can_be_banned(
    clock: Clock, opened: CreatedRoom, ada: Someone, host: Someone
) -> None:
    """A statement that SQLite never takes would hold up all writing, in all rooms."""
    many = 4_700
    store = DatabaseStore(caps=RoomCaps(room_markers=many, shared_each=many), clock=clock)
    ask(store, *(ada.asks(Add(1, 2)) for _ in range(many)), host.asks(Name("Grace")))
    assert len(state_of(store, opened).markers) == many
    committed = store.commit([host.asks(Ban(1))])
    assert committed.answers[0].code == ""
    # With the host's name, which nobody needed before.
    assert len(committed.changes[opened.room.pk]) == many + 2
    assert not state_of(store, opened).markers
    assert Change.objects.filter(kind="remove").count() == many


@pytest.mark.usefixtures("usual_sqlite")
@pytest.mark.timeout(180)  # lists as long as a statement can have
def test_no_list_is_too_long(
    store: DatabaseStore, clock: Clock, opened: CreatedRoom, ada: Someone
) -> None:
    ask(store, ada.asks(Add(1, 2)), ada.asks(Grab(1)))
    room, state = opened.room.pk, state_of(store, opened)
    numbers, ids = range(33_000, 0, -1), [uuid.uuid4() for _ in range(33_000)]
    store.renew(room, numbers, 100.0)
    assert Marker.objects.get().held_until == datetime_of(clock.now + 100.0)
    assert [m.number for m in reading.markers(state, numbers=numbers)] == [1]
    assert [m.number for m in reading.markers(state, owners=numbers)] == [1]
    assert [p.number for p in reading.people(room, numbers=numbers)] == [1]
    assert [p.number for p in reading.people(room, ids=[*ids, ada.actor.id])] == [1]
    assert len(list(reading.clients([*ids, ada.actor.id], [*ids, ada.client]))) == 1
    with transaction.atomic():
        assert [locked.state.id for locked in reading.lock_rooms([*ids, room])] == [room]
        writing.remove_markers(room, numbers, 4)
    assert Marker.objects.get().removed


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    """Four writers, each with a database connection of its own, as four processes have."""
    with ThreadPoolExecutor(4) as pool:
        yield pool
        ready = threading.Barrier(4)

        def close() -> None:
            ready.wait(10)  # so that each thread takes one
            connections.close_all()

        for closed in [pool.submit(close) for _ in range(4)]:
            closed.result(10)


def test_writers_at_the_same_time_never_share_a_revision_and_lose_nothing(
    store: DatabaseStore, opened: CreatedRoom, threads: ThreadPoolExecutor
) -> None:
    """O1, D1: the room's row is the lock."""
    other = create_room(rules="shared", anyone_adds=True).room
    people = [Someone(f"P{n}", (opened.room, other)[n % 2]) for n in range(8)]
    # Each batch is about both rooms, in either order: a deadlock if they were locked as they come.
    batches = [[person.asks(Add(n, n)) for person in people[:: (-1) ** n]] for n in range(12)]
    answers = [answer for done in threads.map(store.commit, batches) for answer in done.answers]
    assert not [answer for answer in answers if answer.code]
    for room in (opened.room, other):
        revisions = list(
            Change.objects.filter(room=room).order_by("revision").values_list("revision", flat=True)
        )
        assert revisions == list(range(1, 4 + 48 + 1))
        numbers = Marker.objects.filter(room=room).order_by("number")
        assert list(numbers.values_list("number", flat=True)) == list(range(1, 49))


def test_of_many_grabs_at_the_same_time_one_succeeds(
    store: DatabaseStore, host: Someone, opened: CreatedRoom, threads: ThreadPoolExecutor
) -> None:
    """H1."""
    ask(store, host.asks(Add(1, 2)))
    people = [Someone(f"P{n}", opened.room) for n in range(8)]
    grabs = [[person.asks(Grab(1))] for person in people]
    answers = [done.answers[0] for done in threads.map(store.commit, grabs)]
    assert sorted(answer.code for answer in answers) == ["", *["held"] * 7]
