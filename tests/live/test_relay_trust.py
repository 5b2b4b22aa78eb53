"""Whoever else can write to the channel layer moves nothing, and sends nobody away."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

import msgspec
import pytest

from mapapp.domain.changes import CHANGE_KINDS
from mapapp.live.relay.messages import (
    BODY_BYTES,
    BadMessage,
    Heartbeat,
    RelayMessage,
    RoomNews,
    RoomPulse,
    Seal,
    Want,
    changes_of,
)
from mapapp.live.relay.relay import room_group
from mapapp.models import Room
from mapapp.protocol.positions import MICRO
from mapapp.rooms.creation import CreatedRoom
from tests.domain.samples import sample_changes
from tests.live.conftest import World
from tests.live.simulation import Client, Process

ROOM = uuid.UUID("3f0f6a3e-0000-4000-8000-000000000001")
OURS, OLD, FOREIGN = "our secret", "our old secret", "somebody's"


def news(**fields: Any) -> RoomNews:
    """News that says nothing but for these fields."""
    usual: dict[str, Any] = {
        **{"process": "elsewhere", "sequence": 1, "room": ROOM, "epoch": "epoch", "revision": 1},
        **{"people": 1, "screens": 0, "changes": [], "moves": []},
    }
    return RoomNews(**usual | fields)


def wrapped(message: RelayMessage, secret: str = "") -> dict[str, Any]:
    return Seal([secret]).wrap(message)


# --- what is read -------------------------------------------------------------

PULSE = RoomPulse("epoch", 7, 3, 20, 1)


@pytest.mark.parametrize(
    "message",
    [
        news(moves=[(1, 2, 90 * MICRO, -180 * MICRO)], holders_here=[(1, 2)]),
        news(changes=[(2, "add", 1, 1, {"lat": -90.0, "lng": 180, "label": "é" * 60}, 1e9)]),
        Want("elsewhere", ROOM, "epoch"),
        Heartbeat("elsewhere", {ROOM: PULSE}),
    ],
    ids=["news", "a change", "want", "heartbeat"],
)
def test_what_is_sealed_is_read_as_it_was(message: RelayMessage) -> None:
    assert Seal([OURS]).open(wrapped(message, OURS)) == message


@pytest.mark.parametrize("first", [OURS, OLD])
def test_while_a_secret_is_rotated_both_are_heard(first: str) -> None:
    assert Seal([OURS, OLD]).open(wrapped(news(), first)) == news()


def _altered(envelope: dict[str, Any]) -> Iterable[dict[str, Any]]:
    body = envelope["body"]
    yield envelope | {"body": body[:-1] + bytes([body[-1] ^ 1])}
    yield envelope | {"body": body + b"\0"}
    yield envelope | {"seal": envelope["seal"][:-1]}
    yield envelope | {"seal": b""}
    yield envelope | {"seal": None}
    yield envelope | {"body": None}
    yield envelope | {"body": body.hex()}
    yield {name: value for name, value in envelope.items() if name != "seal"}
    yield {}


def test_what_is_not_sealed_by_us_is_not_read() -> None:
    seal = Seal([OURS, OLD])
    for envelope in [wrapped(news(), FOREIGN), *_altered(wrapped(news(), OURS))]:
        with pytest.raises(BadMessage):
            seal.open(envelope)


@pytest.mark.parametrize(
    "fields",
    [
        {"moves": [(1, 2, 90 * MICRO + 1, 0)]},
        {"moves": [(1, 2, 0, 180 * MICRO + 1)]},
        {"moves": [(1, 2, -(10**12), 0)]},
        {"moves": [(-1, 2, 0, 0)]},
        {"holders_here": [(1, -2)]},
        {"sequence": -1},
        {"revision": 2**60},
        {"people": -5},
        {"process": ""},
        {"process": "x" * 37},
        {"epoch": "x" * 37},
        {"changes": [(1, "explode", 0, 0, {}, 0.0)]},
        {"changes": [(-1, "lock", 0, 0, {}, 0.0)]},
        {"changes": [(1, "place", 1, 1, {"lat": 90.1, "lng": 0.0}, 0.0)]},
        {"changes": [(1, "place", 1, 1, {"lat": 0.0, "lng": float("nan")}, 0.0)]},
        {"changes": [(1, "place", 1, 1, {"lat": "north", "lng": 0.0}, 0.0)]},
        {"changes": [(1, "question", 1, 0, {"question": "?" * 1_001}, 0.0)]},
        {"changes": [(1, "lock", 1, 0, {}, 1e16)]},
    ],
    ids=str,
)
def test_what_is_out_of_bounds_is_not_read_even_if_it_is_ours(fields: dict[str, Any]) -> None:
    with pytest.raises(BadMessage):
        Seal().open(wrapped(news(**fields)))


def test_what_is_too_large_is_not_even_looked_at() -> None:
    body = bytes(BODY_BYTES + 1)
    seal = Seal()
    with pytest.raises(BadMessage, match="bytes"):
        seal.open(wrapped(news()) | {"body": body})


def test_what_is_no_message_is_not_read() -> None:
    class Other(msgspec.Struct, tag="other", array_like=True):
        process: str

    with pytest.raises(BadMessage):
        Seal().open(wrapped(Other("elsewhere")))  # type: ignore[arg-type]


@pytest.mark.parametrize("strange", [7, None, b"news", ["news"], {}, {b"body": 1}, {"body": 1}])
def test_what_a_damaged_message_becomes_is_not_read(strange: object) -> None:
    """Single bytes that change on the way may leave anything that msgpack knows."""
    with pytest.raises(BadMessage):
        Seal().open(strange)


# --- what it does to rooms -----------------------------------------------------


def _send(world: World, room: CreatedRoom, envelope: dict[str, Any]) -> None:
    async def send() -> None:
        world.broker.send(room_group(room.room.pk), envelope)

    world.loop.run(send())
    world.pass_time(0.2)


def _ada_drags(world: World, process: Process, room: CreatedRoom) -> Client:
    ada = world.client(process, room)
    ada.change("add", lat=10.0, lng=20.0)
    ada.change("grab", marker=1)
    world.until(lambda: not ada.unanswered)
    return ada


def _about(world: World, room: CreatedRoom, **fields: Any) -> RoomNews:
    stored = Room.objects.get(pk=room.room.pk)
    return news(**{"room": stored.pk, "epoch": stored.epoch, "revision": stored.revision} | fields)


@pytest.mark.parametrize("how", ["forged", "another epoch", "out of bounds", "no message"])
def test_a_message_that_is_not_ours_moves_nothing_and_is_said_once(
    world: World, shared_room: CreatedRoom, caplog: pytest.LogCaptureFixture, how: str
) -> None:
    one = world.process()
    ada = _ada_drags(world, one, shared_room)
    grab = ada.markers[1]["grab"]
    (room,) = one.hub.rooms.values()
    before = ada.comparable(), ada.counts
    for number in range(20):
        lat = 10**12 if how == "out of bounds" else 50 * MICRO
        epoch = "another" if how == "another epoch" else shared_room.room.epoch
        message = _about(
            world,
            shared_room,
            **{"sequence": number + 1, "people": 900, "epoch": epoch},
            moves=[(1, grab, lat, 0)],
        )
        envelope = wrapped(message, FOREIGN if how == "forged" else "")
        _send(world, shared_room, {"type": "x"} if how == "no message" else envelope)
    assert (ada.comparable(), ada.counts) == before
    assert not room.line.is_elsewhere
    said = [r.message for r in caplog.records if "left out" in r.message]
    assert len(said) == 1
    world.pass_time(61)
    _send(world, shared_room, wrapped(_about(world, shared_room, epoch="another")))
    said = [r.message for r in caplog.records if "left out" in r.message]
    assert len(said) == 2


def test_what_holds_more_than_plain_values_is_read_from_the_store() -> None:
    """The relay carries nothing else, so what is damaged on its way does not get far."""
    plain = (str, int, float, bool, type(None))
    for _, change in sample_changes():
        fetched = CHANGE_KINDS[change.kind].fetched
        assert fetched or all(isinstance(value, plain) for value in change.data.values())


@pytest.mark.parametrize("kind", ["close", "ban", "revoke"])
def test_what_sends_people_away_is_believed_only_if_it_is_stored(
    world: World, shared_room: CreatedRoom, kind: str
) -> None:
    """Even if it is sealed: a secret may be known to somebody."""
    one = world.process()
    host = world.client(one, shared_room, "host")
    ada = _ada_drags(world, one, shared_room)
    revision = ada.rev
    data = {"ban": {"person": ada.person}, "revoke": {"key": 1}, "close": {}}[kind]
    forged = _about(
        world,
        shared_room,
        revision=revision + 1,
        changes=[(revision + 1, kind, 0, 0, data, 0.0)],
    )
    _send(world, shared_room, wrapped(forged))
    world.pass_time(5)
    assert ada.closed is None
    assert host.closed is None
    ada.change("drop", marker=1, grab=ada.markers[1]["grab"], lat=1.0, lng=2.0)
    world.until(lambda: not ada.unanswered)
    assert ada.rev == revision + 1


def test_a_room_that_is_closed_elsewhere_closes_here(
    world: World, shared_room: CreatedRoom
) -> None:
    one, two = world.process(), world.process()
    ada, host = world.client(one, shared_room), world.client(two, shared_room, "host")
    world.pass_time(5)
    host.change("close")
    world.until(lambda: ada.closed == 4410, within=5)
    assert ada.room["phase"] == "closed"


def test_processes_that_cannot_read_each_other_agree_through_the_store(
    world: World, shared_room: CreatedRoom
) -> None:
    """As in a rolling upgrade to another version or secret: a second late, and without moves."""
    one, two = world.process(secrets=[OURS]), world.process(secrets=[FOREIGN])
    ada, bob = world.client(one, shared_room), world.client(two, shared_room)
    world.pass_time(3)
    assert one.hub.relay.up
    assert not one.hub.relay.hears_all
    ada.change("add", lat=10.0, lng=20.0)
    bob.change("add", lat=11.0, lng=21.0)
    for client in (ada, bob):
        world.until(lambda client=client: client.markers.keys() == {1, 2}, within=3)  # type: ignore[misc]
    world.loop.run(two.kill())
    world.pass_time(12)
    assert one.hub.relay.hears_all


def test_while_a_secret_is_rotated_drags_are_seen_in_the_other_process(
    world: World, shared_room: CreatedRoom
) -> None:
    one, two = world.process(secrets=[OURS, OLD]), world.process(secrets=[OLD, OURS])
    ada, bob = _ada_drags(world, one, shared_room), world.client(two, shared_room)
    world.pass_time(5)
    ada.move(1, ada.markers[1]["grab"], 50.0, 20.0)
    world.until(lambda: bob.markers[1]["lat"] == 50.0, within=1)
    assert one.hub.relay.hears_all


def test_a_commit_of_very_many_changes_is_fetched_and_not_sent(
    world: World, shared_room: CreatedRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mapapp.live.relay.line._CHANGES_LIMIT", 3)
    one, two = world.process(), world.process()
    ada, bob = world.client(one, shared_room), world.client(two, shared_room)
    world.pass_time(5)
    sent: list[RoomNews] = []
    wrap = Seal.wrap

    def noted(seal: Seal, message: RelayMessage) -> dict[str, Any]:
        if isinstance(message, RoomNews):
            sent.append(message)
        return wrap(seal, message)

    monkeypatch.setattr(Seal, "wrap", noted)
    for _ in range(8):
        ada.change("add", lat=10.0, lng=20.0)
    world.until(lambda: len(bob.markers) == 8, within=5)
    assert max(len(list(changes_of(message))) for message in sent) <= 3


# --- a tick that fails ------------------------------------------------------------


@pytest.mark.parametrize("form", ["json", "binary", "packed"])
def test_one_impossible_position_stops_nobodys_ticks(
    world: World, shared_room: CreatedRoom, caplog: pytest.LogCaptureFixture, form: str
) -> None:
    """However it came there: the room recovers, and the log says it once."""
    one = world.process()
    ada = _ada_drags(world, one, shared_room)
    watchers = [world.client(one, shared_room, moves=form) for _ in range(3)]
    ada.change("add", lat=1.0, lng=2.0)
    ada.change("grab", marker=2)
    world.until(lambda: not ada.unanswered)
    (room,) = one.hub.rooms.values()
    grab = ada.markers[2]["grab"]
    hold = room.replica.holds.by_marker[2]
    hold.lat, hold.tick = 10**12, room.replica.tick

    async def told() -> None:
        room.fanout.moved(2)

    world.loop.run(told())
    for lat in (30.0, 31.0, 32.0):
        ada.move(1, ada.markers[1]["grab"], lat, 20.0)
        for watcher in watchers:
            world.until(lambda w=watcher, lat=lat: w.markers[1]["lat"] == lat, within=2)  # type: ignore[misc]
    ada.change("drop", marker=2, grab=grab, lat=5.0, lng=6.0)
    world.until(lambda: all(w.markers[2]["lat"] == 5.0 for w in watchers), within=2)
    assert [watcher.closed for watcher in watchers] == [None] * 3
    failed = [record for record in caplog.records if record.message == "A tick failed"]
    assert len(failed) == (0 if form == "json" else 1)


def test_one_line_that_is_broken_costs_the_others_nothing(
    world: World,
    shared_room: CreatedRoom,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    one = world.process()
    ada = _ada_drags(world, one, shared_room)
    watchers = [world.client(one, shared_room) for _ in range(6)]
    (room,) = one.hub.rooms.values()
    broken = next(c for c in room.connections if c.person == 0)

    def fail(frame: object) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(broken.link, "send", fail)
    for lat in (30.0, 31.0, 32.0):
        ada.move(1, ada.markers[1]["grab"], lat, 20.0)
        world.until(
            lambda lat=lat: sum(w.markers[1]["lat"] == lat for w in watchers) >= 5,  # type: ignore[misc]
            within=2,
        )
    assert [r.message for r in caplog.records if "tick failed" in r.message] == ["A tick failed"]


def test_every_kind_of_change_is_known_to_the_relay() -> None:
    for kind in CHANGE_KINDS:
        Seal().open(wrapped(news(changes=[(1, kind, 0, 0, {}, 0.0)])))
