"""What a change does to a room."""

from __future__ import annotations

import copy

import pytest

from mapapp.domain.change import Change
from mapapp.domain.changes import CHANGE_KINDS, apply
from mapapp.domain.changes.markers import Add, Grab
from mapapp.domain.changes.people import Name
from mapapp.domain.room import digest
from tests.domain.rooms import ADA, Room
from tests.domain.samples import sample_changes


def test_changes_are_applied_in_revision_order_only() -> None:
    """O2."""
    room = Room()
    with pytest.raises(ValueError, match="does not follow"):
        apply(room.state, Change(2, "lock"))
    apply(room.state, Change(1, "lock"))
    with pytest.raises(ValueError, match="does not follow"):
        apply(room.state, Change(1, "lock"))


def test_equal_changes_make_equal_states() -> None:
    """O4."""
    one = Room()
    other = copy.deepcopy(one)
    for room in (one, other):
        room.do(ADA, Add(1.0, 2.0, "Home"))
        room.do(ADA, Grab(1))
    assert digest(one.state) == digest(other.state)
    other.do(ADA, Name("Adeline"))
    assert digest(one.state) != digest(other.state)


def test_every_kind_of_change_has_an_effect_on_the_digest() -> None:
    digests, kinds = [digest(Room("shared", anyone_adds=True).state)], set()
    for room, change in sample_changes():
        digests.append(digest(room.state))
        kinds.add(change.kind)
    assert len(set(digests)) == len(digests)
    # `revoke` comes with the last key.
    assert kinds == set(CHANGE_KINDS)
