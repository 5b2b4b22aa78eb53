"""Rooms are opened under codes of their own and go when their time is over."""

import secrets
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import connection, connections
from django.utils import timezone
from pytest_django import Settings

from mapapp.domain.caps import RoomCaps
from mapapp.domain.keys import hash_key
from mapapp.models import Activity, Change, Client, Key, Marker, Participant, Room
from mapapp.rooms import creation as rooms
from mapapp.rooms.creation import BadRoom, NoCodeLeft, create_room
from mapapp.rooms.expiry import delete_room, expire_rooms
from mapapp.storage.sql import deleting
from mapapp.storage.store import DatabaseStore

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_room_opens_with_a_good_question_and_its_first_activity(
    settings: Settings,
) -> None:
    settings.ROOM_TTL_HOURS = 3
    opened = create_room()
    room = Room.objects.get(code=opened.room.code)
    assert len(room.code) == 6
    assert room.code.isdigit()
    assert room.activity is not None
    assert room.activity.question == "Where did you travel from?"
    assert room.activity.kind == "own"
    assert room.revision == 0
    assert room.expires - room.created == timedelta(hours=3)


def test_the_host_key_is_told_once_and_stored_hashed() -> None:
    """A1"""
    opened = create_room()
    room = Room.objects.get(pk=opened.room.pk)
    assert room.keys.get().hash == hash_key(opened.host_key)
    assert opened.host_key not in str(Room.objects.values())


def test_what_people_type_is_made_harmless() -> None:
    opened = create_room(title=" Mon\u202eday \n", question="<b>Where?</b>\x00")
    assert opened.room.title == "Monday"
    assert opened.room.activity is not None
    assert opened.room.activity.question == "<b>Where?</b>"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("question", ""),
        ("question", " \u200b "),
        ("question", "x" * 201),
        ("title", "x" * 201),
        ("title", "x" * 10_000_000),
        ("rules", "none"),
        ("markers_each", 0),
        ("markers_each", 101),
    ],
)
def test_what_cannot_be_taken_is_named_and_no_room_is_opened(field: str, value: object) -> None:
    with pytest.raises(BadRoom) as caught:
        create_room(**{field: value})  # type: ignore[arg-type]
    assert caught.value.field == field
    assert not Room.objects.exists()


def test_a_code_that_is_taken_is_not_given_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    codes = iter([5, 5, 5, 6])
    monkeypatch.setattr(secrets, "randbelow", lambda _limit: next(codes))
    assert create_room().room.code == "000005"
    assert create_room().room.code == "000006"


def test_without_a_free_code_the_room_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "randbelow", lambda _limit: 1)
    create_room()
    with pytest.raises(NoCodeLeft):
        create_room()


def test_rooms_that_are_opened_at_once_all_get_codes_of_their_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Many threads draw from few codes: the table's constraint decides, not a look before."""
    real = secrets.randbelow
    monkeypatch.setattr(secrets, "randbelow", lambda _limit: real(40))
    monkeypatch.setattr(rooms, "_CODE_TRIES", 1000)

    def open_one(_number: int) -> str:
        try:
            return create_room().room.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(open_one, range(24)))
    assert len(set(codes)) == 24


def _end(room: Room, now: datetime) -> None:
    Room.objects.filter(pk=room.pk).update(expires=now - timedelta(seconds=1))


def test_a_room_that_ended_a_week_ago_goes_with_everything_in_it_and_others_stay() -> None:
    over, stays = create_room().room, create_room().room
    now = timezone.now()
    _end(over, now)
    for room in (over, stays):
        assert room.activity is not None
        person = Participant.objects.create(id=room.id, room=room, number=1, name="Blue Otter")
        person.clients.create(client=room.id)
        Marker.objects.create(
            room=room, activity=room.activity, number=1, lat=1, lng=2, changed_at_revision=1
        )
        Change.objects.create(room=room, revision=1, at=now, kind="add")

    assert expire_rooms(now) == 0, "the first look only notes it"
    assert expire_rooms(now + timedelta(days=7, seconds=-1)) == 0
    assert expire_rooms(now + timedelta(days=7)) == 1
    assert list(Room.objects.all()) == [stays]
    for model in (Activity, Participant, Marker, Change):
        assert [row.room_id for row in model.objects.all()] == [stays.pk]
    assert expire_rooms(now + timedelta(days=7)) == 0


@pytest.mark.parametrize("days", [20, 365 * 50])
def test_one_clock_that_is_ahead_deletes_nothing(days: int) -> None:
    """Nor is a room shorter of its grace because a wrong clock saw it."""
    room, now = create_room().room, timezone.now()
    assert expire_rooms(now + timedelta(days=days)) == 0
    assert expire_rooms(now) == 0
    room.refresh_from_db()
    assert room.ended is None
    _end(room, now)
    assert expire_rooms(now + timedelta(days=days)) == 0
    # The note of the wrong clock lies in the future: this one is the first that counts.
    assert expire_rooms(now) == 0
    assert expire_rooms(now + timedelta(days=6)) == 0
    assert expire_rooms(now + timedelta(days=7)) == 1


def test_a_room_goes_in_slices_and_admits_nobody_from_the_first_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each slice a transaction of its own: half a million changes hold nobody up for seconds."""
    monkeypatch.setattr(deleting, "SLICE", 10)
    room, stays = create_room().room, create_room().room
    now = timezone.now()
    for each in (room, stays):
        people = [
            Participant(id=uuid.uuid4(), room=each, number=n, name="Blue Otter")
            for n in range(1, 26)
        ]
        Participant.objects.bulk_create(people)
        Client.objects.bulk_create(Client(participant=p, client=p.id) for p in people)
        Change.objects.bulk_create(
            Change(room=each, revision=n, at=now, kind="lock") for n in range(1, 26)
        )
    left: list[tuple[int, bool]] = []

    def look(_seconds: float) -> None:
        assert not connection.in_atomic_block
        left.append((Change.objects.filter(room=room).count(), bool(store.open(room.code))))

    store = DatabaseStore(caps=RoomCaps(room_markers=1))
    assert store.open(room.code) is not None
    monkeypatch.setattr(time, "sleep", look)
    assert delete_room(room.pk)
    assert [count for count, _ in left][:4] == [15, 5, 0, 0]
    assert not any(is_open for _, is_open in left)
    assert not delete_room(room.pk)
    assert list(Room.objects.all()) == [stays]
    for model in (Activity, Participant, Change):
        assert {row.room_id for row in model.objects.all()} == {stays.pk}
    assert Client.objects.count() == 25


def test_a_room_opened_by_a_clock_that_was_behind_outlives_the_next_start() -> None:
    """A small computer without a battery starts in 1976; then the network tells the time."""
    now = timezone.now()
    room = create_room().room
    long_ago = now - timedelta(days=365 * 50)
    Room.objects.filter(pk=room.pk).update(created=long_ago, expires=long_ago + timedelta(days=14))
    assert expire_rooms(now) == 0
    assert Room.objects.filter(pk=room.pk).exists()


def test_a_room_that_was_never_used_goes_early_and_a_prepared_one_stays() -> None:
    """A3: otherwise one address could take the million codes within days."""
    unused, visited, changed = create_room().room, create_room().room, create_room().room
    Key.objects.filter(room=visited).update(used=timezone.now())
    Room.objects.filter(pk=changed.pk).update(revision=1)
    opened = unused.created
    look = timedelta(hours=48)
    assert expire_rooms(opened + look - timedelta(minutes=1)) == 0
    assert expire_rooms(opened + look + timedelta(minutes=1)) == 0, "the first look only notes it"
    assert expire_rooms(opened + 2 * look) == 0
    assert Room.objects.count() == 3
    assert expire_rooms(opened + 2 * look + timedelta(minutes=1)) == 1
    assert set(Room.objects.values_list("pk", flat=True)) == {visited.pk, changed.pk}


def test_a_room_that_is_used_after_all_stays() -> None:
    room = create_room().room
    assert expire_rooms(room.created + timedelta(hours=49)) == 0
    Key.objects.update(used=timezone.now())
    assert expire_rooms(room.created + timedelta(hours=49 + 48)) == 0
    Key.objects.update(used=None)
    assert expire_rooms(room.created + timedelta(hours=49 + 49)) == 0, "noted anew"
    assert Room.objects.exists()


def test_the_command_deletes_expired_rooms(
    capsys: pytest.CaptureFixture[str], settings: Settings
) -> None:
    settings.ROOM_GRACE_DAYS = 0
    room = create_room().room
    _end(room, timezone.now())
    call_command("expire_rooms")
    assert capsys.readouterr().out == "1 rooms deleted\n"
    assert not Room.objects.exists()


def test_a_new_epoch_is_another_for_each_room() -> None:
    """R1: after a restored backup every client takes the state anew."""
    before = {create_room().room.epoch for _ in range(3)}
    call_command("new_epoch", verbosity=0)
    after = set(Room.objects.values_list("epoch", flat=True))
    assert len(after) == 3
    assert not before & after
