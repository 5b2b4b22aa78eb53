"""How many have answered: people, not markers, and as often as it may be told."""

from __future__ import annotations

from typing import Any

import pytest

from mapapp.domain.activity import read_plan
from mapapp.live.answered import TELL_SECONDS
from mapapp.rooms.creation import CreatedRoom, create_room
from tests.live.conftest import World
from tests.live.simulation import Client


class Venue:
    """A room with a screen that hears how many have answered."""

    def __init__(self, world: World) -> None:
        self.world = world
        plans = [
            read_plan({"question": "Where?", "settings": {"markers_each": 3}}),
            read_plan({"question": "And now?"}),
        ]
        self.opened: CreatedRoom = create_room(activities=plans)
        self.process = world.process()
        self.host = world.client(self.process, self.opened, "host")
        self.screen = world.client(self.process, self.opened, "screen")
        self.ada, self.bob = (world.client(self.process, self.opened) for _ in "ab")
        world.pass_time(2)

    def do(self, who: Client, kind: str, **fields: Any) -> dict[str, Any]:
        op = who.change(kind, **fields)
        self.world.until(lambda: op in who.answers, within=5)
        assert who.answers[op]["t"] == "ack", who.answers[op]
        return who.answers[op]

    def add(self, who: Client, **fields: Any) -> int:
        return int(self.do(who, "add", lat=1.0, lng=2.0, **fields)["marker"])

    def told(self) -> int:
        self.world.pass_time(2 * TELL_SECONDS)
        assert self.screen.answered is not None
        return self.screen.answered


@pytest.fixture
def venue(world: World) -> Venue:
    return Venue(world)


def test_people_are_counted_and_not_their_markers(venue: Venue) -> None:
    first, second = venue.add(venue.ada), venue.add(venue.ada)
    assert venue.told() == 1
    venue.add(venue.bob)
    assert venue.told() == 2
    venue.do(venue.ada, "remove", marker=first)
    assert venue.told() == 2
    venue.do(venue.ada, "remove", marker=second)
    assert venue.told() == 1
    venue.do(venue.host, "putback", marker=second)
    assert venue.told() == 2


def test_hosts_and_what_they_pin_do_not_count(venue: Venue) -> None:
    venue.add(venue.host)
    venue.add(venue.host, pinned=True)
    assert venue.told() == 0
    venue.do(venue.host, "question", question="Where now?")  # known to steer from here on
    assert venue.told() == 0
    venue.add(venue.ada)
    assert venue.told() == 1


def test_each_activity_has_its_own_number(venue: Venue) -> None:
    venue.add(venue.ada)
    venue.do(venue.host, "go", activity=2)
    assert venue.told() == 0
    venue.do(venue.host, "unlock")
    venue.add(venue.ada)
    venue.add(venue.bob)
    assert venue.told() == 2
    venue.do(venue.host, "go", activity=1)
    assert venue.told() == 1
    venue.do(venue.host, "ban", person=venue.ada.person)
    assert venue.told() == 0
