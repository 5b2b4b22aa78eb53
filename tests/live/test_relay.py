"""What the channel layer may do to news between processes: lose, repeat and reorder it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from mapapp.live.relay.relay import HEARTBEAT_SECONDS
from mapapp.live.relay.subscription import Subscription
from mapapp.rooms.creation import CreatedRoom, create_room
from tests.live.conftest import World
from tests.live.simulation import Client, Layer, Process

Message = tuple[str, dict[str, Any]]


class Post:
    """Looks at what goes through the broker, and can keep it back."""

    def __init__(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seen: list[Message] = []
        self.keeps_back = False
        self.loses = 0
        self._world = world
        self._deliver = world.broker.send
        monkeypatch.setattr(world.broker, "send", self._send)

    def _send(self, group: str, message: dict[str, Any]) -> None:
        if "room" in group:
            self.seen.append((group, message))
            if self.loses:
                self.loses -= 1
                return
        if not ("room" in group and self.keeps_back):
            self._deliver(group, message)

    def deliver(self, message: Message) -> None:
        async def deliver() -> None:
            self._deliver(*message)

        self._world.loop.run(deliver())
        self._world.pass_time(0.2)


def _ada_holds_two_markers(world: World, ada: Client) -> Callable[[int, float], None]:
    """Return what moves one of them to a latitude."""
    for marker in (1, 2):
        ada.change("add", lat=10.0, lng=20.0)
        ada.change("grab", marker=marker)
    world.until(lambda: not ada.unanswered)
    world.pass_time(5)  # each process has heard of the other
    grabs = {marker: ada.markers[marker]["grab"] for marker in (1, 2)}
    return lambda marker, lat: ada.move(marker, grabs[marker], lat, 20.0)


def _two_processes(world: World, room: CreatedRoom) -> tuple[Process, Client, Client]:
    """Ada is at the first, which is returned, and Bob at the second."""
    one, two = world.process(), world.process()
    return one, world.client(one, room), world.client(two, room)


def test_a_message_that_comes_twice_puts_no_marker_back(
    world: World, shared_room: CreatedRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """O2, O4."""
    _one, ada, bob = _two_processes(world, shared_room)
    move = _ada_holds_two_markers(world, ada)
    post = Post(world, monkeypatch)
    move(1, 11.0)
    world.until(lambda: bob.markers[1]["lat"] == 11.0)
    first = post.seen[-1]
    move(1, 12.0)
    world.until(lambda: bob.markers[1]["lat"] == 12.0)
    post.deliver(first)
    assert bob.markers[1]["lat"] == 12.0


def test_a_message_that_was_overtaken_puts_no_marker_back_and_its_other_positions_are_not_lost(
    world: World, shared_room: CreatedRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """O2, O4: the gap was noticed, so that they have been told again."""
    _one, ada, bob = _two_processes(world, shared_room)
    move = _ada_holds_two_markers(world, ada)
    post = Post(world, monkeypatch)
    post.keeps_back = True
    move(1, 11.0)
    move(2, 22.0)
    world.until(lambda: bool(post.seen))
    world.pass_time(0.1)
    (overtaken,) = post.seen
    post.keeps_back = False
    move(1, 12.0)
    world.until(lambda: bob.markers[1]["lat"] == 12.0)
    world.until(lambda: bob.markers[2]["lat"] == 22.0, within=1)
    post.deliver(overtaken)
    assert (bob.markers[1]["lat"], bob.markers[2]["lat"]) == (12.0, 22.0)


@pytest.mark.parametrize("lost", [1, 2, 3])
def test_what_was_missed_is_asked_for_until_it_is_told(
    world: World, shared_room: CreatedRoom, monkeypatch: pytest.MonkeyPatch, lost: int
) -> None:
    """O4: the news itself is lost, the question, or the answer to it."""
    _one, ada, bob = _two_processes(world, shared_room)
    move = _ada_holds_two_markers(world, ada)
    post = Post(world, monkeypatch)
    post.loses = lost
    move(1, 11.0)
    world.pass_time(HEARTBEAT_SECONDS * (lost + 1))
    assert post.loses == 0
    assert bob.markers[1]["lat"] == 11.0


@pytest.mark.parametrize("lost", [1, 2])
def test_what_a_reload_could_not_take_is_asked_for_until_it_is_told(
    world: World, shared_room: CreatedRoom, monkeypatch: pytest.MonkeyPatch, lost: int
) -> None:
    """O4: the process asks by itself here, not because of a gap."""
    one, two = world.process(), world.process()
    ada, bob = world.client(one, shared_room), world.client(two, shared_room)
    move = _ada_holds_two_markers(world, ada)
    move(1, 11.0)
    world.until(lambda: bob.markers[1]["lat"] == 11.0)
    (live,) = two.hub.rooms.values()
    for hold in live.replica.holds:
        hold.tick = 0
    post = Post(world, monkeypatch)
    post.loses = lost

    async def ask() -> None:
        live.line.ask()

    world.loop.run(ask())
    world.pass_time(HEARTBEAT_SECONDS * (lost + 1))
    assert post.loses == 0
    assert live.replica.holds.by_marker[1].lat == 11_000_000


def test_changes_of_a_message_that_was_overtaken_are_taken(
    world: World, shared_room: CreatedRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """O2: they carry revisions. Here the store does not help, as it hangs."""
    _one, ada, bob = _two_processes(world, shared_room)
    move = _ada_holds_two_markers(world, ada)
    post = Post(world, monkeypatch)
    monkeypatch.setattr(world.processes[1].hub.reader, "read", _hangs)
    post.keeps_back = True
    ada.change("edit", marker=1, label="Harbour")
    world.until(lambda: bool(post.seen))
    post.keeps_back = False
    move(1, 12.0)
    world.until(lambda: bob.markers[1]["lat"] == 12.0)
    post.deliver(post.seen[0])
    assert bob.markers[1]["label"] == "Harbour"


def test_a_heartbeat_that_overtakes_news_does_not_make_it_old(
    world: World, shared_room: CreatedRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """O4."""
    _one, ada, bob = _two_processes(world, shared_room)
    move = _ada_holds_two_markers(world, ada)
    post = Post(world, monkeypatch)
    post.keeps_back = True
    move(1, 11.0)
    world.until(lambda: bool(post.seen))
    world.pass_time(2.5)
    post.deliver(post.seen[0])
    assert bob.markers[1]["lat"] == 11.0


def test_a_process_that_has_dropped_a_room_and_opens_it_again_is_believed(
    world: World, shared_room: CreatedRoom
) -> None:
    """O4."""
    one, ada, bob = _two_processes(world, shared_room)
    move = _ada_holds_two_markers(world, ada)
    for step in range(50):
        move(1, float(step))
        world.pass_time(0.1)
    world.loop.run(ada.break_line())
    world.until(lambda: not one.hub.rooms, within=60)
    world.loop.run(ada.connect(one))
    move = _ada_moves_again(world, ada)
    for lat in (60.0, 61.0, 62.0):
        move(1, lat)
        world.until(lambda lat=lat: bob.markers[1]["lat"] == lat, within=1)  # type: ignore[misc]


def test_a_process_that_was_restarted_is_believed(world: World, shared_room: CreatedRoom) -> None:
    """O4."""
    one, ada, bob = _two_processes(world, shared_room)
    move = _ada_holds_two_markers(world, ada)
    for step in range(50):
        move(1, float(step))
        world.pass_time(0.1)
    world.loop.run(one.kill())
    world.loop.run(ada.connect(world.process()))
    world.pass_time(5)
    for lat in (60.0, 61.0, 62.0):
        move(1, lat)
        world.until(lambda lat=lat: bob.markers[1]["lat"] == lat, within=1)  # type: ignore[misc]


async def _hangs(*_: object) -> None:
    await asyncio.Event().wait()


def _ada_moves_again(world: World, ada: Client) -> Callable[[int, float], None]:
    ada.change("grab", marker=1)
    world.until(lambda: not ada.unanswered)
    grab = ada.answers[ada.op]["rev"]
    world.pass_time(5)
    return lambda marker, lat: ada.move(marker, grab, lat, 20.0)


def test_nothing_is_kept_of_rooms_that_are_not_open_here_nor_of_processes_that_are_gone(
    world: World, shared_room: CreatedRoom
) -> None:
    """Memory is bounded by the rooms that are open and the processes that live."""
    one, _ada, _bob = _two_processes(world, shared_room)
    two = world.processes[1]

    def kept() -> dict[UUID, set[str]]:
        return {room: set(line.peers) for room, line in two.hub.relay._lines.items()}

    for room in (create_room(), create_room()):
        visitor = world.client(one, room)
        world.pass_time(5)
        assert kept() == {shared_room.room.pk: {one.hub.process}}
        world.loop.run(visitor.break_line())
    world.loop.run(one.kill())
    world.until(lambda: kept() == {shared_room.room.pk: set()}, within=120)


def test_a_layer_that_has_forgotten_the_groups_is_told_them_again(
    world: World, shared_room: CreatedRoom
) -> None:
    """O4: the layer in memory forgets who is in a group after a day, or when the clock is set."""
    _one, ada, bob = _two_processes(world, shared_room)
    move = _ada_holds_two_markers(world, ada)
    world.broker.forget()
    world.until(lambda: not any(p.hub.relay.up for p in world.processes), within=20)
    world.until(lambda: all(p.hub.relay.up for p in world.processes), within=5)
    move(1, 11.0)
    world.until(lambda: bob.markers[1]["lat"] == 11.0)


def test_a_room_that_is_opened_again_while_it_is_being_left_is_heard(world: World) -> None:
    """The layer may carry out two calls in either order."""

    class Slow(Layer):
        async def group_discard(self, group: str, channel: str) -> None:
            await asyncio.sleep(1.0)
            await super().group_discard(group, channel)

    async def leave_and_join() -> dict[str, Any]:
        layer = Slow(world.broker)
        subscription = Subscription(layer, "last", failed=lambda why: None)
        await subscription.open()
        await subscription.join("room")
        leaving = asyncio.create_task(subscription.leave("room"))
        await asyncio.sleep(0.5)
        await subscription.join("room")
        await leaving
        await subscription.send("room", {"type": "hello"})
        return await asyncio.wait_for(subscription.receive(), 5)

    assert world.loop.run(leave_and_join()) == {"type": "hello"}
