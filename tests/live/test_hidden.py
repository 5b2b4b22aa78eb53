"""X1-X3: a spy writes down every frame; while answers are hidden none tells of others' answers."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mapapp.domain.activity import read_plan
from mapapp.rooms.creation import CreatedRoom, create_room
from tests.live.conftest import World
from tests.live.simulation import Client, Process

LABEL, ANSWER = "By the old mill", "Oslo"
NORTH, EAST = 61.234, 14.765  # where Ada is, to the third decimal
TARGET = [59.913, 10.746, 25]

KINDS: dict[str, dict[str, Any]] = {
    "own": {"kind": "own", "settings": {"hidden": True, "markers_each": 2}},
    "guess": {"kind": "guess", "settings": {"targets": [TARGET], "answer": ANSWER}},
    "zones": {"kind": "zones", "settings": {"hidden": True}},
}


class Spy(Client):
    """Keeps the text of all that is told to everybody with its sight, and the moves."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.told: list[dict[str, Any]] = []
        self.mine: list[Any] = []
        self.heard: list[str] = []
        self.moved: set[int] = set()

    def _take(self, message: dict[str, Any]) -> None:
        self.heard.append(message["t"])
        if message["t"] == "mine":
            self.mine = message["markers"]
        else:
            self.told.append(message)
        super()._take(message)

    def _move_markers(self, moves: list[Any]) -> None:
        self.moved |= {number for number, *_ in moves}

    def knows(self, *secrets: object) -> bool:
        """Whether anything that it was told has one of these in it."""
        text = json.dumps(self.told, ensure_ascii=False)
        return any(str(secret) in text for secret in secrets)

    def knows_of_answers(self) -> bool:
        changes = [c for m in self.told for c in m.get("changes", ())]
        kinds = {c["kind"] for c in changes} & {"add", "grab", "drop", "place", "edit", "release"}
        shown = any(m["markers"] for m in self.told if m["t"] == "snapshot")
        secrets = (LABEL, ANSWER, NORTH, EAST, TARGET[0], TARGET[1])
        return bool(self.moved or kinds or shown or self.knows(*secrets))


class Stage:
    """A room over two processes: a host and Ada here and there, and spies in every role."""

    @classmethod
    def with_kind(cls, world: World, kind: str, moves: str) -> Stage:
        plan = read_plan({"question": "Where?", **KINDS[kind]})
        second = read_plan({"question": "And then?"})
        return cls(world, create_room(activities=[plan, second]), moves)

    def __init__(self, world: World, opened: CreatedRoom, moves: str) -> None:
        self.world, self.moves, self.opened = world, moves, opened
        self.one, self.two = world.process(), world.process()
        self.host = self.come(self.two, "host")
        self.ada = self.come(self.one)
        self.bob = self.come(self.two)
        self.spies = [self.bob, self.come(self.one), self.come(self.one, "screen")]
        world.pass_time(5)

    def come(self, process: Process, role: str = "participant") -> Spy:
        async def make() -> Spy:
            key = self.opened.host_key if role == "host" else None
            spy = Spy(self.opened.room.code, role=role, key=key, moves=self.moves)
            await spy.connect(process)
            return spy

        spy = self.world.loop.run(make())
        self.world.pass_time(1)
        return spy

    def again(self, spy: Spy, process: Process) -> None:
        """Break its line and let it resume."""
        self.world.loop.run(spy.break_line())
        self.world.loop.run(spy.connect(process))
        self.world.pass_time(2)

    def do(self, who: Client, kind: str, **fields: Any) -> dict[str, Any]:
        op = who.change(kind, **fields)
        self.world.until(lambda: op in who.answers, within=5)
        assert who.answers[op]["t"] == "ack", who.answers[op]
        return who.answers[op]

    def to(self, stage: str, before: str, **more: Any) -> None:
        saw = {"activity": 1, "stage": before, "round": 1}
        self.do(self.host, "stage", stage=stage, **{"from": saw}, **more)
        self.world.pass_time(2)

    def answer(self) -> int:
        """Ada answers, drags, edits; Bob answers, too."""
        number = self.do(self.ada, "add", lat=NORTH, lng=EAST, label=LABEL)["marker"]
        grab = self.do(self.ada, "grab", marker=number)["rev"]
        for step in range(5):
            self.ada.move(number, grab, NORTH + step / 1e5, EAST)
            self.world.pass_time(0.3)
        assert isinstance(number, int)
        return number


@pytest.fixture(params=sorted(KINDS))
def stage(request: pytest.FixtureRequest, world: World, moves: str) -> Stage:
    return Stage.with_kind(world, request.param, moves)


@pytest.fixture(params=["json", "packed"])
def moves(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_nobody_learns_of_others_answers_before_the_reveal(stage: Stage) -> None:
    world, host = stage.world, stage.host
    number = stage.answer()
    stage.do(stage.bob, "add", lat=1.0, lng=2.0)
    world.pass_time(2)
    assert number in host.markers, "hosts see them"
    assert any(m.get("answered") == 2 for m in stage.spies[2].told), "how many have answered"
    assert [m[1:3] for m in stage.bob.mine] == [[1.0, 2.0]], "everybody sees their own"

    late = stage.come(stage.one)
    stage.again(stage.spies[1], stage.two)
    stage.again(stage.spies[2], stage.one)
    grab = host.markers[number]["grab"]
    stage.do(stage.ada, "drop", marker=number, grab=grab, lat=NORTH, lng=EAST)
    spies = [*stage.spies, late, stage.come(stage.two, "screen")]
    stage.to("closed", "answer")
    spies.append(stage.come(stage.two))
    for spy in spies:
        assert not spy.knows_of_answers(), spy.role
        assert spy.rev == host.rev, "and revisions stay consecutive"

    stage.to("revealed", "closed")
    for spy in [*spies, stage.come(stage.one)]:
        world.pass_time(2)
        assert spy.markers[number]["label"] == LABEL
        assert {n: m["lat"] for n, m in spy.markers.items()} == {
            n: m["lat"] for n, m in host.markers.items()
        }


def test_a_second_round_is_hidden_again(stage: Stage) -> None:
    number = stage.answer()
    stage.to("closed", "answer")
    stage.to("revealed", "closed")
    stage.to("answer", "revealed", round=2)
    spies = [*stage.spies, stage.come(stage.one)]
    for spy in spies:
        spy.told.clear()
        spy.moved.clear()
    grab = stage.do(stage.ada, "grab", marker=number)["rev"]
    stage.ada.move(number, grab, NORTH + 1, EAST)
    stage.world.pass_time(1)
    stage.do(stage.ada, "drop", marker=number, grab=grab, lat=NORTH + 1, lng=EAST)
    for spy in spies:
        stage.again(spy, stage.two)
        assert not spy.knows_of_answers()
        assert not spy.knows(NORTH + 1)


def test_what_comes_next_is_the_hosts_alone(stage: Stage) -> None:
    pins: list[dict[str, Any]] = [
        {"lat": 51.123, "lng": 7.321, "label": "Post"},
        {"lat": 51.456, "lng": 7.654},
    ]
    plan = {"question": "The secret one", "kind": "guess", "settings": {"answer": "Mill"}}
    number = stage.do(stage.host, "prepare", activity={**plan, "pinned": pins})["activity"]
    stage.do(stage.host, "revise", activity=number, value={"question": "More secret still"})
    pins[0]["lat"] = 51.789
    stage.do(stage.host, "revise", activity=number, value={"pinned": pins})
    stage.do(stage.host, "order", activities=[1, number, 2])
    stage.world.pass_time(2)
    for spy in [*stage.spies, stage.come(stage.one)]:
        assert not spy.knows("secret", "Mill", "And then?", "Post", *(pin["lat"] for pin in pins))
    told = [c for m in stage.host.told for c in m.get("changes", ()) if c["kind"] == "revise"]
    assert told[-1]["value"]["pinned"] == pins
    stage.do(stage.host, "go", activity=number)
    stage.world.pass_time(2)
    snapshot = [m for m in stage.host.told if m["t"] == "snapshot"][-1]
    assert [a["number"] for a in snapshot["activities"]] == [1, number, 2]
    assert [a.get("pinned") for a in snapshot["activities"]] == [None, pins, None]
    for spy in stage.spies:
        assert spy.room["question"] == "More secret still"
        assert not spy.knows("Mill")
        # What is pinned is never hidden, in none of the processes.
        assert sorted(m["lat"] for m in spy.markers.values()) == [51.456, 51.789]
    stage.do(stage.host, "revise", activity=number, value={"pinned": pins[1:]})
    stage.world.pass_time(2)
    for spy in [*stage.spies, stage.come(stage.one)]:
        assert [m["lat"] for m in spy.markers.values()] == [51.456]


def test_who_resumes_at_a_new_process_learns_nothing_of_what_is_pinned_elsewhere(
    world: World, moves: str
) -> None:
    """It reads the last changes from the tables, without their markers (X1)."""
    plans = [read_plan({"question": "Where?"}), read_plan({"question": "And then?"})]
    opened = create_room(activities=plans)
    stage = Stage(world, opened, moves)
    away = stage.spies[1]
    world.loop.run(away.break_line())
    away.told.clear()
    pins: list[dict[str, Any]] = [{"lat": 51.123, "lng": 7.321, "label": "Post"}]
    stage.do(stage.host, "revise", activity=2, value={"pinned": pins})
    pins[0]["lat"] = 51.789
    stage.do(stage.host, "revise", activity=2, value={"pinned": [*pins, {"lat": 1, "lng": 2}]})
    stage.do(stage.host, "revise", activity=2, value={"pinned": pins})
    world.loop.run(away.connect(world.process()))
    world.pass_time(2)
    assert away.rev == stage.host.rev
    assert not any(message["t"] == "snapshot" for message in away.told), "it was told one by one"
    assert not away.markers
    assert not away.knows("Post", 51.123, 51.789)
    stage.do(stage.host, "go", activity=2)
    world.pass_time(2)
    assert [m["lat"] for m in away.markers.values()] == [51.789]


def test_each_question_has_its_own_markers_for_everybody(stage: Stage) -> None:
    number = stage.answer()
    stage.do(stage.host, "go", activity=2)
    stage.do(stage.host, "stage", stage="answer", **{
        "from": {"activity": 2, "stage": "prepare", "round": 1}
    })  # fmt: skip
    stage.world.pass_time(2)
    second = stage.do(stage.bob, "add", lat=5.0, lng=6.0)["marker"]
    stage.world.pass_time(2)
    everybody = [*stage.spies, stage.host, stage.ada]
    for client in everybody:
        assert list(client.markers) == [second]
    stage.do(stage.host, "go", activity=1)
    stage.world.pass_time(2)
    assert list(stage.host.markers) == [number]
    assert not stage.spies[1].markers
    assert stage.host.markers[number]["holder"] == 0, "her hold ended when the room went on"


def test_whoever_drags_when_the_room_goes_on_is_told_their_own_after_the_snapshot(
    stage: Stage,
) -> None:
    """Told before it, a client would take them for the other question's."""
    number = stage.answer()
    stage.do(stage.host, "go", activity=2)
    saw = {"activity": 2, "stage": "prepare", "round": 1}
    stage.do(stage.host, "stage", stage="answer", **{"from": saw})
    second = stage.do(stage.ada, "add", lat=5.0, lng=6.0)["marker"]
    stage.do(stage.ada, "grab", marker=second)
    stage.ada.heard.clear()
    stage.do(stage.host, "go", activity=1)
    stage.world.pass_time(2)
    assert [m[0] for m in stage.ada.mine] == [number]
    told = [kind for kind in stage.ada.heard if kind in ("snapshot", "mine")]
    assert told == ["snapshot", "mine"]


def test_answers_end_at_the_bell_in_all_processes(stage: Stage) -> None:
    number = stage.answer()
    stage.do(stage.host, "timer", seconds=5)
    stage.world.pass_time(7)
    for client in [*stage.spies, stage.host, stage.ada]:
        assert client.room["phase"] == "locked"
    assert stage.host.markers[number]["holder"] == 0
    assert round(stage.host.markers[number]["lat"], 5) == round(NORTH + 4e-5, 5), "where she was"
    op = stage.ada.change("place", marker=number, lat=1.0, lng=1.0)
    stage.world.until(lambda: op in stage.ada.answers)
    assert stage.ada.answers[op]["code"] == "locked"
    stage.do(stage.ada, "late", marker=number, lat=1.5, lng=1.5)
    stage.world.pass_time(1)
    for spy in stage.spies:
        assert not spy.knows(1.5)
    stage.do(stage.host, "count", person=stage.ada.person)
    stage.world.pass_time(1)
    assert stage.host.markers[number]["lat"] == 1.5
    for spy in stage.spies:
        assert not spy.knows(1.5)
