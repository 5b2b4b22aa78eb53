"""What is told of the moves within a budget, at its edges (F4)."""

from __future__ import annotations

import uuid

import pytest

from mapapp.domain.room import RoomState
from mapapp.domain.storing import StoredRoom
from mapapp.live.fanout.pace import BUDGET_SECONDS
from mapapp.live.fanout.pending_moves import PendingMoves
from mapapp.live.holds import Hold
from mapapp.live.replica import Replica

# A position as text takes 30 bytes.
POSITION = 30


def in_hand(replica: Replica, number: int, place: tuple[int, int]) -> None:
    """Let somebody hold this marker there, in millionths of a degree."""
    hold = replica.holds.by_marker[number] = Hold(number, 1, 1, 0.0, 20.0)
    hold.moved(*place, tick=1, local=True, now=0.0)


@pytest.mark.parametrize(("moved", "told"), [(3, 3), (4, 1)])
def test_what_just_fits_is_told_as_a_whole(moved: int, told: int) -> None:
    """Beyond that half of the bytes are for those who have waited longest."""
    replica = Replica(StoredRoom(RoomState(uuid.uuid4(), "123456", "e"), 1e12), 0.0)
    pending = PendingMoves(replica, "json", int(3 * POSITION / BUDGET_SECONDS))
    for number in range(1, moved + 1):
        in_hand(replica, number, (number, number))
        pending.numbers[number] = None
    assert [number for number, _, _ in pending.take()] == list(range(1, told + 1))
    assert list(pending.numbers) == list(range(told + 1, moved + 1))


def test_a_marker_that_is_no_longer_held_is_not_told() -> None:
    replica = Replica(StoredRoom(RoomState(uuid.uuid4(), "123456", "e"), 1e12), 0.0)
    pending = PendingMoves(replica, "json", None)
    in_hand(replica, 2, (5, 6))
    pending.numbers |= {1: None, 2: None}
    assert pending.take() == [(2, 5, 6)]
    assert not pending
