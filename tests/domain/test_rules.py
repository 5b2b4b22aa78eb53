"""Who may do what."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mapapp.domain.activity import LOCKED, OPEN
from mapapp.domain.actor import Actor
from mapapp.domain.changes import Operation
from mapapp.domain.changes.markers import Add, Drop, Edit, Grab, Place, Release, Remove
from mapapp.domain.changes.people import Ban, Name
from mapapp.domain.changes.steering import Close, Lock, Question, Unlock
from mapapp.domain.refusals import REFUSALS, Refused
from mapapp.domain.room import CLOSED, HOLD_SECONDS
from tests.domain.rooms import ADA, BOB, EVE, HOST, Room


def refusal(room: Room, actor: Actor | None, operation: Operation) -> Refused:
    before = room.state.revision
    with pytest.raises(Refused) as caught:
        room.do(actor, operation)
    assert room.state.revision == before
    assert caught.value.code in REFUSALS
    assert caught.value.message
    return caught.value


@pytest.fixture
def room() -> Room:
    """Everybody has one marker of their own; Ada has placed hers, number 1."""
    room = Room()
    room.do(ADA, Add(1.0, 2.0))
    return room


@pytest.fixture
def shared() -> Room:
    """Everybody moves shared markers; the host has placed number 1. Ada and Bob are known."""
    room = Room("shared")
    room.do(HOST, Add(1.0, 2.0))
    room.do(ADA, Name("Ada"))
    room.do(BOB, Name("Bob"))
    return room


def test_a_name_alone_is_told_to_nobody_until_more_is_done() -> None:
    """So that a crowd of names costs no newcomer anything."""
    room = Room("shared")
    room.do(HOST, Add(1.0, 2.0))
    named = room.do(BOB, Name("Robert"))
    renamed = room.do(BOB, Name("Bobby"))
    assert [change.data["listed"] for change in (named, renamed)] == [False, False]
    assert not any(person.listed for person in room.state.people.values() if person.number == 2)
    before = room.state.revision
    assert room.do(BOB, Grab(1)).revision == before + 2
    assert room.state.people[2].listed
    assert room.state.people[2].name == "Bobby"


def test_a_room_that_has_all_its_people_takes_no_newcomer_but_hosts(room: Room) -> None:
    """A3: counted are those who have not been removed."""
    room.people = 1
    assert refusal(room, BOB, Add(1.0, 2.0)).code == "room_people_full"
    assert refusal(room, BOB, Name("Bob")).code == "room_people_full"
    room.do(ADA, Place(1, 2.0, 2.0))
    room.do(HOST, Ban(1))
    assert refusal(room, BOB, Add(1.0, 2.0)).code == "room_people_full"
    room.people = 2
    room.do(BOB, Add(1.0, 2.0))


def test_one_person_cannot_fill_a_map_on_which_anybody_adds() -> None:
    """A3: the host can."""
    room = Room("shared", anyone_adds=True)
    room.shared_each = 2
    for _ in range(2):
        room.do(ADA, Add(1.0, 2.0))
        room.do(HOST, Add(1.0, 2.0))
    assert refusal(room, ADA, Add(1.0, 2.0)).code == "too_many_markers"
    room.do(BOB, Add(1.0, 2.0))
    room.do(HOST, Add(1.0, 2.0))
    room.do(ADA, Remove(1))
    room.do(ADA, Add(1.0, 2.0))


def test_a_first_change_also_makes_the_person_known(room: Room) -> None:
    """O1: each change has a revision of its own."""
    assert room.state.revision == 2
    assert room.state.people[1].name == "Ada"
    assert room.state.markers[1].owner == 1


def test_a_person_is_numbered_once(room: Room) -> None:
    """R2."""
    room.do(ADA, Place(1, 3.0, 4.0))
    room.do(BOB, Add(5.0, 6.0))
    assert {number: p.name for number, p in room.state.people.items()} == {1: "Ada", 2: "Bob"}
    assert (room.state.markers[1].lat, room.state.markers[2].owner) == (3.0, 2)


def test_a_person_places_as_many_markers_as_the_activity_says() -> None:
    room = Room(markers_each=2)
    room.do(ADA, Add(1.0, 1.0))
    room.do(ADA, Add(2.0, 2.0))
    assert refusal(room, ADA, Add(3.0, 3.0)).code == "too_many_markers"
    room.do(ADA, Remove(1))
    assert room.do(ADA, Add(3.0, 3.0)).marker == 3, "numbers are never used again"


def test_the_host_places_any_number() -> None:
    room = Room()
    for lat in range(5):
        room.do(HOST, Add(float(lat), 0.0))
    assert room.state.markers_present == 5


@pytest.mark.parametrize(
    "operation",
    [Grab(1), Drop(1, 1, 0.0, 0.0), Place(1, 0.0, 0.0), Edit(1, label="x"), Remove(1)],
)
def test_nobody_touches_somebody_elses_own_marker(room: Room, operation: Operation) -> None:
    assert refusal(room, BOB, operation).code == "not_yours"


@pytest.mark.parametrize("operation", [Grab(1), Place(1, 0.0, 0.0)])
def test_anybody_moves_a_shared_marker(shared: Room, operation: Operation) -> None:
    assert shared.do(ADA, operation).marker == 1


@pytest.mark.parametrize("operation", [Edit(1, label="x"), Remove(1)])
def test_label_and_removal_of_a_shared_marker_belong_to_its_owner(
    shared: Room, operation: Operation
) -> None:
    assert refusal(shared, ADA, operation).code == "not_yours"
    shared.do(HOST, operation)


def test_only_the_host_adds_shared_markers_unless_anyone_may(shared: Room) -> None:
    assert refusal(shared, ADA, Add(0.0, 0.0)).code == "host_only"
    open_to_all = Room("shared", anyone_adds=True)
    assert open_to_all.do(ADA, Add(0.0, 0.0)).marker == 1


def test_markers_of_one_person_look_alike_and_shared_ones_do_not() -> None:
    own, shared = Room(markers_each=3), Room("shared")
    for _number in range(3):
        own.do(ADA, Add(0.0, 0.0))
        shared.do(HOST, Add(0.0, 0.0))
    assert len({marker.colour for marker in own.state.markers.values()}) == 1
    assert len({marker.colour for marker in shared.state.markers.values()}) == 3


def test_a_late_grabber_is_refused_and_told_who_holds_the_marker(shared: Room) -> None:
    """H1."""
    shared.do(ADA, Grab(1))
    refused = refusal(shared, BOB, Grab(1))
    assert (refused.code, refused.by, refused.name) == ("held", 2, "Ada")
    assert "Ada" in refused.message
    assert refusal(shared, HOST, Place(1, 0.0, 0.0)).code == "held"


def test_a_drop_needs_the_present_grab(shared: Room) -> None:
    """O3."""
    first = shared.do(ADA, Grab(1)).revision
    again = shared.do(ADA, Grab(1)).revision
    assert refusal(shared, ADA, Drop(1, first, 5.0, 5.0)).code == "stale_grab"
    shared.do(ADA, Drop(1, again, 5.0, 5.0))
    assert shared.state.markers[1].holder == 0
    assert refusal(shared, ADA, Drop(1, again, 6.0, 6.0)).code == "stale_grab"


def test_a_hold_whose_lease_is_over_holds_nobody_up(shared: Room) -> None:
    """H2."""
    shared.do(ADA, Grab(1))
    shared.at += HOLD_SECONDS - 1
    assert refusal(shared, BOB, Grab(1)).code == "held"
    shared.at += 2
    assert shared.do(BOB, Grab(1)).by == 3


def test_the_server_ends_a_hold_that_it_saw_end_or_whose_lease_is_over(shared: Room) -> None:
    """H2."""
    grab = shared.do(ADA, Grab(1)).revision
    assert refusal(shared, None, Release(1, grab, 9.0, 9.0, certain=False)).code == "held"
    assert refusal(shared, None, Release(1, grab - 1, 9.0, 9.0, certain=True)).code == "stale_grab"
    shared.do(None, Release(1, grab, 9.0, 9.0, certain=True))
    assert (shared.state.markers[1].holder, shared.state.markers[1].lat) == (0, 9.0)

    grab = shared.do(ADA, Grab(1)).revision
    shared.at += HOLD_SECONDS + 1
    assert shared.do(None, Release(1, grab, 8.0, 8.0, certain=False)).by == 0


def test_a_lease_of_a_clock_that_was_put_back_holds_nobody_up_for_long(shared: Room) -> None:
    """H2: it lies hours ahead; after a time of silence the server ends the hold."""
    grab = shared.do(ADA, Grab(1)).revision
    shared.at -= 3600
    assert refusal(shared, BOB, Grab(1)).code == "held"
    assert shared.do(None, Release(1, grab, 8.0, 8.0, certain=False)).by == 0
    assert shared.do(BOB, Grab(1)).by == 3


def test_a_lease_a_little_ahead_is_a_lease(shared: Room) -> None:
    """H1: clocks of two processes differ, and the holder's has just renewed it."""
    grab = shared.do(ADA, Grab(1)).revision
    shared.at -= HOLD_SECONDS
    assert refusal(shared, None, Release(1, grab, 8.0, 8.0, certain=False)).code == "held"


@pytest.mark.parametrize(
    "operation",
    [Add(0.0, 0.0), Grab(1), Place(1, 0.0, 0.0), Edit(1, label="x"), Remove(1)],
)
def test_while_the_map_is_locked_only_the_host_changes_markers(
    room: Room, operation: Operation
) -> None:
    room.do(HOST, Lock())
    assert room.state.phase == LOCKED
    assert refusal(room, ADA, operation).code == "locked"
    room.do(HOST, operation)
    room.do(HOST, Unlock())
    assert room.state.phase == OPEN


@pytest.mark.parametrize("operation", [Lock(), Unlock(), Question("Why?"), Ban(1), Close()])
def test_only_the_host_steers(room: Room, operation: Operation) -> None:
    """A1."""
    assert refusal(room, ADA, operation).code == "host_only"


def test_a_closed_room_stays_as_it_is(room: Room) -> None:
    room.do(HOST, Close())
    assert room.state.phase == CLOSED
    assert refusal(room, ADA, Place(1, 0.0, 0.0)).code == "closed"
    assert refusal(room, HOST, Unlock()).code == "closed"


def test_removing_a_person_takes_their_markers_along_and_nobody_elses(room: Room) -> None:
    room.do(BOB, Add(0.0, 0.0))
    room.do(HOST, Ban(1))
    assert set(room.state.markers) == {2}
    assert room.state.markers_present == 1
    assert refusal(room, ADA, Add(0.0, 0.0)).code == "banned"
    room.do(BOB, Place(2, 1.0, 1.0))


def test_the_host_cannot_remove_themselves_or_nobody(room: Room) -> None:
    room.do(HOST, Add(0.0, 0.0))
    assert refusal(room, HOST, Ban(2)).code == "no_person"
    assert refusal(room, HOST, Ban(99)).code == "no_person"


def test_a_room_holds_only_so_many_markers(room: Room) -> None:
    """A3."""
    room.limit = 1
    assert refusal(room, EVE, Add(0.0, 0.0)).code == "room_markers_full"
    assert refusal(room, HOST, Add(0.0, 0.0)).code == "room_markers_full"


@pytest.mark.parametrize("lat", [float("nan"), float("inf"), 90.1, -91.0])
def test_a_place_off_the_globe_is_refused(room: Room, lat: float) -> None:
    """A2."""
    assert refusal(room, ADA, Place(1, lat, 0.0)).code == "bad_position"
    assert refusal(room, BOB, Add(0.0, lat * 2)).code == "bad_position"


def test_what_does_not_exist_cannot_be_changed(room: Room) -> None:
    assert refusal(room, ADA, Grab(7)).code == "no_marker"


def test_an_edit_changes_only_what_is_given(room: Room) -> None:
    room.do(ADA, Edit(1, label="  Home\u202e "))
    room.do(ADA, Edit(1, colour=7))
    marker = room.state.markers[1]
    assert (marker.label, marker.colour, marker.icon) == ("Home", 7, 0)


def test_a_name_may_not_be_empty(room: Room) -> None:
    assert refusal(room, ADA, Name("\u200b \u0007")).code == "bad_text"


def test_placing_a_marker_that_one_holds_oneself_lets_it_go(shared: Room) -> None:
    shared.do(ADA, Grab(1))
    assert shared.do(ADA, Place(1, 7.0, 7.0)).kind == "drop"
    assert shared.state.markers[1].holder == 0


CONDITIONAL = [
    lambda since: Place(1, 7.0, 7.0, unmoved_since=since),
    lambda since: Grab(1, unmoved_since=since),
]
conditional = pytest.mark.parametrize("operation", CONDITIONAL, ids=["place", "grab"])


@conditional
def test_what_was_kept_does_not_undo_what_somebody_did_since(
    shared: Room, operation: Callable[[int], Operation]
) -> None:
    """O3: a drag that was cut short, another person's drag, and then the first comes back."""
    grab = shared.do(ADA, Grab(1)).revision
    shared.do(None, Release(1, grab, 3.0, 3.0, certain=True))
    bobs = shared.do(BOB, Grab(1)).revision
    shared.do(BOB, Drop(1, bobs, 50.0, 50.0))
    assert refusal(shared, ADA, operation(grab)).code == "moved_since"
    shared.do(ADA, operation(shared.state.revision))


@conditional
def test_what_was_kept_is_done_where_nobody_has_moved_the_marker_since(
    shared: Room, operation: Callable[[int], Operation]
) -> None:
    """D3: its label may have changed, and the server may have ended the hold it belongs to."""
    grab = shared.do(ADA, Grab(1)).revision
    shared.do(HOST, Edit(1, label="Lisbon"))
    shared.do(None, Release(1, grab, 3.0, 3.0, certain=True))
    shared.do(BOB, Grab(1))
    held = shared.state.markers[1]
    shared.do(BOB, Drop(1, held.grab, held.lat, held.lng))
    shared.do(ADA, operation(grab))


@conditional
def test_what_somebody_moved_counts_also_where_the_server_ended_their_hold(
    shared: Room, operation: Callable[[int], Operation]
) -> None:
    """As of the grab: what is older was meant for the place before."""
    bobs = shared.do(BOB, Grab(1)).revision
    shared.do(None, Release(1, bobs, 50.0, 50.0, certain=True))
    assert refusal(shared, ADA, operation(bobs - 1)).code == "moved_since"


def test_a_drop_may_be_conditional_too(shared: Room) -> None:
    """A grab whose answer was lost: the drag began before it, as of what was seen then."""
    seen = shared.state.revision
    moved = shared.do(BOB, Place(1, 50.0, 50.0)).revision
    grab = shared.do(ADA, Grab(1)).revision
    assert refusal(shared, ADA, Drop(1, grab, 7.0, 7.0, unmoved_since=seen)).code == "moved_since"
    shared.do(ADA, Drop(1, grab, 7.0, 7.0, unmoved_since=moved))


def test_somebody_who_holds_the_marker_is_the_reason_that_is_told_first(shared: Room) -> None:
    seen = shared.state.revision
    shared.do(BOB, Place(1, 50.0, 50.0))
    shared.do(BOB, Grab(1))
    assert refusal(shared, ADA, Place(1, 7.0, 7.0, unmoved_since=seen)).code == "held"


def test_in_a_room_of_a_kind_that_only_a_newer_version_knows_hosts_alone_change_markers() -> None:
    """While processes are replaced, an older one must not fail over such a room's row."""
    room = Room("newer", markers_each=3, anyone_adds=True)
    assert room.state.activity.kind.name == "newer"
    room.do(HOST, Add(1.0, 1.0))
    assert refusal(room, ADA, Add(1.0, 1.0)).code == "host_only"
    for operation in (Place(1, 2.0, 2.0), Edit(1, label="x"), Remove(1)):
        assert refusal(room, ADA, operation).code == "not_yours"
    room.do(HOST, Place(1, 2.0, 2.0))
