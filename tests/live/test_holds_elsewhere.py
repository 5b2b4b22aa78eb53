"""Holds whose holder is, was, or comes back at another process."""

from __future__ import annotations

from typing import Any

import pytest

from mapapp.rooms.creation import CreatedRoom
from tests.live.conftest import World
from tests.live.simulation import Client


def _ada_drags_and_bob_watches(
    world: World, room: CreatedRoom, *, owner: str
) -> tuple[Client, Client]:
    """Ada at the first process has dragged the marker of "ada" or "bob" to 33, 44."""
    one, two = world.process(), world.process()
    people = {"ada": world.client(one, room), "bob": world.client(two, room)}
    ada, bob = people["ada"], people["bob"]
    people[owner].change("add", lat=10.0, lng=20.0)
    world.until(lambda: 1 in ada.markers and 1 in bob.markers)
    world.pass_time(5)  # each process has heard of the other
    grab = ada.change("grab", marker=1)
    world.until(lambda: grab in ada.answers)
    ada.move(1, ada.answers[grab]["rev"], 33.0, 44.0)
    world.until(lambda: bob.markers[1]["lat"] == 33.0)
    return ada, bob


def test_a_lease_that_a_process_renewed_just_before_it_was_killed_ends_on_time(
    world: World, shared_room: CreatedRoom
) -> None:
    """Its holder had not moved since the grab; the other process asks until it is over (H2)."""
    _ada, bob = _ada_drags_and_bob_watches(world, shared_room, owner="ada")
    world.pass_time(12)  # the lease has been renewed on the way
    world.loop.run(world.processes[0].kill())
    world.until(lambda: bob.markers[1]["holder"] == 0, within=23)
    assert bob.markers[1]["lat"] == 33.0


def test_a_holder_who_comes_back_to_another_process_keeps_the_marker_without_moving(
    world: World, shared_room: CreatedRoom
) -> None:
    """A phone that changes networks while the finger rests (H2, R2)."""
    ada, bob = _ada_drags_and_bob_watches(world, shared_room, owner="ada")
    world.loop.run(ada.break_line())
    world.loop.run(ada.connect(world.processes[1]))
    world.pass_time(15)
    assert bob.markers[1]["holder"] == ada.person


def test_a_new_label_in_the_middle_of_a_drag_leaves_the_marker_where_it_was_seen(
    world: World, shared_room: CreatedRoom
) -> None:
    """For newcomers too, and when the hold ends without a drop (O4, H2)."""
    ada, bob = _ada_drags_and_bob_watches(world, shared_room, owner="bob")
    bob.change("edit", marker=1, label="Harbour")
    world.until(lambda: ada.markers[1]["label"] == "Harbour")
    newcomer = world.client(world.processes[0], shared_room)
    assert newcomer.markers[1]["lat"] == 33.0
    world.loop.run(ada.break_line())
    world.until(lambda: bob.markers[1]["holder"] == 0, within=8)
    assert bob.markers[1]["lat"] == 33.0


def _another_tab(world: World, tab: Client, process: int) -> Client:
    """The same person, connected once more."""
    other = Client(tab.code)
    other.token = tab.token
    world.loop.run(other.connect(world.processes[process]))
    world.pass_time(1)
    return other


def test_a_holder_whose_old_line_is_given_up_late_keeps_the_marker_at_the_other_process(
    world: World, shared_room: CreatedRoom
) -> None:
    """The phone has long been back elsewhere when its old socket is found dead (H2, R2)."""
    ada, bob = _ada_drags_and_bob_watches(world, shared_room, owner="ada")
    again = _another_tab(world, ada, 1)
    world.pass_time(4)
    world.loop.run(ada.break_line())
    world.pass_time(9)
    assert bob.markers[1]["holder"] == ada.person
    world.loop.run(again.break_line())
    world.until(lambda: bob.markers[1]["holder"] == 0, within=8)
    assert bob.markers[1]["lat"] == 33.0


@pytest.mark.parametrize("lost", [0, 1, 2, 3])
def test_a_grab_outlives_the_tab_that_made_it_while_the_person_is_connected_elsewhere(
    world: World, shared_room: CreatedRoom, monkeypatch: pytest.MonkeyPatch, lost: int
) -> None:
    """H2: also before the first move, and when messages between the processes are lost."""
    one, two = world.process(), world.process()
    ada, bob = world.client(one, shared_room), world.client(two, shared_room)
    ada.change("add", lat=10.0, lng=20.0)
    world.until(lambda: 1 in bob.markers)
    other = _another_tab(world, ada, 1)
    world.pass_time(5)  # each process has heard of the other
    ada.change("grab", marker=1)
    world.until(lambda: not ada.unanswered and bob.markers[1]["holder"] == ada.person)
    world.pass_time(1)
    deliver = world.broker.send
    left = lost

    def lose(group: str, message: dict[str, Any]) -> None:
        nonlocal left
        if "room" in group and left:
            left -= 1
        else:
            deliver(group, message)

    monkeypatch.setattr(world.broker, "send", lose)
    world.loop.run(ada.break_line())
    world.pass_time(12)
    assert not left
    assert bob.markers[1]["holder"] == other.person
    world.loop.run(other.break_line())
    world.until(lambda: bob.markers[1]["holder"] == 0, within=8)


def test_to_be_connected_elsewhere_is_no_move(world: World, shared_room: CreatedRoom) -> None:
    """H2: however often processes repeat to each other what they hold."""
    ada, bob = _ada_drags_and_bob_watches(world, shared_room, owner="ada")
    _another_tab(world, ada, 1)
    three = world.process()
    world.client(three, shared_room)
    end = world.loop.now + 22
    while world.loop.now < end:
        three.hub.rooms[shared_room.room.pk].line.ask()
        world.pass_time(0.5)
    assert bob.markers[1]["holder"] == 0
    assert bob.markers[1]["lat"] == 33.0


def test_a_tab_that_only_watches_does_not_put_back_what_the_other_drags(
    world: World, shared_room: CreatedRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """O4: only the process where a marker was moved repeats its position."""
    ada, bob = _ada_drags_and_bob_watches(world, shared_room, owner="ada")
    _another_tab(world, ada, 1)
    three = world.process()
    carol = world.client(three, shared_room)
    world.pass_time(3)
    grab = ada.markers[1]["grab"]
    deliver = world.broker.send
    one = world.processes[0].hub.process

    def lose(group: str, message: dict[str, Any]) -> None:
        if message["process"] != one:
            deliver(group, message)

    ada.move(1, grab, 34.0, 44.0)
    world.until(lambda: carol.markers[1]["lat"] == 34.0)
    with monkeypatch.context() as patch:
        patch.setattr(world.broker, "send", lose)
        ada.move(1, grab, 35.0, 44.0)
        world.pass_time(0.2)
        three.hub.rooms[shared_room.room.pk].line.ask()
        world.pass_time(0.2)
    assert ada.markers[1]["lat"] == 35.0
    three.hub.rooms[shared_room.room.pk].line.ask()
    world.until(lambda: carol.markers[1]["lat"] == bob.markers[1]["lat"] == 35.0, within=1)
