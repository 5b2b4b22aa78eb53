"""Friendly names: no two people of a room have the same, and nobody's changes under their hands."""

from __future__ import annotations

import uuid
from functools import partial

import pytest

from mapapp.domain import names
from mapapp.domain.room import Person, RoomState
from mapapp.domain.storing import StoredRoom
from mapapp.live import newcomers
from mapapp.live.newcomers import Newcomers, Shares
from mapapp.live.replica import Replica
from mapapp.rooms.creation import CreatedRoom
from tests.live.conftest import World
from tests.live.simulation import Client

ALL_NAMES = len(names.ADJECTIVES) * len(names.ANIMALS)


@pytest.fixture
def few_names(monkeypatch: pytest.MonkeyPatch) -> int:
    """So few that 24 people would share some, if nobody took care."""
    monkeypatch.setattr(names, "ADJECTIVES", names.ADJECTIVES[:10])
    monkeypatch.setattr(names, "ANIMALS", names.ANIMALS[:10])
    return 100


def empty_room() -> Replica:
    return Replica(StoredRoom(RoomState(uuid.uuid4(), "123456", "e"), 1e12), 0.0)


def any_name(name: str) -> bool:
    return True


def all_add(world: World, clients: list[Client]) -> None:
    for n, client in enumerate(clients):
        client.change("add", lat=1.0 + n, lng=2.0)
    world.until(lambda: not any(client.unanswered for client in clients))
    world.pass_time(5)


def test_nobody_gets_the_name_of_somebody_who_is_here() -> None:
    mine = Newcomers(empty_room(), any_name)
    given = [names.friendly_name(mine.participant()) for _ in range(2_000)]
    assert len(set(given)) == len(given)


def test_nobody_gets_the_name_with_which_somebody_came(few_names: int) -> None:
    room = empty_room()
    mine = Newcomers(room, any_name)
    left = names.friendly_name(mine.participant())
    for adjective in names.ADJECTIVES:
        for animal in names.ANIMALS:
            if (name := f"{adjective} {animal}") != left:
                number = len(room.state.people) + 1
                room.state.know(Person(number, uuid.uuid4(), name))
    others = Newcomers(room, any_name)
    # One name of a hundred is free: found by half of the tries there are.
    found = {names.friendly_name(Newcomers(room, any_name).participant()) for _ in range(40)}
    assert left in found
    assert others.participant() != others.participant(), "there are always ids"


def test_processes_that_know_of_each_other_never_give_the_same_name() -> None:
    """However many they are; each gives a fair share."""
    processes = ["one", "two", "three"]
    given: list[set[str]] = []
    for process in processes:
        others = [other for other in processes if other != process]
        mine = Newcomers(empty_room(), Shares(process, partial(list, others)).gives)
        given.append({names.friendly_name(mine.participant()) for _ in range(600)})
    assert all(len(some) == 600 for some in given)
    assert len(set().union(*given)) == 1_800


def test_with_all_names_given_people_still_come_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(newcomers, "_TRIES", 2)
    mine = Newcomers(empty_room(), any_name)
    assert len({mine.participant() for _ in range(ALL_NAMES + 100)}) == ALL_NAMES + 100


def test_over_two_processes_everybody_keeps_the_name_they_were_welcomed_with(
    world: World, own_room: CreatedRoom, few_names: int
) -> None:
    """All come in before anybody has placed a marker, which is when a number is given."""
    processes = [world.process(), world.process()]
    world.until(lambda: all(process.hub.relay.others for process in processes))
    clients = [world.client(processes[n % 2], own_room) for n in range(24)]
    all_add(world, clients)
    told = clients[0].people
    assert [told[c.person] for c in clients if c.person] == [c.name for c in clients]
    assert len(set(told.values())) == len(clients)


def test_who_comes_back_without_having_changed_anything_keeps_their_name(
    world: World, own_room: CreatedRoom, few_names: int
) -> None:
    """R2: after a restart the process gives the name to nobody else, from then on."""
    one = world.process()
    ada = world.client(one, own_room)
    name = ada.name
    world.loop.run(one.kill())
    two = world.process()
    world.loop.run(ada.connect(two))
    world.pass_time(1)
    others = [world.client(two, own_room) for _ in range(20)]
    assert ada.name == name
    assert name not in {other.name for other in others}


def test_if_two_were_given_one_name_after_all_the_second_gets_another(
    world: World, own_room: CreatedRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two processes that do not hear of each other."""
    one, two = world.process(), world.process()
    world.broker.hurt(1.0, 0.0, 0.0)
    ids = [uuid.UUID(int=uuid.uuid4().int // ALL_NAMES * ALL_NAMES) for _ in range(2)]
    monkeypatch.setattr(newcomers, "uuid4", lambda: ids[0])
    ada = world.client(one, own_room)
    monkeypatch.setattr(newcomers, "uuid4", lambda: ids[1])
    bob = world.client(two, own_room)
    assert ada.name == bob.name
    all_add(world, [ada, bob])
    world.broker.heal()
    world.until(lambda: len(ada.people) == len(bob.people) == 2)
    assert ada.people == bob.people == {1: ada.name, 2: f"{bob.name} 2"}
