"""Pinned markers as a part of what hosts prepare."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from mapapp.domain.activity import PINNED_LIMIT, read_plan
from mapapp.domain.change import Change
from mapapp.domain.changes.flow import Go, Stage
from mapapp.domain.changes.markers import Add, Grab, Place, Remove
from mapapp.domain.changes.pins import pinned_data, pinned_in
from mapapp.domain.changes.plan import Discard, Prepare, Restore, Revise
from mapapp.domain.fields import BadValue
from mapapp.domain.refusals import Refused
from mapapp.domain.rules import decide
from mapapp.domain.sight import sight_of
from tests.domain.rooms import ADA, HOST, Room

START = {"lat": 52.25, "lng": 6.16, "label": "Start"}
END: dict[str, Any] = {"lat": 52.5, "lng": 6.5}


def prepared(room: Room, *pins: dict[str, Any], **plan: Any) -> int:
    given = {"question": "?", **plan, "pinned": list(pins)}
    change = room.do(HOST, Prepare(UUID(int=len(room.state.activities)), read_plan(given)))
    number = change.data["activity"]
    assert isinstance(number, int)
    return number


def pins(room: Room, activity: int) -> Any:
    return pinned_data(pinned_in(room.state, activity)).get("pinned", [])


def made(room: Room, activity: int, *wanted: dict[str, Any], **more: Any) -> list[Change]:
    """The changes of markers that a revision makes; they are applied."""
    operation = Revise(activity, {"pinned": list(wanted), **more})
    changes = decide(room.state, HOST, operation, at=room.at)
    room.do(HOST, operation)
    return [change for change in changes if change.marker]


@pytest.mark.parametrize(
    ("pinned", "field"),
    [
        (3, "pinned"),
        ([END] * (PINNED_LIMIT + 1), "pinned"),
        ([END, 3], "pinned[1]"),
        ([{"lat": 1}], "pinned[0].lng"),
        ([{**START, "lat": 91}], "pinned[0].lat"),
        ([{**START, "lat": float("nan")}], "pinned[0].lat"),
        ([{**START, "lng": True}], "pinned[0].lng"),
        ([{**START, "label": "x" * 61}], "pinned[0].label"),
        ([END, {**START, "colour": 1}], "pinned[1].colour"),
    ],
)
def test_a_bad_one_is_named(pinned: Any, field: str) -> None:
    with pytest.raises(BadValue) as bad:
        read_plan({"question": "?", "pinned": pinned})
    assert bad.value.field == field


def test_none_lies_beside_a_plane() -> None:
    plane = {"question": "?", "surface": {"kind": "plane"}}
    assert read_plan({**plane, "pinned": [{"lat": 1, "lng": -1}]}).pinned
    with pytest.raises(BadValue, match=r"pinned\[0\]"):
        read_plan({**plane, "pinned": [START]})


def test_they_come_with_their_activity_and_only_hosts_move_them() -> None:
    room = Room("shared", anyone_adds=True)
    number = prepared(room, START, END, kind="shared", settings={"anyone_adds": True})
    assert pins(room, number) == [START, END]
    assert pins(room, 1) == []
    assert room.state.markers_present == 2
    room.do(HOST, Go(number))
    room.do(HOST, Stage("answer", (number, "prepare", 1)))
    for operation in (Grab(1), Place(1, 1.0, 2.0), Remove(2)):
        with pytest.raises(Refused, match="not_yours"):
            room.do(ADA, operation)
    room.do(HOST, Place(1, 50.0, 6.0))
    assert pins(room, number) == [{**START, "lat": 50.0, "lng": 6.0}, END]


def test_what_stays_as_it_is_keeps_its_number() -> None:
    room = Room()
    number = prepared(room, START, END)
    moved = {**START, "lat": 50.0}
    first, second = made(room, number, END, moved), made(room, number, moved, {**END, "label": "B"})
    there = {"activity": number, "lat": 50.0, "lng": 6.16}
    assert [(c.kind, c.marker, c.data) for c in first] == [("place", 1, there)]
    named = {"activity": number, "label": "B"}
    assert [(c.kind, c.marker, c.data) for c in second] == [("edit", 2, named)]
    third = made(room, number, {**END, "label": "B"})
    assert [(c.kind, c.marker) for c in third] == [("remove", 1)]
    fourth = made(room, number, {**END, "label": "B"}, START)
    assert [(c.kind, c.marker) for c in fourth] == [("add", 3)]
    assert pins(room, number) == [{**END, "label": "B"}, START]
    assert not made(room, number, {**END, "label": "B"}, START)
    assert made(room, number)
    assert (pins(room, number), room.state.markers_present) == ([], 0)


def test_a_revision_of_something_else_leaves_them_alone() -> None:
    room = Room()
    number = prepared(room, START)
    room.do(HOST, Revise(number, {"question": "New?"}))
    assert pins(room, number) == [START]
    # Nobody has answered: it may become one of another kind.
    change = room.do(HOST, Revise(number, {"kind": "shared"}))
    assert change.data["value"]["pinned"] == [START], "hosts are told what there is now"


def test_another_surface_leaves_out_what_it_has_no_place_for() -> None:
    room = Room()
    number = prepared(room, START, {"lat": 0.5, "lng": 0.5})
    change = room.do(HOST, Revise(number, {"surface": {"kind": "plane"}}))
    assert change.data["value"]["pinned"] == pins(room, number) == [{"lat": 0.5, "lng": 0.5}]


def test_one_in_a_hosts_hand_is_put_down_by_a_revision() -> None:
    room = Room()
    room.do(HOST, Add(1.0, 2.0, pinned=True))
    room.do(HOST, Grab(1))
    (change,) = made(room, 1, {"lat": 3.0, "lng": 4.0})
    assert change.kind == "drop"
    assert room.state.markers[1].holder == 0


def test_they_come_back_with_their_activity() -> None:
    room = Room()
    number = prepared(room, START)
    room.do(HOST, Discard(number))
    change = room.do(HOST, Restore(number))
    assert change.data["value"]["pinned"] == pins(room, number) == [START]


def test_what_is_pinned_elsewhere_is_withheld_though_its_marker_is_not_known() -> None:
    """X1: as changes are read from the tables, when a process opens the room."""
    room = Room()
    number = prepared(room, START, END)
    moved = {"lat": 1.0, "lng": 2.0, "label": "Moved"}
    changes = made(room, number, moved) + made(room, number, moved, START)
    assert [c.kind for c in changes] == ["place", "edit", "remove", "add"]
    for role in ("participant", "screen", "host"):
        sight = sight_of(role, room.state)
        assert not any(sight.shows_change(change, None) for change in changes)
    on_stage = made(room, 1, START)
    assert all(sight.shows_change(change, None) for change in on_stage)


def test_an_activity_has_so_many_and_a_room_so_many_markers() -> None:
    room = Room()
    for step in range(PINNED_LIMIT):
        room.do(HOST, Add(float(step), 2.0, pinned=True))
    with pytest.raises(Refused, match="too_many_markers"):
        room.do(HOST, Add(1.0, 2.0, pinned=True))
    room.do(HOST, Add(1.0, 2.0))
    prepared(room, START)
    room.limit = room.state.markers_present + 1
    with pytest.raises(Refused, match="room_markers_full"):
        prepared(room, START, END)
    with pytest.raises(Refused, match="room_markers_full"):
        room.do(HOST, Revise(2, {"pinned": [START, END, {**END, "lat": 1.0}]}))
