"""What a snapshot tells besides markers."""

from __future__ import annotations

import json
from uuid import UUID

import pytest

from mapapp.domain.activity import read_plan
from mapapp.domain.changes.flow import Go
from mapapp.domain.changes.plan import Prepare
from mapapp.domain.sight import sight_of
from mapapp.protocol import snapshots
from tests.domain.rooms import HOST, Room


@pytest.mark.parametrize("role", ["host", "screen", "participant"])
def test_a_snapshot_tells_the_place_in_the_sequence(role: str) -> None:
    room = Room()
    for number in (1, 2):
        plan = read_plan({"question": f"Question {number}?"})
        room.do(HOST, Prepare(UUID(int=number), plan, number))
    for number in (1, 2, 3):
        if number > 1:
            room.do(HOST, Go(number))
        told = json.loads(snapshots.text(room.state, sight_of(role, room.state)))
        assert (told["activity"], told["place"]) == (number, [number, 3])
