"""Results: worked out aside, told to those who may see the answers, and to nobody else (X1)."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pytest

from mapapp.domain.activity import read_plan
from mapapp.domain.results.answers import Answer, Context
from mapapp.domain.results.summary import NoResult, summarize
from mapapp.rooms.creation import CreatedRoom, create_room
from tests.live.conftest import World
from tests.live.simulation import Client


@dataclass(frozen=True)
class Reply:
    shared: dict[str, Any]
    own: Mapping[int, bytes]
    seconds: float


class Calculator:
    """Works results out at once, or after `seconds`; keeps for what it was asked.

    It says that it had the processor all the while, or for `share` of it.
    """

    def __init__(self) -> None:
        self.asked: list[tuple[Context, Sequence[Answer], bool]] = []
        self.times: list[float] = []
        self.seconds = 0.0
        self.share = 1.0
        self.fails = False

    async def work_out(
        self, context: Context, answers: Sequence[Answer], *, personal: bool
    ) -> Reply:
        self.asked.append((context, answers, personal))
        self.times.append(asyncio.get_running_loop().time())
        if self.seconds:
            await asyncio.sleep(self.seconds)
        if self.fails:
            raise NoResult("on purpose")
        summary = summarize(context, answers, personal=personal)
        own = {person: json.dumps(fields).encode() for person, fields in summary.own.items()}
        return Reply(summary.shared, own, self.seconds * self.share)


class Listener(Client):
    """Keeps the results that it is told, and all else that it hears, as text."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.results: list[dict[str, Any]] = []
        self.own: list[dict[str, Any]] = []
        self.told_at: list[float] = []

    def _take(self, message: dict[str, Any]) -> None:
        if message["t"] == "result":
            self.results.append(message)
            self.told_at.append(asyncio.get_running_loop().time())
        elif message["t"] == "your_result":
            self.own.append(message)
        super()._take(message)


class Venue:
    """A room whose results a calculator of the test works out, in one process or two."""

    def __init__(self, world: World, opened: CreatedRoom, processes: int = 1) -> None:
        self.world = world
        self.opened = opened
        self.calculator = Calculator()
        self.processes = [
            world.process(work_out=self.calculator.work_out) for _ in range(processes)
        ]

    def come(
        self, role: str = "participant", process: int = 0, token: str | None = None
    ) -> Listener:
        async def make() -> Listener:
            key = self.opened.host_key if role == "host" else None
            client = Listener(self.opened.room.code, role=role, key=key)
            client.token = token
            await client.connect(self.processes[process])
            return client

        client = self.world.loop.run(make())
        self.world.pass_time(1.0)
        return client

    def do(self, who: Client, kind: str, **fields: Any) -> dict[str, Any]:
        op = who.change(kind, **fields)
        self.world.until(lambda: op in who.answers, within=5)
        assert who.answers[op]["t"] == "ack", who.answers[op]
        return who.answers[op]

    def answer(self, who: Client, lat: float = 50.0, lng: float = 9.0) -> int:
        return int(self.do(who, "add", lat=lat, lng=lng)["marker"])

    def stage(self, host: Client, stage: str, round: int = 0) -> None:
        """Bring the current activity to a stage."""
        fields: dict[str, Any] = {"round": round} if round else {}
        activity = self._activity
        saw = {"activity": activity.number, "stage": activity.stage, "round": activity.round}
        self.do(host, "stage", stage=stage, **{"from": saw}, **fields)

    def reveal(self, host: Client) -> None:
        self.stage(host, "closed")
        self.stage(host, "revealed")

    @property
    def _activity(self) -> Any:
        (room,) = self.processes[0].hub.rooms.values()
        return room.state.activity


@pytest.fixture
def open_room(world: World) -> Venue:
    return Venue(world, opened())


@pytest.fixture
def hidden_room(world: World) -> Venue:
    return Venue(world, opened({"hidden": True}))


def opened(settings: Mapping[str, Any] | None = None, kind: str = "own") -> CreatedRoom:
    """A room with two activities, of which the first has these settings."""
    first = {"kind": kind, "question": "Where?", "settings": dict(settings or {})}
    plans = [read_plan(first), read_plan({"kind": "own", "question": "And now?"})]
    return create_room(activities=plans)


# --- who is told what -----------------------------------------------------------------


def test_an_open_room_is_told_its_result(open_room: Venue) -> None:
    host, screen = open_room.come("host"), open_room.come("screen")
    ada, bob = open_room.come(), open_room.come()
    open_room.answer(ada)
    open_room.answer(bob, lat=52.0)
    open_room.world.until(lambda: any(r["people"] == 2 for r in screen.results), within=6)
    newest = screen.results[-1]
    assert newest["activity"] == 1
    assert newest["round"] == 1
    assert newest["middle"]["lat"] == pytest.approx(51, abs=0.1)
    assert host.results[-1] == newest
    assert not ada.results, "a phone shows it once it is revealed"
    assert not any(one.own for one in (host, screen, ada, bob)), "only when revealed"


def test_whoever_comes_later_is_told_the_same(open_room: Venue) -> None:
    ada, screen = open_room.come(), open_room.come("screen")
    open_room.answer(ada)
    open_room.world.pass_time(5)
    late = open_room.come("screen")
    assert late.results == screen.results[-1:]
    asked = len(open_room.calculator.asked)
    open_room.world.loop.run(screen.break_line())
    open_room.world.loop.run(screen.connect(open_room.processes[0]))
    open_room.world.pass_time(1)
    assert screen.results[-1] == late.results[-1]
    assert len(open_room.calculator.asked) == asked, "that was known already"


def test_hosts_markers_and_pinned_ones_do_not_count(open_room: Venue) -> None:
    host, ada = open_room.come("host"), open_room.come()
    open_room.do(host, "lock")
    open_room.do(host, "unlock")
    open_room.answer(host, lat=-50)
    open_room.do(host, "add", lat=-60, lng=0, pinned=True)
    open_room.answer(ada)
    open_room.world.pass_time(4)
    assert host.results[-1]["people"] == 1
    assert {answer.person for answer in open_room.calculator.asked[-1][1]} == {ada.person or 2}


def test_while_answers_are_hidden_only_hosts_are_told(hidden_room: Venue) -> None:
    """X1."""
    host, screen = hidden_room.come("host"), hidden_room.come("screen")
    ada, bob = hidden_room.come(), hidden_room.come()
    hidden_room.answer(ada)
    hidden_room.answer(bob)
    hidden_room.world.pass_time(5)
    assert host.results[-1]["people"] == 2
    late, near = hidden_room.come(), hidden_room.come("screen")
    hidden_room.stage(host, "closed")
    hidden_room.world.pass_time(5)
    for one in (screen, ada, bob, late, near):
        assert not one.results
        assert not one.own
    assert not any(personal for _, _, personal in hidden_room.calculator.asked)


def test_without_a_host_nothing_hidden_is_worked_out(hidden_room: Venue) -> None:
    ada = hidden_room.come()
    hidden_room.answer(ada)
    hidden_room.world.pass_time(5)
    assert not hidden_room.calculator.asked


def test_for_phones_alone_nothing_is_worked_out_before_the_reveal(open_room: Venue) -> None:
    """A crowd that drags costs no results that nobody would look at."""
    ada = open_room.come()
    open_room.answer(ada)
    open_room.world.pass_time(10)
    assert not open_room.calculator.asked
    host = open_room.come("host")
    open_room.stage(host, "revealed")
    open_room.world.pass_time(2)
    assert ada.results[-1]["people"] == 1
    assert ada.own


def test_a_reveal_tells_everybody_and_each_their_own(hidden_room: Venue) -> None:
    """X3: within a second, and nobody is told what is another's."""
    host, screen = hidden_room.come("host"), hidden_room.come("screen")
    people = [hidden_room.come() for _ in range(3)]
    markers = [hidden_room.answer(one, lat=50.0 + n) for n, one in enumerate(people)]
    watching = hidden_room.come()
    hidden_room.reveal(host)
    hidden_room.world.pass_time(1.0)
    for one in (host, screen, watching, *people):
        assert one.results[-1]["people"] == 3
    for one, marker in zip(people, markers, strict=True):
        (own,) = one.own
        assert own["marker"] == marker
        assert own["activity"] == 1
    for one in (host, screen, watching):
        assert not one.own


def test_who_comes_back_after_the_reveal_is_told_their_own_again(hidden_room: Venue) -> None:
    host, ada, bob = hidden_room.come("host"), hidden_room.come(), hidden_room.come()
    hidden_room.answer(ada)
    hidden_room.answer(bob)
    hidden_room.world.loop.run(ada.break_line())
    hidden_room.reveal(host)
    hidden_room.world.pass_time(2)
    assert not ada.own
    again = hidden_room.come(token=ada.token)
    assert again.own[0]["marker"] == 1
    assert again.results == host.results[-1:]


def test_the_target_is_secret_until_the_reveal(world: World) -> None:
    """X1: the host's result does not have it either, and the screen may show the host's page."""
    venue = Venue(world, opened({"targets": [[50.0, 9.0, 0]]}, kind="guess"))
    host, ada = venue.come("host"), venue.come()
    venue.answer(ada, lat=51.0)
    world.pass_time(3)
    assert "guess" not in host.results[-1]
    assert venue.calculator.asked[-1][0].targets == ()
    venue.reveal(host)
    world.pass_time(1)
    ((person, km, place),) = ada.results[-1]["guess"]["podium"]
    assert (person, place) == (ada.own[-1].get("person", person), 1)
    assert km == pytest.approx(111.2, abs=0.1)
    assert ada.own[-1]["of"] == 1


def test_a_result_that_took_too_long_is_not_told_once_answers_are_hidden_again(
    hidden_room: Venue,
) -> None:
    """X1: the second round begins while the first one's result is still worked out."""
    host, screen, ada = hidden_room.come("host"), hidden_room.come("screen"), hidden_room.come()
    hidden_room.answer(ada)
    hidden_room.world.pass_time(3)
    hidden_room.calculator.seconds = 3.0
    hidden_room.reveal(host)
    hidden_room.stage(host, "answer", round=2)
    hidden_room.world.pass_time(10)
    assert host.results[-1]["round"] == 2
    for one in (screen, ada):
        assert not one.results
        assert not one.own


def test_another_activity_has_a_result_of_its_own(open_room: Venue) -> None:
    host, ada = open_room.come("host"), open_room.come()
    open_room.answer(ada)
    open_room.world.pass_time(3)
    open_room.do(host, "go", activity=2)
    open_room.world.pass_time(3)
    assert (host.results[-1]["activity"], host.results[-1]["people"]) == (2, 0)
    open_room.do(host, "go", activity=1)
    open_room.world.pass_time(3)
    assert (host.results[-1]["activity"], host.results[-1]["people"]) == (1, 1)


def test_each_process_tells_its_own(world: World) -> None:
    venue = Venue(world, opened(), processes=2)
    one, two = venue.come("screen", process=0), venue.come("screen", process=1)
    venue.answer(venue.come())
    world.pass_time(5)
    assert one.results[-1]["people"] == two.results[-1]["people"] == 1


# --- when -----------------------------------------------------------------------------


def test_it_is_worked_out_at_most_once_a_second(open_room: Venue) -> None:
    screen, people = open_room.come("screen"), [open_room.come() for _ in range(4)]
    for person in people:
        open_room.answer(person)
        open_room.world.pass_time(0.3)
    open_room.world.pass_time(3)
    times = open_room.calculator.times
    assert all(later - earlier >= 0.999 for earlier, later in pairwise(times))
    assert screen.results[-1]["people"] == 4


def test_a_large_room_that_takes_long_has_pauses_as_long(open_room: Venue) -> None:
    screen, ada = open_room.come("screen"), open_room.come()
    open_room.calculator.seconds = 2.0
    marker = open_room.answer(ada)
    for n in range(20):
        open_room.do(ada, "place", marker=marker, lat=40.0 + n, lng=9.0)
        open_room.world.pass_time(1)
    times = open_room.calculator.times[2:]  # since it takes that long
    assert all(later - earlier >= 3.9 for earlier, later in pairwise(times))
    open_room.world.pass_time(10)
    assert screen.results[-1]["middle"]["lat"] == 59


def test_a_result_that_waits_for_a_busy_server_costs_no_longer_pause(open_room: Venue) -> None:
    screen, ada = open_room.come("screen"), open_room.come()
    open_room.calculator.seconds, open_room.calculator.share = 1.5, 0.2
    marker = open_room.answer(ada)
    for n in range(20):
        open_room.do(ada, "place", marker=marker, lat=40.0 + n, lng=9.0)
        open_room.world.pass_time(0.5)
    times = open_room.calculator.times[1:]
    assert all(later - earlier <= 2.1 for earlier, later in pairwise(times))
    open_room.world.pass_time(4)
    assert screen.results[-1]["middle"]["lat"] == 59


def test_nothing_is_worked_out_while_nothing_happens(open_room: Venue) -> None:
    ada, screen = open_room.come(), open_room.come("screen")
    open_room.answer(ada)
    open_room.world.pass_time(5)
    asked, told = len(open_room.calculator.asked), len(screen.results)
    assert told
    open_room.world.pass_time(60)
    assert len(open_room.calculator.asked) == asked
    assert len(screen.results) == told


def test_it_follows_markers_while_they_are_dragged(open_room: Venue) -> None:
    screen, ada = open_room.come("screen"), open_room.come()
    marker = open_room.answer(ada)
    grab = open_room.do(ada, "grab", marker=marker)["rev"]
    for n in range(30):
        ada.move(marker, grab, 50.0 + n, 9.0)
        open_room.world.pass_time(0.1)
    assert screen.results[-1]["middle"]["lat"] >= 60


def test_what_has_not_changed_is_not_told_again(open_room: Venue) -> None:
    screen, ada = open_room.come("screen"), open_room.come()
    marker = open_room.answer(ada)
    open_room.world.pass_time(3)
    told = len(screen.results)
    open_room.do(ada, "edit", marker=marker, label="Here")
    open_room.world.pass_time(3)
    assert len(screen.results) == told


def test_phones_are_told_less_often_than_screens(open_room: Venue) -> None:
    screen, ada, bob = open_room.come("screen"), open_room.come(), open_room.come()
    marker = open_room.answer(ada)
    host = open_room.come("host")
    open_room.stage(host, "revealed")
    for n in range(20):
        open_room.do(host, "place", marker=marker, lat=40.0 + n, lng=9.0)
        open_room.world.pass_time(0.9)
    open_room.world.pass_time(5)
    assert len(screen.results) > 2 * len(bob.results)
    gaps = [b - a for a, b in pairwise(bob.told_at)]
    assert min(gaps) >= 2.9
    assert bob.results[-1] == screen.results[-1], "the last one comes to everybody"


def test_a_room_goes_on_without_results(open_room: Venue, caplog: pytest.LogCaptureFixture) -> None:
    open_room.calculator.fails = True
    screen, ada = open_room.come("screen"), open_room.come()
    open_room.answer(ada)
    open_room.world.pass_time(10)
    assert not screen.results
    assert len(ada.markers) == 1
    told = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert len(told) == 1, "and says so once"
    open_room.calculator.fails = False
    open_room.world.pass_time(3)
    assert screen.results[-1]["people"] == 1


def test_a_phone_that_takes_nothing_is_told_once_it_can(open_room: Venue) -> None:
    screen, ada, bob = open_room.come("screen"), open_room.come(), open_room.come()
    open_room.answer(ada)
    host = open_room.come("host")
    bob.can_take.clear()
    open_room.stage(host, "revealed")
    open_room.world.pass_time(8)
    assert screen.results
    told = len(bob.results)
    bob.can_take.set()
    open_room.world.pass_time(4)
    assert len(bob.results) > told
    assert bob.results[-1] == screen.results[-1]


def test_without_a_calculator_there_are_no_results(world: World) -> None:
    venue = Venue(world, opened())
    venue.processes = [world.process()]
    ada, screen = venue.come(), venue.come("screen")
    venue.answer(ada)
    world.pass_time(5)
    assert not screen.results
