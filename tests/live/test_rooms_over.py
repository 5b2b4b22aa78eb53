"""Rooms that have expired, or that somebody has deleted: they are freed, whatever was held."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from mapapp.models import Room
from mapapp.rooms.creation import CreatedRoom
from mapapp.storage.store import DatabaseStore
from tests.live.conftest import START, World


def _expire_at(second: float) -> Callable[[CreatedRoom], None]:
    def expire(room: CreatedRoom) -> None:
        expires = datetime.fromtimestamp(START + second, UTC)
        Room.objects.filter(pk=room.room.pk).update(expires=expires)

    return expire


def _delete(room: CreatedRoom) -> None:
    Room.objects.filter(pk=room.room.pk).delete()


def _nothing(room: CreatedRoom) -> None:
    pass


@pytest.mark.parametrize(
    ("before", "meanwhile"),
    [(_expire_at(10), _nothing), (_nothing, _delete)],
    ids=["expired", "deleted"],
)
def test_a_room_that_is_over_leaves_memory_though_a_marker_was_held(
    world: World,
    shared_room: CreatedRoom,
    monkeypatch: pytest.MonkeyPatch,
    before: Callable[[CreatedRoom], None],
    meanwhile: Callable[[CreatedRoom], None],
) -> None:
    """And it costs no transactions, and does not keep garbage from being collected."""
    before(shared_room)
    one = world.process()
    ada = world.client(one, shared_room)
    ada.change("add", lat=10.0, lng=20.0)
    ada.change("grab", marker=1)
    world.until(lambda: not ada.unanswered)
    assert not one.hub.calm()
    meanwhile(shared_room)
    world.until(lambda: ada.closed == 4404, within=80)
    assert one.hub.calm()
    commits = 0

    def commit(*args: object) -> object:
        nonlocal commits
        commits += 1
        return DatabaseStore.commit(world.store, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(world.store, "commit", commit)
    world.until(lambda: not one.hub.rooms, within=40)
    assert commits == 0


def test_a_deleted_room_ends_for_those_who_only_look(
    world: World, shared_room: CreatedRoom
) -> None:
    """They ask for nothing, so the process has to: within seconds, at every process."""
    one, two = world.process(), world.process()
    here = world.client(one, shared_room)
    there = world.client(two, shared_room, role="screen")
    _delete(shared_room)
    world.until(lambda: here.closed == 4404 and there.closed == 4404, within=4)
    world.until(lambda: not one.hub.rooms and not two.hub.rooms, within=2)
    assert world.client(one, shared_room).closed == 4404


def test_the_first_who_changes_a_deleted_room_finds_out(
    world: World, shared_room: CreatedRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without waiting until the process asks."""
    one = world.process()
    ada, ben = world.client(one, shared_room), world.client(one, shared_room)
    monkeypatch.setattr(world.store, "revisions", lambda rooms: dict.fromkeys(rooms, 0))
    _delete(shared_room)
    ada.change("add", lat=1.0, lng=2.0)
    world.until(lambda: ada.closed == 4404 and ben.closed == 4404, within=1)
    assert world.client(one, shared_room).closed == 4404


def test_the_code_of_a_deleted_room_may_belong_to_another(
    world: World, shared_room: CreatedRoom, own_room: CreatedRoom
) -> None:
    one = world.process()
    ada = world.client(one, shared_room)
    old = one.hub.rooms[shared_room.room.pk]
    _delete(shared_room)
    Room.objects.filter(pk=own_room.room.pk).update(code=shared_room.room.code)
    world.until(lambda: ada.closed == 4404, within=4)
    own_room.room.code = shared_room.room.code
    ben = world.client(one, own_room)
    assert ben.closed is None
    world.pass_time(40.0)
    assert old not in one.hub.rooms.values()
    ben.change("add", lat=1.0, lng=2.0)
    world.until(lambda: not ben.unanswered)


@pytest.mark.parametrize("elsewhere", [True, False])
def test_a_room_that_is_ended_is_closed_for_everybody(
    world: World, shared_room: CreatedRoom, elsewhere: bool
) -> None:
    """By any process, also one in which it was not open."""
    one, two = world.process(), world.process()
    ada = world.client(one, shared_room)
    ben = world.client(two if elsewhere else one, shared_room, role="screen")
    world.loop.run(two.hub.end_room(shared_room.room.code))
    world.until(lambda: ada.closed == 4410 and ben.closed == 4410, within=2)
    assert ada.room["phase"] == ben.room["phase"] == "closed"
    # Once more, and a room that there is not: nothing to do.
    world.loop.run(two.hub.end_room(shared_room.room.code))
    world.loop.run(two.hub.end_room("000000"))
