"""What a sight withholds never leaves the server towards it (X1, X2), with a made-up sight."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any

import pytest

from mapapp.domain.marker import Marker
from mapapp.domain.room import RoomState
from mapapp.domain.sight import EVERYTHING, Sight
from mapapp.rooms.creation import CreatedRoom
from tests.live.conftest import World
from tests.live.simulation import Client, Process

SECRET = "secret"  # the label of what is withheld
HIDING, REVEALED = "Guess!", "And here it is."


@dataclass(frozen=True, slots=True)
class _Hiding(Sight):
    """Sees no marker with the label SECRET."""

    @property
    def withholds(self) -> bool:
        return True

    def shows(self, marker: Marker) -> bool:
        return marker.label != SECRET


NO_SECRETS = _Hiding("no secrets")


def only_hosts_see_secrets(role: str, room: RoomState) -> Sight:
    return EVERYTHING if role == "host" else NO_SECRETS


class Listener(Client):
    """Keeps all that it hears, and knows what is told to itself alone."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.heard: list[dict[str, Any]] = []
        self.moved: set[int] = set()
        self.mine: dict[int, tuple[float, float]] = {}

    def _take(self, message: dict[str, Any]) -> None:
        self.heard.append(message)
        mine = message.get("mine") if message["t"] == "welcome" else None
        if message["t"] == "mine":
            mine = message["markers"]
        if mine is not None:
            self.mine = {number: (lat, lng) for number, lat, lng, *_ in mine}
        super()._take(message)

    def _move_markers(self, moves: list[Any]) -> None:
        self.moved |= {number for number, *_ in moves}
        super()._move_markers(moves)

    @property
    def kinds(self) -> list[str]:
        return [c["kind"] for m in self.heard if m["t"] == "tick" for c in m["changes"]]

    def heard_of(self, number: int) -> bool:
        """Whether anything but what is personal speaks of a marker, in any way."""
        shared = [m for m in self.heard if m["t"] in ("tick", "snapshot")]
        told = [c for m in shared for c in m.get("changes", ())]
        shown = {n for m in shared if m["t"] == "snapshot" for n, *_ in m["markers"]}
        return (
            number in self.moved
            or number in shown
            or any(c.get("marker") == number for c in told)
            or SECRET in json.dumps(shared)
        )


class Room:
    """A room with a host who sees everything, and others who see no secrets."""

    def __init__(
        self, world: World, opened: CreatedRoom, moves: str = "json", **options: Any
    ) -> None:
        self.world = world
        self.opened = opened
        self.moves = moves
        options.setdefault("sight", only_hosts_see_secrets)
        self.one, self.two = world.process(**options), world.process(**options)
        self.host = self.come(self.two, "host")
        self.ada = self.come(self.one)
        self.bob = self.come(self.two)
        self.near = self.come(self.one)
        self.screen = self.come(self.one, "screen")
        world.pass_time(5)  # each process has heard of the other
        self.secret = self.do(self.ada, "add", lat=61.5, lng=14.5, label=SECRET)["marker"]
        self.shown = self.do(self.ada, "add", lat=1.0, lng=2.0, label="shown")["marker"]

    def come(self, process: Process, role: str = "participant", token: str | None = None) -> Any:
        async def make() -> Listener:
            key = self.opened.host_key if role == "host" else None
            client = Listener(self.opened.room.code, role=role, key=key, moves=self.moves)
            client.token = token
            await client.connect(process)
            return client

        client = self.world.loop.run(make())
        self.world.pass_time(1.0)
        return client

    def do(self, who: Client, kind: str, **fields: Any) -> dict[str, Any]:
        op = who.change(kind, **fields)
        self.world.until(lambda: op in who.answers, within=5)
        assert who.answers[op]["t"] == "ack", who.answers[op]
        return who.answers[op]

    def drag(self, number: int, lat: float) -> None:
        """Ada takes a marker and moves it; she holds it until `drop`."""
        grab = self.do(self.ada, "grab", marker=number)["rev"]
        for step in range(4):
            self.ada.move(number, grab, lat + step / 10, 20.0)
            self.world.pass_time(0.2)

    def drop(self, number: int, lat: float) -> None:
        grab = self.host.markers[number]["grab"]
        self.do(self.ada, "drop", marker=number, grab=grab, lat=lat, lng=20.0)

    def others(self) -> list[Listener]:
        return [self.bob, self.near, self.screen]

    def without_secrets(self) -> dict[str, Any]:
        known: dict[str, Any] = self.host.comparable()
        markers = {n: m for n, m in known["markers"].items() if m["label"] != SECRET}
        return known | {"markers": markers}

    def settle(self) -> None:
        self.world.until(
            lambda: all(same(c.comparable(), self.without_secrets()) for c in self.others()),
            within=10,
        )


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Equal, but for what packed positions are beside the true ones."""
    ones, others = one["markers"], other["markers"]
    return (
        one | {"markers": 0} == other | {"markers": 0}
        and ones.keys() == others.keys()
        and all(
            math.dist((m["lat"], m["lng"]), (others[n]["lat"], others[n]["lng"])) < 1e-4
            and m | {"lat": 0, "lng": 0} == others[n] | {"lat": 0, "lng": 0}
            for n, m in ones.items()
        )
    )


@pytest.fixture(params=["json", "binary", "packed"])
def room(world: World, shared_room: CreatedRoom, request: pytest.FixtureRequest) -> Room:
    return Room(world, shared_room, request.param)


def test_changes_and_moves_of_what_is_withheld_are_in_no_frame(room: Room) -> None:
    """X1: in both processes. Whoever may see it sees it move, through the relay, too."""
    room.drag(room.secret, 50.0)
    room.drag(room.shown, 30.0)
    room.world.until(lambda: room.host.markers[room.secret]["lat"] > 50.2)
    room.world.until(lambda: room.bob.markers[room.shown]["lat"] > 30.2)
    assert room.secret in room.host.moved
    room.drop(room.secret, 51.0)
    room.drop(room.shown, 31.0)
    room.do(room.ada, "edit", marker=room.secret, colour=3)
    room.settle()
    for other in room.others():
        assert not other.heard_of(room.secret)
        assert other.heard_of(room.shown)
        # That there was something is told, and nothing of it: revisions have no gaps,
        # which the client itself checks.
        assert "hidden" in other.kinds
        for change in (c for m in other.heard if m["t"] == "tick" for c in m["changes"]):
            if change["kind"] == "hidden":
                assert change.keys() == {"rev", "kind"}
    room.do(room.ada, "remove", marker=room.secret)
    room.settle()
    assert not any(other.heard_of(room.secret) for other in room.others())


def test_a_snapshot_withholds_it(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """X1: also while it is dragged."""
    monkeypatch.setattr("mapapp.live.change_log.SNAPSHOT_AGE", 0)  # it is encoded anew
    room.drag(room.secret, 50.0)
    for process in (room.one, room.two):
        carol = room.come(process)
        assert any(m["t"] == "snapshot" for m in carol.heard)
        assert carol.markers.keys() == {room.shown}
        assert not carol.heard_of(room.secret)


def test_a_resume_withholds_it(room: Room) -> None:
    """X1, R1: what has changed since is told one by one, and still has no gap."""
    room.world.loop.run(room.bob.break_line())
    room.bob.heard.clear()
    room.drag(room.secret, 50.0)
    room.do(room.ada, "edit", marker=room.shown, label="renamed")
    room.world.loop.run(room.bob.connect(room.two))
    room.settle()
    assert not any(m["t"] == "snapshot" for m in room.bob.heard)
    assert {"hidden", "edit"} <= set(room.bob.kinds)
    assert not room.bob.heard_of(room.secret)


def test_what_a_slow_line_has_missed_withholds_it(room: Room) -> None:
    """X1, F3."""
    room.bob.can_take.clear()
    room.do(room.ada, "edit", marker=room.shown, colour=1)
    room.world.pass_time(1)
    room.drag(room.secret, 50.0)
    room.drag(room.shown, 30.0)
    room.bob.can_take.set()
    room.settle()
    assert room.shown in room.bob.moved
    assert not room.bob.heard_of(room.secret)


def test_a_room_that_is_read_anew_withholds_it(
    world: World, shared_room: CreatedRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """X1, O2."""
    room = Room(world, shared_room)
    monkeypatch.setattr("mapapp.live.reader.FETCH_LIMIT", 3)
    room.two.layer.down = True
    for lat in range(8):
        room.do(room.ada, "place", marker=room.secret, lat=float(lat), lng=0.0)
    room.settle()
    assert not room.bob.heard_of(room.secret)
    # What led there nobody knows any more, so whoever comes back gets a snapshot.
    room.world.loop.run(room.bob.break_line())
    room.bob.rev -= 1
    room.bob.heard.clear()
    room.world.loop.run(room.bob.connect(room.two))
    room.settle()
    assert any(m["t"] == "snapshot" for m in room.bob.heard)
    assert not room.bob.heard_of(room.secret)


def test_ones_own_markers_are_told_to_all_ones_tabs(room: Room) -> None:
    """X1: whoever changed them; and with the welcome after a reload."""
    tab = room.come(room.two, token=room.ada.token)
    assert tab.mine == {room.secret: (61.5, 14.5), room.shown: (1.0, 2.0)}
    room.do(room.ada, "place", marker=room.secret, lat=52.0, lng=20.0)
    for client in (room.ada, tab):
        room.world.until(lambda c=client: c.mine[room.secret] == (52.0, 20.0), within=5)  # type: ignore[misc]
    room.do(room.host, "place", marker=room.secret, lat=53.0, lng=20.0)
    for client in (room.ada, tab):
        room.world.until(lambda c=client: c.mine[room.secret] == (53.0, 20.0), within=5)  # type: ignore[misc]
    room.do(room.host, "remove", marker=room.secret)
    for client in (room.ada, tab):
        room.world.until(lambda c=client: c.mine.keys() == {room.shown}, within=5)  # type: ignore[misc]
        assert not client.heard_of(room.secret)
    assert not any(m["t"] == "mine" for other in room.others() for m in other.heard)


def test_a_tab_on_a_slow_line_is_told_its_own_markers_in_the_end(room: Room) -> None:
    """X1, F3."""
    tab = room.come(room.two, token=room.ada.token)
    tab.can_take.clear()
    room.do(room.ada, "edit", marker=room.shown, colour=1)
    room.world.pass_time(1)
    for lat in (52.0, 53.0, 54.0):
        room.do(room.ada, "place", marker=room.secret, lat=lat, lng=20.0)
    told = len(tab.heard)
    tab.can_take.set()
    room.world.until(lambda: tab.mine[room.secret] == (54.0, 20.0), within=5)
    # Nothing was kept for it: what it had missed came once.
    assert sum(m["t"] == "mine" for m in tab.heard[told:]) <= 2


def test_a_tab_whose_line_is_free_again_before_the_tick_is_told_its_own_markers(
    world: World, shared_room: CreatedRoom
) -> None:
    """X1, F3: the tick alone would not show that it has missed something."""
    room = Room(world, shared_room)
    tab = room.come(room.two, token=room.ada.token)
    live = room.two.hub.rooms[shared_room.room.pk]
    room.do(room.ada, "place", marker=room.secret, lat=52.0, lng=20.0)
    world.until(lambda: tab.mine[room.secret] == (52.0, 20.0))
    for broadcast in live.fanout._broadcasts.values():
        broadcast._pace._own = 1.0
    ticks = len(tab.heard)
    tab.can_take.clear()
    tab.say({"t": "ping", "id": 1})  # its answer is on the way and blocks the line
    room.do(room.ada, "place", marker=room.secret, lat=53.0, lng=20.0)
    world.until(lambda: live.state.markers[room.secret].lat == 53.0)
    assert len(tab.heard) == ticks
    tab.can_take.set()
    world.until(lambda: tab.mine[room.secret] == (53.0, 20.0), within=5)


def test_hosts_screens_and_the_audience_are_told_apart(
    world: World, shared_room: CreatedRoom
) -> None:
    """X2: also while all of them see the same."""
    room = Room(world, shared_room, sight=lambda role, state: EVERYTHING)
    live = room.one.hub.rooms[shared_room.room.pk]
    room.come(room.one, "host")
    audiences = {a: b.connections for a, b in live.fanout._broadcasts.items()}
    assert {audience.role for audience in audiences} == {"host", "screen", "participant"}
    for audience, connections in audiences.items():
        assert {connection.role for connection in connections} == {audience.role}


def test_after_a_reveal_everybody_has_everything(world: World, shared_room: CreatedRoom) -> None:
    """X3, O4: also whoever was away when it happened, and comes back with a revision of before."""
    since: list[int] = []

    def until_revealed(role: str, state: RoomState) -> Sight:
        if role == "host" or state.activity.question != REVEALED:
            return only_hosts_see_secrets(role, state)
        since.append(state.revision)
        return Sight("all", since=since[0])

    room = Room(world, shared_room, sight=until_revealed)
    room.do(room.host, "question", question=HIDING)
    room.drag(room.secret, 50.0)
    assert not any(other.heard_of(room.secret) for other in room.others())
    world.loop.run(room.near.break_line())
    room.do(room.host, "question", question=REVEALED)

    def has_all(client: Client) -> bool:
        return bool(client.comparable() == room.host.comparable())

    clients = (room.ada, room.bob, room.screen)
    world.until(lambda: all(map(has_all, clients)), within=1.5)
    world.loop.run(room.near.connect(room.one))
    world.until(lambda: has_all(room.near), within=5)
    room.drop(room.secret, 51.0)
    world.until(lambda: all(map(has_all, (*clients, room.near))), within=5)
    # And hidden again, as in the next question.
    room.do(room.host, "question", question=HIDING)
    world.until(lambda: room.secret not in room.bob.markers, within=5)


def test_the_one_sight_of_today_is_told_nothing_more_than_before(
    world: World, shared_room: CreatedRoom
) -> None:
    """Byte for byte: no personal frames, nothing hidden, and `welcome` without `mine`."""
    room = Room(world, shared_room, sight=lambda role, state: EVERYTHING)
    room.drag(room.secret, 50.0)
    everybody: list[Listener] = [*room.others(), room.ada, room.host]
    for client in everybody:
        assert room.secret in client.markers
        assert "hidden" not in client.kinds
        assert not any("mine" in m or m["t"] == "mine" for m in client.heard)
