"""What a result depends on, as the activity says it."""

from __future__ import annotations

from typing import Any

import pytest

from mapapp.domain.activity import read_plan
from mapapp.domain.changes.flow import Go
from mapapp.domain.changes.plan import Prepare
from mapapp.domain.results.context import context_of
from tests.domain.rooms import HOST, Room


@pytest.mark.parametrize(
    ("surface", "is_map"),
    [({"kind": "streets"}, True), ({"kind": "outline"}, True), ({"kind": "plane"}, False)],
)
def test_only_a_plane_is_no_map(surface: dict[str, Any], is_map: bool) -> None:
    room = Room()
    plan = read_plan({"question": "Where?", "surface": surface})
    number = room.do(HOST, Prepare(room.state.id, plan, 1)).data["activity"]
    room.do(HOST, Go(number))
    assert context_of(room.state.activity, revealed=False).is_map is is_map
