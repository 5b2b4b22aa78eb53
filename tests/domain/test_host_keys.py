"""Host keys: paired for a one-time code, rotated, revoked (A1)."""

from dataclasses import replace

import pytest

from mapapp.domain.changes.keys import Pair, Revoke, Rotate
from mapapp.domain.changes.markers import Place
from mapapp.domain.changes.steering import Close, Lock
from mapapp.domain.refusals import Refused
from mapapp.domain.room import HostKey
from tests.domain.rooms import ADA, HOST, Room, person

OPENER = replace(HOST, key=1)
OTHER = replace(person("Other", host=True), key=2)


@pytest.fixture
def room() -> Room:
    room = Room("shared", anyone_adds=True)
    room.state.keys[1] = HostKey(1, "first")
    room.state.pairings["code"] = room.at + 90
    return room


def refused(room: Room, actor: object, operation: object) -> str:
    before = room.state.revision
    with pytest.raises(Refused) as why:
        room.do(actor, operation)  # type: ignore[arg-type]
    assert room.state.revision == before
    return why.value.code


def test_a_code_is_good_for_one_key(room: Room) -> None:
    made = room.do(None, Pair("code", "second", "  iPhone\n"))
    assert (made.kind, made.by, made.data["key"]) == ("key", 0, 2)
    assert room.state.keys[2] == HostKey(2, "second", "iPhone")
    assert refused(room, None, Pair("code", "third")) == "bad_pairing"
    assert room.do(OTHER, Lock()).kind == "lock"


def test_a_code_that_is_too_old_or_unknown_gives_nothing(room: Room) -> None:
    assert refused(room, None, Pair("guessed", "second")) == "bad_pairing"
    room.at += 89.9
    room.state.pairings["other"] = room.at
    assert refused(room, None, Pair("other", "second")) == "bad_pairing"
    room.do(None, Pair("code", "second"))


def test_a_closed_room_gives_no_key(room: Room) -> None:
    room.do(OPENER, Close())
    assert refused(room, None, Pair("code", "second")) == "closed"


def test_a_revoked_key_changes_nothing_more(room: Room) -> None:
    """Neither what only a host may, nor anything else."""
    room.do(None, Pair("code", "second"))
    room.do(OTHER, Lock())
    made = room.do(OPENER, Revoke(2))
    assert (made.kind, made.data) == ("revoke", {"key": 2})
    assert refused(room, OTHER, Close()) == "key_revoked"
    assert refused(room, OTHER, Place(1, 1.0, 2.0)) == "key_revoked"
    assert refused(room, OPENER, Revoke(2)) == "no_key"
    assert refused(room, OPENER, Revoke(3)) == "no_key"
    assert refused(room, replace(HOST, key=7), Lock()) == "key_revoked"


def test_a_key_that_was_revoked_is_not_given_again(room: Room) -> None:
    room.do(None, Pair("code", "second"))
    room.do(OPENER, Revoke(2))
    room.state.pairings["another"] = room.at + 1
    assert refused(room, None, Pair("another", "second")) == "bad_pairing"
    assert refused(room, OPENER, Rotate("second")) == "bad_pairing"
    room.do(None, Pair("another", "third"))
    assert room.state.keys[3].hash == "third"


def test_a_rotated_key_is_another_for_the_same_remote(room: Room) -> None:
    room.state.keys[1].label = "Laptop"
    made = room.do(OPENER, Rotate("new"))
    assert (made.kind, made.data) == ("revoke", {"key": 1, "successor": 2})
    assert room.state.keys[2] == HostKey(2, "new", "Laptop")
    assert refused(room, OPENER, Lock()) == "key_revoked"
    room.do(replace(OPENER, key=2), Lock())


def test_only_hosts_have_keys_to_deal_with(room: Room) -> None:
    for operation in (Rotate("new"), Revoke(1)):
        assert refused(room, ADA, operation) == "host_only"
    # Somebody without a key has none to rotate.
    assert refused(room, HOST, Rotate("new")) == "no_key"
