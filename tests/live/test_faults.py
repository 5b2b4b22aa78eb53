"""What is slow, or goes wrong in an unexpected place, costs nobody else anything."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from mapapp.domain.changes.markers import Release
from mapapp.domain.storing import Answer, Submission
from mapapp.rooms.creation import CreatedRoom, create_room
from tests.live.conftest import World


def _fails_once(call: Callable[..., Any]) -> Callable[..., Any]:
    """What `call` does, but the first time it raises."""
    failed = False

    def fails_once(*args: Any, **named: Any) -> Any:
        nonlocal failed
        if not failed:
            failed = True
            raise KeyError("a fault of ours")
        return call(*args, **named)

    return fails_once


def test_a_process_that_waits_for_the_database_is_not_busy(
    world: World, shared_room: CreatedRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F4: without a relay the sweep asks the database, which may take its time."""
    monkeypatch.setattr("mapapp.live.load._CROWD", 1)
    one = world.process()
    host = world.client(one, shared_room, "host")
    host.change("add", lat=0.0, lng=0.0)
    host.change("grab", marker=1)
    world.until(lambda: not host.unanswered)
    world.slow_down_reading(one, monkeypatch)
    one.layer.down = True
    world.until(lambda: not one.hub.relay.up)
    world.pass_time(10)
    assert host.asked_pace is None


def test_a_process_that_always_wants_the_processor_asks_a_crowd_for_less(
    world: World, shared_room: CreatedRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F4: whether it gets the processor, or waits for it because other programs have it."""
    monkeypatch.setattr("mapapp.live.load._CROWD", 1)
    one = world.process(demanded=lambda: world.loop.now)
    host = world.client(one, shared_room, "host")
    host.change("add", lat=0.0, lng=0.0)
    host.change("grab", marker=1)
    world.until(lambda: not host.unanswered)
    world.until(lambda: host.asked_pace is not None, within=3)
    assert host.asked_pace == 6
    (room,) = one.hub.rooms.values()
    assert room.load.is_short


def test_a_process_short_of_time_looks_at_the_newest_move_of_each_marker_alone(
    world: World, shared_room: CreatedRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F4: whoever ignores the pace costs the others little, and gains nothing."""
    one = world.process()
    ada, bob = world.client(one, shared_room), world.client(one, shared_room)
    for number in (1, 2):
        ada.change("add", lat=0.0, lng=0.0)
        ada.change("grab", marker=number)
    world.until(lambda: not ada.unanswered)
    (room,) = one.hub.rooms.values()
    room.load.is_short = True
    monkeypatch.setattr(room.load, "look", lambda now: None)
    taken: list[tuple[int, float]] = []
    take = room.moves.take

    def seen(connection: Any, move: Any, now: float) -> None:
        taken.append((move.marker, move.lat))
        take(connection, move, now)

    monkeypatch.setattr(room.moves, "take", seen)
    (hear,) = (c.link.hear for c in room.connections if c.person == 1)
    assert hear is not None

    async def says(*moves: tuple[int, float]) -> None:
        for marker, lat in moves:
            grab = ada.markers[marker]["grab"]
            move = f'{{"t":"move","marker":{marker},"grab":{grab},"lat":{lat},"lng":3.0}}'
            assert hear(move.encode())
        assert hear(b'{"t":"move","marker":1,"grab":1,"lat":"north","lng":3.0}')

    world.loop.run(says((1, 1.0), (2, 1.5), (1, 2.0), (2, 2.5)))
    world.until(lambda: bob.markers[2]["lat"] == 2.5)
    assert taken == [(2, 2.5)], "the last of the first one's was damaged"
    assert [error["code"] for error in ada.errors] == ["bad_field"]


def test_a_move_that_was_kept_does_not_overtake_a_newer_one(
    world: World, shared_room: CreatedRoom
) -> None:
    """O3: time may be enough again before the tick, and a client may write in another way."""
    one = world.process()
    ada, bob = world.client(one, shared_room), world.client(one, shared_room)
    ada.change("add", lat=0.0, lng=0.0)
    ada.change("grab", marker=1)
    world.until(lambda: not ada.unanswered)
    (room,) = one.hub.rooms.values()
    (hear,) = (c.link.hear for c in room.connections if c.person == 1)
    assert hear is not None
    grab = ada.markers[1]["grab"]

    async def says(*, short_before: bool, short_after: bool, spaced: str) -> None:
        room.load.is_short = short_before
        assert hear(b'{"t":"move","marker":1,"grab":%d,"lat":1.0,"lng":3.0}' % grab)
        room.load.is_short = short_after
        assert hear(
            b'{"t":%s"move","marker":1,"grab":%d,"lat":2.0,"lng":3.0}' % (spaced.encode(), grab)
        )

    for short_after, spaced in ((False, ""), (True, " ")):
        world.loop.run(says(short_before=True, short_after=short_after, spaced=spaced))
        world.pass_time(1)
        assert bob.markers[1]["lat"] == 2.0
        ada.move(1, grab, 0.0, 0.0)
        world.pass_time(1)


def test_a_fault_in_a_room_after_a_commit_costs_nobody_an_answer(
    world: World, shared_room: CreatedRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """D1: it is stored, so it is acknowledged; and the room catches up by itself."""
    one = world.process()
    ada, bob = world.client(one, shared_room), world.client(one, shared_room)
    (room,) = one.hub.rooms.values()
    monkeypatch.setattr(room, "receive", _fails_once(room.receive))
    ada.change("add", lat=1.0, lng=1.0)
    world.until(lambda: not ada.unanswered and 1 in bob.markers, within=5)
    bob.change("add", lat=2.0, lng=2.0)
    world.until(lambda: not bob.unanswered and 2 in ada.markers, within=5)


def test_an_answer_that_cannot_be_given_costs_nobody_else_theirs(
    world: World, shared_room: CreatedRoom
) -> None:
    """D4."""
    one = world.process()
    ada = world.client(one, shared_room)

    def broken(answer: Answer) -> None:
        raise KeyError("a fault of ours")

    async def submit() -> None:
        ada.change("add", lat=1.0, lng=1.0)
        await asyncio.sleep(0)
        release = Release(marker=1, grab=1, lat=0.0, lng=0.0, certain=True)
        one.hub.committer.submit(Submission(shared_room.room.pk, release), broken)

    world.loop.run(submit())
    world.until(lambda: not ada.unanswered, within=5)
    ada.change("add", lat=2.0, lng=2.0)
    world.until(lambda: not ada.unanswered, within=5)


@pytest.mark.parametrize(
    ("what", "where"),
    [
        ("receive", lambda process: process.layer),
        ("pulse", lambda process: next(iter(process.hub.rooms.values())).line),
        ("_handle", lambda process: process.hub.relay),
        ("_send", lambda process: process.hub.relay),
    ],
)
def test_one_message_that_cannot_be_read_or_sent_makes_no_process_deaf_or_mute(
    world: World,
    shared_room: CreatedRoom,
    monkeypatch: pytest.MonkeyPatch,
    what: str,
    where: Callable[[Any], Any],
) -> None:
    """O4."""
    one, two = world.process(), world.process()
    ada, bob = world.client(one, shared_room), world.client(two, shared_room)
    world.pass_time(5)  # each process has heard of the other
    for process in (one, two):
        part = where(process)
        monkeypatch.setattr(part, what, _fails_once(getattr(part, what)))
    world.pass_time(10)
    ada.change("add", lat=1.0, lng=1.0)
    bob.change("add", lat=2.0, lng=2.0)
    for client in (ada, bob):
        world.until(lambda client=client: client.markers.keys() == {1, 2}, within=5)  # type: ignore[misc]
    for process in (one, two):
        assert process.hub.relay.up


def test_a_fault_in_one_room_leaves_the_others_their_sweep(
    world: World, shared_room: CreatedRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """H2: holds end in the other rooms, and empty ones leave memory."""
    one = world.process()
    broken = create_room()
    eve = world.client(one, broken)
    room = one.hub.rooms[broken.room.pk]

    def fail(*_: object) -> None:
        raise KeyError("a fault of ours")

    monkeypatch.setattr(room, "sweep", fail)
    ada, bob = world.client(one, shared_room), world.client(one, shared_room)
    ada.change("add", lat=1.0, lng=1.0)
    ada.change("grab", marker=1)
    world.until(lambda: not ada.unanswered)
    world.loop.run(ada.break_line())
    world.until(lambda: bob.markers[1]["holder"] == 0, within=8)
    world.loop.run(bob.break_line())
    world.until(lambda: list(one.hub.rooms.values()) == [room], within=40)
    assert eve.closed is None


def test_a_fault_while_revisions_are_read_does_not_end_the_sweep(
    world: World, shared_room: CreatedRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """O2."""
    one, two = world.process(), world.process()
    ada, bob = world.client(one, shared_room), world.client(two, shared_room)
    one.layer.down = two.layer.down = True
    monkeypatch.setattr(two.hub.reader, "read", _fails_once(two.hub.reader.read))
    world.until(lambda: not two.hub.relay.up)
    world.pass_time(2)
    ada.change("add", lat=1.0, lng=1.0)
    world.until(lambda: 1 in bob.markers, within=5)
