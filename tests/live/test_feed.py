"""What was committed is told once, by the process that committed it, after the answers."""

from __future__ import annotations

import uuid
from typing import Any
from uuid import UUID

import pytest

from mapapp.domain.change import Change
from mapapp.domain.storing import Committed
from mapapp.live.feed import Feed
from mapapp.rooms.creation import CreatedRoom
from tests.live.conftest import World
from tests.live.simulation import Process


def _notes(process: Process) -> list[tuple[UUID, Change]]:
    notes: list[tuple[UUID, Change]] = []
    process.hub.feed.subscribe(lambda room, change: notes.append((room, change)))
    return notes


def test_each_change_is_told_once_by_the_process_that_committed_it(
    world: World, shared_room: CreatedRoom
) -> None:
    one, two = world.process(), world.process()
    by_one, by_two = _notes(one), _notes(two)
    ada, bob = world.client(one, shared_room), world.client(two, shared_room)
    world.pass_time(5)  # each process has heard of the other
    ada.change("add", lat=1.0, lng=2.0)
    bob.change("add", lat=3.0, lng=4.0)
    world.until(lambda: not ada.unanswered and not bob.unanswered)
    world.until(lambda: ada.rev == bob.rev == 4)
    assert [(c.kind, c.by) for _, c in by_one] == [("person", ada.person), ("add", ada.person)]
    assert [(c.kind, c.by) for _, c in by_two] == [("person", bob.person), ("add", bob.person)]
    assert {room for room, _ in by_one + by_two} == {shared_room.room.pk}
    assert sorted(c.revision for _, c in by_one + by_two) == [1, 2, 3, 4]
    # A repeat changes nothing, so there is nothing to tell.
    ada.say({"t": "add", "op": ada.op, "lat": 1.0, "lng": 2.0})
    world.pass_time(1)
    assert len(by_one) == 2


def test_it_is_told_after_the_answer(
    world: World, shared_room: CreatedRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = world.process()
    ada = world.client(one, shared_room)
    order: list[str] = []
    (connection,) = one.hub.rooms[shared_room.room.pk].connections
    send = connection.link.send

    def noted(frame: Any) -> None:
        if b'"t":"ack"' in frame.payload:
            order.append("answered")
        send(frame)

    monkeypatch.setattr(connection.link, "send", noted)
    one.hub.feed.subscribe(lambda room, change: order.append(change.kind))
    ada.change("add", lat=1.0, lng=2.0)
    world.until(lambda: not ada.unanswered)
    assert order == ["answered", "person", "add"]


def test_a_subscriber_that_fails_costs_nobody_anything(
    world: World, shared_room: CreatedRoom, caplog: pytest.LogCaptureFixture
) -> None:
    one = world.process()

    def fails(room: UUID, change: Change) -> None:
        raise RuntimeError("a fault of a subscriber")

    one.hub.feed.subscribe(fails)
    notes = _notes(one)
    ada, bob = world.client(one, shared_room), world.client(one, shared_room)
    for lat in (1.0, 2.0):
        ada.change("add", lat=lat, lng=2.0)
        world.until(lambda: not ada.unanswered)
    world.until(lambda: len(bob.markers) == 2)
    assert [change.kind for _, change in notes] == ["person", "add", "add"]
    assert sum("A subscriber could not take" in r.message for r in caplog.records) == 3


def test_all_subscribers_are_told_of_all_rooms() -> None:
    feed, told = Feed(), []
    for name in ("one", "two"):
        feed.subscribe(lambda room, change, name=name: told.append((name, change.revision)))  # type: ignore[misc]
    rooms = {uuid.uuid4(): [Change(1, "lock"), Change(2, "unlock")], uuid.uuid4(): []}
    feed.tell(Committed([], rooms, {}))
    assert told == [("one", 1), ("one", 2), ("two", 1), ("two", 2)]
