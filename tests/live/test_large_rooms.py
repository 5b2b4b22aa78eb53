"""What a room does when it is too large for everybody to get everything (F4, F5, V2)."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from mapapp.rooms.creation import CreatedRoom
from tests.live.conftest import World
from tests.live.simulation import Process

BUDGET = 400  # bytes a second


class Draggers:
    """People who drag markers, as many each as one may move at a time (A3)."""

    EACH = 30

    def __init__(self, world: World, process: Process, room: CreatedRoom, crowd: int) -> None:
        self.people = [world.client(process, room) for _ in range(crowd // self.EACH)]
        self.crowd = range(1, crowd + 1)
        changes = [("add", {"lat": 0.0, "lng": 0.0})] * self.EACH
        self._do(world, [changes] * len(self.people))
        grabs = [[("grab", {"marker": n}) for n in self._of(i)] for i in range(len(self.people))]
        self._do(world, grabs)
        self._grabs = {number: marker["grab"] for number, marker in self._markers.items()}

    def move(self, number: int, lat: float, lng: float) -> None:
        self.people[(number - 1) // self.EACH].move(number, self._grabs[number], lat, lng)

    @property
    def _markers(self) -> dict[int, dict[str, Any]]:
        return self.people[0].markers

    def _of(self, person: int) -> range:
        return range(person * self.EACH + 1, (person + 1) * self.EACH + 1)

    def _do(self, world: World, changes: list[list[tuple[str, dict[str, Any]]]]) -> None:
        for turn in zip(*changes, strict=True):
            for person, (kind, fields) in zip(self.people, turn, strict=True):
                person.change(kind, **fields)
            world.pass_time(0.1)
        revision = max(answer["rev"] for p in self.people for answer in p.answers.values())
        world.until(lambda: self.people[0].rev >= revision)


@pytest.mark.parametrize("form", ["json", "binary", "packed"])
def test_phones_stay_within_their_budget_and_screens_get_everything(
    world: World, shared_room: CreatedRoom, form: str
) -> None:
    """F4, V2: and in the end everybody has every marker where it is."""
    one = world.process(phone_budget=BUDGET)
    phone = world.client(one, shared_room, moves=form)
    screen = world.client(one, shared_room, "screen", moves=form)
    draggers = Draggers(world, one, shared_room, 90)
    phone.bytes = screen.bytes = 0
    seconds = 20
    for step in range(seconds):
        for number in draggers.crowd:
            draggers.move(number, step + number / 100, number / 10)
        world.pass_time(1.0)
    assert screen.bytes > 1.3 * BUDGET * seconds
    # The measure may begin and end with a tick, and two of them are a second's worth.
    assert phone.bytes <= 1.05 * BUDGET * (seconds + 1)
    world.until(lambda: phone.comparable() == screen.comparable(), within=30)


@pytest.mark.parametrize("form", ["json", "binary", "packed"])
def test_a_phone_that_was_out_of_reach_gets_what_the_others_were_told_meanwhile(
    world: World, shared_room: CreatedRoom, form: str
) -> None:
    """F3, O4: also what had waited for its turn since before it went out of reach."""
    one = world.process(phone_budget=BUDGET)
    screen = world.client(one, shared_room, "screen", moves=form)
    phone = world.client(one, shared_room, moves=form)
    other = world.client(one, shared_room, moves=form)
    draggers = Draggers(world, one, shared_room, 90)
    world.until(lambda: phone.comparable() == screen.comparable())
    for number in draggers.crowd:
        draggers.move(number, number / 100, number / 10)
    world.until(lambda: phone.markers[1]["lat"] == 0.01)
    assert phone.comparable() != screen.comparable(), "some moves wait for their turn"
    phone.can_take.clear()
    world.until(lambda: other.comparable() == screen.comparable())
    phone.can_take.set()
    world.until(lambda: phone.comparable() == screen.comparable(), within=10)


def test_what_a_phone_shows_comes_first(world: World, shared_room: CreatedRoom) -> None:
    """F5: phones with the same budget see their own part of the map move, each its own."""
    one = world.process(phone_budget=BUDGET)
    screen = world.client(one, shared_room, "screen")
    phones = {lat: world.client(one, shared_room, moves="packed") for lat in (10, 20, 30)}
    for lat, phone in phones.items():
        phone.say({"t": "look", "south": lat, "west": 10.0, "north": lat + 1, "east": 11.0})
    draggers = Draggers(world, one, shared_room, 120)
    # Ten markers in each of twelve places, three of which somebody looks at.
    place = {number: 10 * (number % 12) - 50 for number in draggers.crowd}
    current = {lat: Counter[bool]() for lat in phones}
    steps = 20
    for step in range(steps):
        east = 10.2 + step / 100
        for number in draggers.crowd:
            draggers.move(number, place[number] + 0.3 + number / 1000, east)
        world.pass_time(1.0)
        for lat, phone in phones.items():
            for number, marker in phone.markers.items():
                current[lat][place[number] == lat] += abs(marker["lng"] - east) < 0.001
    for seen in current.values():
        assert seen[True] >= 0.9 * steps * 10
        assert seen[False] <= 0.5 * steps * 110
    # And in the end everybody has every marker exactly where it is.
    world.until(
        lambda: all(p.comparable() == screen.comparable() for p in phones.values()), within=20
    )


def test_a_crowd_of_draggers_is_asked_to_send_less_often(
    world: World, shared_room: CreatedRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F4."""
    monkeypatch.setattr("mapapp.live.load._MOVES_TAKEN", 12)
    one = world.process()
    host = world.client(one, shared_room, "host")
    for number in (1, 2, 3):
        host.change("add", lat=0.0, lng=0.0)
        host.change("grab", marker=number)
    world.until(lambda: host.asked_pace == 4)
    late = world.client(one, shared_room)
    assert late.limits["moves_per_second"] == 4
    for number in (1, 2, 3):
        grab = host.markers[number]["grab"]
        host.change("drop", marker=number, grab=grab, lat=0.0, lng=0.0)
    world.until(lambda: host.asked_pace == late.asked_pace == 10)
