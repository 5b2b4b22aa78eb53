"""L1, L2: the flow of a session, from one question to the next."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from mapapp.domain.activity import ACTIVITIES_LIMIT, LATE_SECONDS, read_plan
from mapapp.domain.changes import Operation
from mapapp.domain.changes.flow import Bell, Count, Go, OfferLate, Stage, Timer
from mapapp.domain.changes.markers import Add, Drop, Grab, Place, PutBack, Release, Remove
from mapapp.domain.changes.people import Ban
from mapapp.domain.changes.plan import Discard, Order, Prepare, Restore, Revise
from mapapp.domain.changes.steering import Lock, Spotlight, Unlock
from mapapp.domain.refusals import Refused
from mapapp.domain.sight import sight_of
from tests.domain.rooms import ADA, BOB, EVE, HOST, Room


@pytest.fixture
def room() -> Room:
    room = Room("own", markers_each=2)
    room.do(ADA, Add(1.0, 1.0))
    room.do(BOB, Add(2.0, 2.0))
    return room


def prepare(room: Room, after: int = 0, **plan: Any) -> int:
    change = room.do(HOST, Prepare(UUID(int=1), read_plan({"question": "?", **plan}), after))
    return int(change.data["activity"])


def at(room: Room) -> tuple[int, str, int]:
    activity = room.state.activity
    return activity.number, activity.stage, activity.round


def to(room: Room, stage: str, round: int = 0) -> None:
    room.do(HOST, Stage(stage, at(room), round))


def refuses(room: Room, code: str, operation: Operation, who: Any = HOST) -> None:
    before = room.state.revision
    with pytest.raises(Refused) as refused:
        room.do(who, operation)
    assert refused.value.code == code
    assert room.state.revision == before


@pytest.mark.parametrize("role", ["host", "screen", "participant"])
def test_going_on_and_back_begins_another_sight(room: Room, role: str) -> None:
    """X1, R1: whoever has seen another activity since begins with a snapshot."""
    second = prepare(room)
    for number in (second, 1):
        changed = room.do(HOST, Go(number))
        sight = sight_of(role, room.state)
        assert (sight.activity, sight.since) == (number, changed.revision)


def test_each_activity_keeps_its_markers_and_its_stage(room: Room) -> None:
    second = prepare(room)
    room.do(HOST, Go(second))
    assert at(room) == (2, "prepare", 1)
    refuses(room, "locked", Add(5.0, 5.0), ADA)
    refuses(room, "no_marker", Place(1, 9.0, 9.0))
    to(room, "answer")
    assert room.do(ADA, Add(5.0, 5.0)).marker == 3, "her markers of another question do not count"
    room.do(HOST, Go(1))
    assert at(room) == (1, "answer", 1)
    assert room.do(ADA, Place(1, 3.0, 3.0)).marker == 1
    refuses(room, "no_marker", Remove(3), ADA)
    assert {n: m.activity for n, m in room.state.markers.items()} == {1: 1, 2: 1, 3: 2}


def test_a_button_that_is_pressed_twice_skips_nothing(room: Room) -> None:
    seen = at(room)
    room.do(HOST, Stage("revealed", seen))
    refuses(room, "stale_stage", Stage("revealed", seen))
    refuses(room, "stale_stage", Go(1))


@pytest.mark.parametrize(
    ("start", "stage", "round"),
    [
        ("prepare", "revealed", 0),
        ("prepare", "answer", 2),
        ("answer", "answer", 0),
        ("answer", "answer", 2),
        ("closed", "prepare", 0),
        ("closed", "closed", 2),
        ("revealed", "answer", 3),
        ("answer", "nonsense", 0),
    ],
)
def test_not_every_stage_follows_every_other(
    room: Room, start: str, stage: str, round: int
) -> None:
    room.state.activity.stage = start
    if (start, stage) == ("closed", "prepare"):
        room.do(HOST, Stage(stage, at(room), round))  # a question may be put back
        return
    refuses(room, "no_such_step", Stage(stage, at(room), round))


def test_only_hosts_steer(room: Room) -> None:
    second = prepare(room)
    for operation in (Go(second), Stage("closed", at(room)), Timer(30), Count(1), Discard(second)):
        refuses(room, "host_only", operation, ADA)


def test_the_end_of_answers_ends_every_hold_where_the_finger_was(room: Room) -> None:
    room.do(ADA, Grab(1))
    room.do(BOB, Grab(2))
    before = room.state.revision
    room.do(HOST, Stage("closed", at(room), held=((1, 41.5, 42.5),)))
    ada, bob = room.state.markers[1], room.state.markers[2]
    assert (ada.lat, ada.lng, ada.holder) == (41.5, 42.5, 0)
    assert (bob.lat, bob.lng, bob.holder) == (2.0, 2.0, 0), "nobody has seen it move"
    assert room.state.revision == before + 3 + 1, "two ends of holds, a host's name, the stage"


def test_a_second_round_starts_from_where_markers_are(room: Room) -> None:
    to(room, "revealed")
    to(room, "answer", round=2)
    assert at(room) == (1, "answer", 2)
    room.do(ADA, Place(1, 7.0, 7.0))
    assert room.state.markers[1].before == (1.0, 1.0)
    to(room, "revealed")
    refuses(room, "no_such_step", Stage("answer", at(room), round=3))
    refuses(room, "no_such_step", Stage("closed", at(room), round=1))


def test_the_beginning_of_a_second_round_can_be_taken_back(room: Room) -> None:
    to(room, "revealed")
    to(room, "answer", round=2)
    refuses(room, "no_such_step", Stage("prepare", at(room), round=1))
    to(room, "revealed", round=1)
    assert at(room) == (1, "revealed", 1)
    assert room.state.markers[1].before is None


def test_a_timer_ends_answers(room: Room) -> None:
    room.do(HOST, Timer(30))
    assert room.state.activity.ends_ms == 1_030_000
    refuses(room, "stale_stage", Bell(1), None)
    room.at += 30
    room.do(None, Bell(1))
    assert at(room) == (1, "closed", 1)
    refuses(room, "stale_stage", Bell(1), None)
    refuses(room, "no_such_step", Timer(30))
    room.do(HOST, Unlock())
    assert room.state.activity.ends == 0, "who opens answers again has not set a new end"


def test_a_bell_for_another_activity_or_an_end_that_was_put_off_is_not_heard(room: Room) -> None:
    room.do(HOST, Timer(30))
    room.at += 31
    refuses(room, "stale_stage", Bell(2), None)
    room.do(HOST, Timer(60))
    refuses(room, "stale_stage", Bell(1), None)


def test_the_time_of_an_activity_begins_with_its_answers_and_ends_when_it_is_left(
    room: Room,
) -> None:
    second = prepare(room, settings={"seconds": 20})
    room.do(HOST, Go(second))
    assert room.state.activity.ends == 0
    to(room, "answer")
    assert room.state.activity.ends == room.at + 20
    room.do(HOST, Go(1))
    room.do(HOST, Go(second))
    assert at(room) == (2, "closed", 1)


def test_what_came_after_the_bell_can_be_counted(room: Room) -> None:
    room.do(HOST, Timer(5))
    room.at += 5
    room.do(None, Bell(1))
    refuses(room, "locked", Place(1, 8.0, 8.0), ADA)
    refuses(room, "not_yours", OfferLate(8.0, 8.0, marker=2), ADA)
    room.do(ADA, OfferLate(8.0, 8.0, marker=1))
    assert room.state.markers[1].lat == 1.0
    number = room.state.numbers[ADA.id]
    room.do(HOST, Count(number))
    assert (room.state.markers[1].lat, room.state.markers[1].owner) == (8.0, number)
    refuses(room, "no_late_answer", Count(number))


def test_a_late_answer_may_be_somebodys_first(room: Room) -> None:
    room.do(HOST, Timer(5))
    room.at += 6
    room.do(None, Bell(1))
    eve = room.do(BOB, OfferLate(4.0, 4.0, marker=2)).data["person"]
    room.do(HOST, Ban(eve))
    refuses(room, "no_person", Count(eve))
    late = room.do(ADA, OfferLate(9.0, 9.0, marker=1))
    room.do(ADA, OfferLate(9.5, 9.5, marker=1))  # the last one counts
    assert room.state.activity.late[late.data["person"]].lat == 9.5


def test_a_late_answer_that_is_counted_may_be_a_new_marker(room: Room) -> None:
    room.do(HOST, Timer(5))
    room.at += 6
    room.do(None, Bell(1))
    late = room.do(EVE, OfferLate(9.0, 9.5)).data["person"]
    counted = room.do(HOST, Count(late)).marker
    marker = room.state.markers[counted]
    assert (marker.lat, marker.lng, marker.owner, marker.activity) == (9.0, 9.5, late, 1)
    assert room.state.last_marker == counted
    assert room.state.markers_present == len(room.state.markers) == 3


def test_after_a_while_nothing_is_late_any_more(room: Room) -> None:
    refuses(room, "locked", OfferLate(1.0, 1.0, marker=1), ADA)
    room.do(HOST, Timer(5))
    room.at += 5
    room.do(None, Bell(1))
    room.at += LATE_SECONDS + 1
    refuses(room, "locked", OfferLate(1.0, 1.0, marker=1), ADA)


def test_a_lock_without_a_timer_has_no_late_answers(room: Room) -> None:
    room.do(HOST, Lock())
    refuses(room, "locked", OfferLate(1.0, 1.0, marker=1), ADA)


# --- what is prepared -----------------------------------------------------------


def numbers(room: Room) -> list[int]:
    return [activity.number for activity in room.state.sequence]


def test_activities_come_in_an_order_that_hosts_change(room: Room) -> None:
    assert [prepare(room), prepare(room), prepare(room, after=1)] == [2, 3, 4]
    assert numbers(room) == [1, 4, 2, 3]
    room.do(HOST, Order((3, 2, 1, 4)))
    assert numbers(room) == [3, 2, 1, 4]
    refuses(room, "other_activities", Order((3, 2, 1)))
    refuses(room, "other_activities", Order((3, 2, 1, 1)))
    room.do(HOST, Discard(2))
    assert numbers(room) == [3, 1, 4]
    refuses(room, "no_activity", Go(2))
    refuses(room, "no_activity", Discard(2))
    refuses(room, "current_activity", Discard(1))
    room.do(HOST, Restore(2))
    assert sorted(numbers(room)) == [1, 2, 3, 4]
    refuses(room, "no_activity", Restore(2))


def test_a_discarded_activity_comes_back_to_its_place(room: Room) -> None:
    prepare(room), prepare(room)
    room.do(HOST, Discard(2))
    room.do(HOST, Restore(2))
    assert numbers(room) == [1, 2, 3]


def test_a_room_has_at_most_so_many(room: Room) -> None:
    for _ in range(ACTIVITIES_LIMIT - 1):
        prepare(room)
    plan = read_plan({"question": "?"})
    refuses(room, "too_many_activities", Prepare(UUID(int=9), plan))
    room.do(HOST, Discard(7))
    prepare(room)
    refuses(room, "too_many_activities", Restore(7))


def test_an_activity_is_revised_in_parts(room: Room) -> None:
    second = prepare(room, kind="own", settings={"markers_each": 3}, surface={"kind": "outline"})
    room.do(HOST, Revise(second, {"question": "New?"}))
    found = room.state.activities[second]
    assert (found.question, found.kind.settings["markers_each"]) == ("New?", 3)
    assert found.surface.kind == "outline"
    room.do(HOST, Revise(second, {"kind": "zones"}))
    assert room.state.activities[second].kind.name == "zones"
    refuses(room, "bad_plan", Revise(second, {"kind": "nothing"}))
    refuses(room, "has_markers", Revise(1, {"kind": "shared"}))
    room.do(HOST, Revise(1, {"settings": {"markers_each": 5}}))
    assert room.state.activity.kind.settings["markers_each"] == 5


def test_on_a_plane_nobody_puts_a_marker_beside_it(room: Room) -> None:
    second = prepare(room, surface={"kind": "plane"})
    room.do(HOST, Go(second))
    to(room, "answer")
    number = room.do(ADA, Add(1.0, -1.0)).marker
    for who in (BOB, HOST):
        refuses(room, "bad_position", Add(1.1, 0.0), who)
    refuses(room, "bad_position", Place(number, 0.0, -1.000001), ADA)
    grab = room.do(ADA, Grab(number)).revision
    refuses(room, "bad_position", Drop(number, grab, 50.0, 9.0), ADA)
    # Who drags it off and goes: it stays on the edge.
    room.do(None, Release(number, grab, 50.0, 0.5, certain=True))
    assert (room.state.markers[number].lat, room.state.markers[number].lng) == (1.0, 0.5)
    room.do(ADA, Grab(number))
    room.do(HOST, Stage("closed", at(room), held=((number, -9.0, 0.5),)))
    assert room.state.markers[number].lat == -1.0


def test_nobody_points_to_a_marker_that_is_not_shown(room: Room) -> None:
    room.do(HOST, Spotlight(1))
    assert room.state.spotlight == 1
    second = prepare(room)
    room.do(HOST, Go(second))
    assert room.state.spotlight == 0
    refuses(room, "no_marker", Spotlight(1))
    refuses(room, "no_marker", Spotlight(99))


def test_only_hosts_pin_and_move_what_is_pinned() -> None:
    room = Room("shared", anyone_adds=True)
    refuses(room, "host_only", Add(1.0, 1.0, pinned=True), ADA)
    number = room.do(HOST, Add(1.0, 1.0, pinned=True)).marker
    refuses(room, "not_yours", Place(number, 2.0, 2.0), ADA)
    refuses(room, "not_yours", Remove(number), ADA)
    room.do(HOST, Place(number, 2.0, 2.0))


def test_a_host_takes_a_removal_back() -> None:
    """L3: numbers come back with their markers."""
    room = Room("own", markers_each=3)
    number = room.do(ADA, Add(1.0, 2.0, "Here", 3, 4)).marker
    refuses(room, "no_marker", PutBack(number))
    room.do(HOST, Remove(number))
    refuses(room, "host_only", PutBack(number), ADA)
    room.do(HOST, PutBack(number))
    found = room.state.markers[number]
    assert (found.owner, found.label, found.colour) == (room.state.numbers[ADA.id], "Here", 3)
    assert room.state.markers_present == 1
    refuses(room, "no_marker", PutBack(number))
    room.do(HOST, Ban(found.owner))
    refuses(room, "no_person", PutBack(number))
