"""Holds whose holder is, was, or comes back at another process."""

from __future__ import annotations

from mapapp.rooms import OpenedRoom
from tests.live.conftest import World
from tests.live.simulation import Client


def _ada_drags_and_bob_watches(
    world: World, room: OpenedRoom, *, owner: str
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
    world: World, shared_room: OpenedRoom
) -> None:
    """Its holder had not moved since the grab; the other process asks until it is over (H2)."""
    _ada, bob = _ada_drags_and_bob_watches(world, shared_room, owner="ada")
    world.pass_time(12)  # the lease has been renewed on the way
    world.loop.run(world.processes[0].kill())
    world.until(lambda: bob.markers[1]["holder"] == 0, within=23)
    assert bob.markers[1]["lat"] == 33.0


def test_a_holder_who_comes_back_to_another_process_keeps_the_marker_without_moving(
    world: World, shared_room: OpenedRoom
) -> None:
    """A phone that changes networks while the finger rests (H2, R2)."""
    ada, bob = _ada_drags_and_bob_watches(world, shared_room, owner="ada")
    world.loop.run(ada.break_line())
    world.loop.run(ada.connect(world.processes[1]))
    world.pass_time(15)
    assert bob.markers[1]["holder"] == ada.person


def test_a_new_label_in_the_middle_of_a_drag_leaves_the_marker_where_it_was_seen(
    world: World, shared_room: OpenedRoom
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
