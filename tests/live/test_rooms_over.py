"""Rooms that have expired, or that somebody has deleted: they are freed, whatever was held."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from mapapp.models import Room
from mapapp.rooms import OpenedRoom
from mapapp.store import DatabaseStore
from tests.live.conftest import START, World


def _expire_at(second: float) -> Callable[[OpenedRoom], None]:
    def expire(room: OpenedRoom) -> None:
        expires = datetime.fromtimestamp(START + second, UTC)
        Room.objects.filter(pk=room.room.pk).update(expires=expires)

    return expire


def _delete(room: OpenedRoom) -> None:
    Room.objects.filter(pk=room.room.pk).delete()


def _nothing(room: OpenedRoom) -> None:
    pass


@pytest.mark.parametrize(
    ("before", "meanwhile"),
    [(_expire_at(10), _nothing), (_nothing, _delete)],
    ids=["expired", "deleted"],
)
def test_a_room_that_is_over_leaves_memory_though_a_marker_was_held(
    world: World,
    shared_room: OpenedRoom,
    monkeypatch: pytest.MonkeyPatch,
    before: Callable[[OpenedRoom], None],
    meanwhile: Callable[[OpenedRoom], None],
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
