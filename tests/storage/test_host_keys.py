"""Host keys in the store: one-time codes are used once, revoked keys change nothing (A1)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mapapp.domain.changes.keys import Pair, Rotate
from mapapp.domain.changes.steering import Close, Lock
from mapapp.domain.keys import hash_key
from mapapp.domain.storing import Submission
from mapapp.models import Key, Pairing
from mapapp.rooms.creation import CreatedRoom, create_room
from mapapp.storage.sql.values import datetime_of
from mapapp.storage.store import DatabaseStore
from tests.storage.people import Clock, Someone, ask

pytestmark = pytest.mark.django_db(transaction=True)


def open_keys(store: DatabaseStore, opened: CreatedRoom) -> set[int]:
    stored = store.open(opened.room.code)
    assert stored is not None
    return {key.number for key in stored.state.keys.values() if not key.revoked}


def pairing(opened: CreatedRoom, code: str, seconds: float, clock: Clock) -> None:
    Pairing.objects.create(
        room=opened.room, hash=hash_key(code), expires=datetime_of(clock.now + seconds)
    )


def pair(opened: CreatedRoom, code: str, key: str) -> Submission:
    return Submission(opened.room.pk, Pair(hash_key(code), hash_key(key), "iPhone"))


def test_a_one_time_code_is_used_once_and_the_key_is_stored(
    store: DatabaseStore, opened: CreatedRoom, clock: Clock
) -> None:
    """A1; also by two in one transaction, and by two one after the other."""
    elsewhere = create_room()
    pairing(opened, "code", 90, clock)
    pairing(opened, "late", 0, clock)
    pairing(elsewhere, "of another room", 90, clock)
    first, second = ask(store, pair(opened, "code", "a"), pair(opened, "code", "b"))
    assert (first.code, second.code) == ("", "bad_pairing")
    for code in ("code", "late", "of another room", "guessed"):
        (answer,) = ask(store, pair(opened, code, "c"))
        assert answer.code == "bad_pairing", code
    assert list(Key.objects.filter(room=opened.room).values_list("number", "hash", "label")) == [
        (1, hash_key(opened.host_key), ""),
        (2, hash_key("a"), "iPhone"),
    ]
    assert set(open_keys(store, opened)) == {1, 2}
    assert not Pairing.objects.filter(room=opened.room, hash=hash_key("code")).exists()


def test_a_revoked_key_is_refused_in_whatever_process_it_arrives(
    store: DatabaseStore, opened: CreatedRoom, host: Someone
) -> None:
    """From the revision of its revocation on, whatever is still on its way (A1)."""
    host.actor = replace(host.actor, key=1)
    ask(store, host.asks(Lock()))
    answers = ask(store, host.asks(Rotate(hash_key("new"))), host.asks(Close()))
    assert [answer.code for answer in answers] == ["", "key_revoked"]
    assert ask(store, host.asks(Close()))[0].code == "key_revoked"
    assert store.open(opened.room.code).state.phase == "locked"  # type: ignore[union-attr]
    old, new = Key.objects.filter(room=opened.room).order_by("number")
    assert old.revoked is not None
    assert (new.revoked, new.hash) == (None, hash_key("new"))
    host.actor = replace(host.actor, key=2)
    assert ask(store, host.asks(Close()))[0].code == ""


def test_the_use_of_a_key_is_noted(store: DatabaseStore, opened: CreatedRoom, clock: Clock) -> None:
    store.note_use(opened.room.pk, 1)
    assert Key.objects.get(room=opened.room).used == datetime_of(clock.now)
