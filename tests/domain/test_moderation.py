"""What a host does about many at once, about newcomers, and about a marker in a hand."""

from uuid import UUID

import pytest

from mapapp.domain.actor import Actor
from mapapp.domain.changes import people
from mapapp.domain.changes.markers import Add, Drop, EndHold, Grab, Place
from mapapp.domain.changes.people import Ban, Door, Expel, Name
from mapapp.domain.changes.steering import Lock
from mapapp.domain.refusals import Refused
from tests.domain.rooms import ADA, BOB, HOST, Room


def from_address(number: int, address: str) -> Actor:
    return Actor(UUID(int=10_000 + number), f"Person {number}", came_from=address)


@pytest.fixture
def room() -> Room:
    return Room("shared", anyone_adds=True)


def refused(room: Room, actor: Actor, operation: object) -> str:
    with pytest.raises(Refused) as why:
        room.do(actor, operation)  # type: ignore[arg-type]
    return why.value.code


def present(room: Room) -> list[str]:
    return [person.name for person in room.state.people.values() if not person.banned]


def test_those_of_the_last_minutes_go_with_their_markers(room: Room) -> None:
    room.do(ADA, Add(1.0, 1.0))
    room.at += 100
    room.do(BOB, Add(2.0, 2.0))
    room.do(BOB, Add(3.0, 3.0))
    room.do(from_address(9, ""), Name("Eve"))
    room.at += 20
    # Being here again is no coming.
    room.do(ADA, Add(4.0, 4.0))
    room.do(HOST, Expel(seconds=60))
    assert present(room) == ["Ada", "Grace"]
    assert {marker.owner for marker in room.state.markers.values()} == {1}
    assert room.state.people_present == 2
    # Nobody is removed twice.
    assert refused(room, HOST, Expel(seconds=60)) == "no_person"


def test_the_border_of_the_last_minutes(room: Room) -> None:
    room.do(ADA, Name("Ada"))
    room.at += 60
    assert refused(room, HOST, Expel(seconds=60)) == "no_person"
    room.do(HOST, Expel(seconds=61))


def test_those_of_one_address_go_and_nobody_else(room: Room) -> None:
    for number, address in enumerate(("a", "b", "a", "", ""), start=10):
        room.do(from_address(number, address), Add(1.0, 1.0))
    room.do(HOST, Expel(like=1))
    assert present(room) == ["Person 11", "Person 13", "Person 14", "Grace"]
    # Of whom nothing is known, nobody else is taken for.
    room.do(HOST, Expel(like=4))
    assert present(room) == ["Person 11", "Person 14", "Grace"]
    assert refused(room, HOST, Expel(like=77)) == "no_person"
    assert refused(room, HOST, Expel()) == "no_person"


def test_whoever_has_ever_steered_stays(room: Room) -> None:
    """A second host, also one who took part before that; and the host who asks."""
    other = Actor(UUID(int=10_005), "Other", host=True, came_from="a")
    room.do(Actor(UUID(int=10_005), "Other", came_from="a"), Add(1.0, 1.0))
    room.do(from_address(6, "a"), Add(1.0, 1.0))
    room.do(other, Lock())
    assert room.state.people[1].steers
    before = room.state.revision
    room.do(other, Lock())
    assert room.state.revision == before + 1, "it is told once"
    room.do(HOST, Expel(seconds=1_000))
    assert present(room) == ["Other", "Grace"]


def test_so_many_go_at_once_and_the_newest_first(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert people.EXPEL_LIMIT == 500
    for number in range(1, 503):
        room.do(from_address(number, "a"), Name(f"P{number}"))
    room.do(HOST, Expel(seconds=10))
    assert present(room) == ["P1", "P2", "Grace"]
    assert people.chosen(room.state, Expel(like=1), room.at) == [2, 1]
    room.do(HOST, Expel(like=1))
    assert present(room) == ["Grace"]


def test_only_a_host_does_such_things(room: Room) -> None:
    room.do(BOB, Add(1.0, 1.0))
    for operation in (Expel(seconds=9), Expel(like=1), Door(False), EndHold(1)):
        assert refused(room, ADA, operation) == "host_only"


def test_the_door_is_closed_and_opened(room: Room) -> None:
    states = [room.state.door_open]
    for is_open in (False, True):
        assert room.do(HOST, Door(open=is_open)).data == {"open": is_open}
        states.append(room.state.door_open)
        # Whoever is in goes on.
        room.do(ADA, Add(1.0, 1.0))
    assert states == [True, False, True]


def test_a_host_ends_anybody_s_hold(room: Room) -> None:
    room.do(ADA, Add(1.0, 1.0))
    grab = room.do(ADA, Grab(1)).revision
    assert refused(room, HOST, Grab(1)) == "held"
    made = room.do(HOST, EndHold(1, 5.0, 6.0))
    assert (made.kind, made.by, made.data) == ("release", 2, {"lat": 5.0, "lng": 6.0})
    marker = room.state.markers[1]
    assert (marker.holder, marker.grab, marker.lat) == (0, 0, 5.0)
    assert refused(room, ADA, Drop(1, grab, 9.0, 9.0)) == "stale_grab"
    room.do(HOST, Grab(1))
    assert refused(room, HOST, EndHold(7)) == "no_marker"


@pytest.mark.parametrize("there", [1.0, 5.0], ids=["not moved", "moved"])
def test_the_hand_that_held_it_cannot_put_it_down_after_all(room: Room, there: float) -> None:
    """As a page does whose hold has ended without it: a place, on condition."""
    room.do(ADA, Add(1.0, 1.0))
    grab = room.do(ADA, Grab(1)).revision
    room.do(HOST, EndHold(1, there, there))
    assert refused(room, ADA, Place(1, 9.0, 9.0, unmoved_since=grab)) == "moved_since"
    room.do(ADA, Place(1, 9.0, 9.0))


def test_a_marker_that_nobody_holds_is_not_let_go(room: Room) -> None:
    room.do(ADA, Add(1.0, 1.0))
    assert refused(room, HOST, EndHold(1)) == "not_held"


def test_a_removed_person_is_not_known_again_by_being_removed_once_more(room: Room) -> None:
    room.do(ADA, Name("Ada"))
    room.do(HOST, Ban(1))
    assert refused(room, HOST, Expel(like=1)) == "no_person"
