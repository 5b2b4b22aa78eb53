"""Who and how many may come in, and that nobody who belongs inside is kept out (A3)."""

from __future__ import annotations

from typing import Any

import pytest

from consumers.gate import Caps
from mapapp.rooms.creation import CreatedRoom, create_room
from tests.live.conftest import World
from tests.live.simulation import Client, Process


def newcomer(world: World, process: Process, room: CreatedRoom, **options: Any) -> Client:
    """Somebody who tries to come in; whether they are is to be seen a moment later."""
    if options.get("role") == "host":
        options["key"] = room.host_key
    client = Client(room.room.code, **options)
    world.loop.run(client.connect(process))
    world.pass_time(0.1)
    return client


def test_a_hall_of_a_thousand_behind_one_address_comes_in_within_five_seconds(
    world: World, own_room: CreatedRoom
) -> None:
    process = world.process(caps=Caps())
    clients = [Client(own_room.room.code) for _ in range(1_000)]
    for client in clients:
        world.loop.run(client.connect(process))
        world.pass_time(0.005)
    world.pass_time(0.1)
    assert all(client.token for client in clients)


def test_a_script_that_makes_one_person_after_the_other_is_slowed(
    world: World, own_room: CreatedRoom
) -> None:
    """4,999 in 4.7 s from one address before."""
    process = world.process(caps=Caps(new_at_once=20, new_per_minute=60))
    clients = [newcomer(world, process, own_room) for _ in range(60)]
    inside = [client for client in clients if client.token]
    assert 20 <= len(inside) <= 27
    refused = [client for client in clients if not client.token]
    assert {client.closed for client in refused} == {4415}
    # Each has a turn of their own, so that they do not all come back together.
    turns = [client.bye["retry_ms"] for client in refused]
    assert len(set(turns[:10])) == 10
    assert max(turns) <= 60_000
    # Elsewhere, in another room, and with a token nobody waits.
    assert newcomer(world, process, own_room, address="192.0.2.1").token
    assert newcomer(world, process, create_room()).token
    again = Client(own_room.room.code)
    again.token = inside[0].token
    world.loop.run(again.connect(process))
    world.pass_time(0.1)
    assert again.room
    # Whoever comes when told is let in.
    world.pass_time(60)
    assert newcomer(world, process, own_room).token


def test_the_host_and_screens_are_no_new_people(world: World, own_room: CreatedRoom) -> None:
    process = world.process(caps=Caps(new_at_once=1, new_per_minute=1))
    for role in ("host", "screen", "host", "screen", "participant"):
        assert newcomer(world, process, own_room, role=role).room, role
    assert newcomer(world, process, own_room).closed == 4415


def test_who_has_a_marker_always_comes_back_also_into_a_full_room(
    world: World, own_room: CreatedRoom
) -> None:
    """A3, R2: a room full of silent people kept them out."""
    process = world.process(caps=Caps(people=5))
    ada = newcomer(world, process, own_room)
    ada.change("add", lat=1.0, lng=1.0)
    world.until(lambda: not ada.unanswered)
    world.loop.run(ada.break_line())
    for _ in range(5):
        assert newcomer(world, process, own_room).room
    refused = newcomer(world, process, own_room)
    assert refused.closed == 4413
    world.loop.run(ada.connect(process))
    world.until(lambda: ada.process is not None and ada.rev > 0, within=1)
    assert ada.closed is None
    ada.change("place", marker=1, lat=2.0, lng=2.0)
    world.until(lambda: not ada.unanswered, within=1)


def test_a_token_without_a_change_keeps_no_place(world: World, own_room: CreatedRoom) -> None:
    """A3: or a script would gather tokens first."""
    process = world.process(caps=Caps(people=1))
    ada = newcomer(world, process, own_room)
    world.loop.run(ada.break_line())
    world.pass_time(1)
    assert newcomer(world, process, own_room).room
    world.loop.run(ada.connect(process))
    world.until(lambda: ada.closed == 4413, within=1)


def test_screens_are_limited_and_the_presenters_own_is_not(
    world: World, own_room: CreatedRoom
) -> None:
    process = world.process(caps=Caps(screens=4, screens_each_address=2))
    here = [newcomer(world, process, own_room, role="screen") for _ in range(3)]
    assert [screen.closed for screen in here] == [None, None, 4414]
    there = [
        newcomer(world, process, own_room, role="screen", address=f"192.0.2.{n}") for n in range(3)
    ]
    assert [screen.closed for screen in there] == [None, None, 4414]
    assert newcomer(world, process, own_room, role="screen", key=own_room.host_key).room
    assert newcomer(world, process, own_room, role="screen", key="x" * 32).closed == 4414
    # A key makes a screen no host.
    assert process.hub.rooms[own_room.room.pk].presence.total[0] == 0
    world.loop.run(here[0].break_line())
    world.loop.run(here[1].break_line())
    world.pass_time(1)
    assert newcomer(world, process, own_room, role="screen").room


def test_of_too_many_pages_of_one_person_the_oldest_stops(
    world: World, own_room: CreatedRoom
) -> None:
    """301 sockets of one person were in a room before. A phone leaves dead ones behind."""
    process = world.process(caps=Caps(sockets_each_person=3))
    ada = newcomer(world, process, own_room)
    tabs = [ada]
    for _ in range(4):
        tab = Client(own_room.room.code)
        tab.token = ada.token
        world.loop.run(tab.connect(process))
        world.pass_time(0.1)
        tabs.append(tab)
    assert [tab.closed for tab in tabs] == [4409, 4409, None, None, None]
    bob = newcomer(world, process, own_room)
    assert bob.room
    assert bob.closed is None


# --- rooms --------------------------------------------------------------------


def test_rooms_that_nobody_has_changed_make_way(world: World) -> None:
    """A3: 999 of one address locked out everybody else."""
    process = world.process(max_rooms=3)
    silent = [newcomer(world, process, create_room()) for _ in range(3)]
    ada = newcomer(world, process, create_room(), address="192.0.2.1")
    assert ada.room
    assert [client.closed for client in silent] == [4503, None, None]
    assert 5_000 <= silent[0].bye["retry_ms"] < 30_000
    assert len(process.hub.rooms) == 3
    # And the one that has made way is opened again, in place of another.
    world.loop.run(silent[0].connect(process))
    world.until(lambda: silent[1].closed == 4503, within=1)
    world.pass_time(1)
    assert [silent[0].closed, silent[2].closed, ada.closed] == [None, None, None]
    assert len(process.hub.rooms) == 3


@pytest.mark.parametrize("who", ["a change", "a host", "somebody with a row", "a hold"])
def test_a_room_in_which_people_work_never_makes_way(world: World, who: str) -> None:
    room = create_room()
    if who in ("somebody with a row", "a hold"):
        first = world.process()
        ada = newcomer(world, first, room)
        ada.change("add", lat=1.0, lng=1.0)
        if who == "a hold":
            ada.change("grab", marker=1)
        world.until(lambda: not ada.unanswered)
        world.loop.run(first.kill())
    process = world.process(max_rooms=1)
    if who == "somebody with a row":
        world.loop.run(ada.connect(process))
    elif who == "a host":
        newcomer(world, process, room, role="host")
    else:
        ben = newcomer(world, process, room)
        if who == "a change":
            ben.change("add", lat=1.0, lng=1.0)
            world.until(lambda: not ben.unanswered)
    world.pass_time(1)
    assert newcomer(world, process, create_room()).closed == 4503
    assert list(process.hub.rooms) == [room.room.pk]


def test_an_empty_room_makes_way_before_one_with_people(world: World) -> None:
    """Also one that was changed: it is stored."""
    process = world.process(max_rooms=2)
    waiting = newcomer(world, process, create_room())
    gone = newcomer(world, process, create_room())
    gone.change("add", lat=1.0, lng=1.0)
    world.until(lambda: not gone.unanswered)
    world.loop.run(gone.break_line())
    assert newcomer(world, process, create_room()).room
    assert waiting.closed is None


def test_a_wrong_code_makes_no_room_go(world: World) -> None:
    process = world.process(max_rooms=1)
    waiting = newcomer(world, process, create_room())
    other = "000000" if waiting.code != "000000" else "000001"
    guess = Client(other)
    world.loop.run(guess.connect(process))
    world.until(lambda: guess.closed == 4404, within=1)
    assert waiting.closed is None


def test_one_address_has_so_many_rooms_open_and_no_more(world: World) -> None:
    process = world.process(max_rooms_each=2)
    rooms = [create_room() for _ in range(3)]
    people = [newcomer(world, process, room) for room in rooms[:2]]
    for person in people:
        person.change("add", lat=1.0, lng=1.0)
    world.pass_time(1)
    assert newcomer(world, process, rooms[2]).closed == 4416
    elsewhere = newcomer(world, process, rooms[2], address="192.0.2.1")
    assert elsewhere.room
    # It is open now, so anybody may come in.
    assert newcomer(world, process, rooms[2]).room
    assert [person.closed for person in people] == [None, None]


def test_of_the_rooms_of_an_address_its_own_unchanged_ones_make_way(world: World) -> None:
    process = world.process(max_rooms_each=1)
    other = newcomer(world, process, create_room(), address="192.0.2.1")
    first = newcomer(world, process, create_room())
    assert newcomer(world, process, create_room()).room
    assert first.closed == 4503
    assert other.closed is None
