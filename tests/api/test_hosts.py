"""What a host's pages ask for over HTTP; the key comes in a header (A1)."""

import json
from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.test import AsyncClient
from django.utils import timezone

from mapapp.domain.keys import hash_key
from mapapp.models import Key, Pairing, Room
from mapapp.rooms.creation import CreatedRoom, create_room

pytestmark = pytest.mark.django_db(transaction=True)


async def ask(
    client: AsyncClient,
    opened: CreatedRoom,
    what: str,
    *,
    key: str | None = None,
    post: bool = False,
) -> tuple[int, Any]:
    bearer = f"Bearer {opened.host_key if key is None else key}"
    method = client.post if post else client.get
    response = await method(
        f"/api/rooms/{opened.room.code}/{what}", headers={"authorization": bearer}
    )
    assert response["Cache-Control"] == "no-store"
    return response.status_code, json.loads(response.content)


async def test_a_host_gets_a_one_time_code_and_the_link_that_carries_it(
    async_client: AsyncClient, opened: CreatedRoom
) -> None:
    old = await Pairing.objects.acreate(room=opened.room, hash="old", expires=timezone.now())
    status, found = await ask(async_client, opened, "pairings", post=True)
    assert status == 201
    assert found["expires_in_seconds"] == 90
    assert found["url"].endswith(f"/{opened.room.code}/host#pair={found['pairing']}")
    stored = await Pairing.objects.aget()
    assert stored.pk != old.pk
    assert stored.hash == hash_key(found["pairing"])
    assert stored.room_id == opened.room.pk
    left = stored.expires - timezone.now()
    assert timedelta(seconds=60) < left < timedelta(seconds=95)
    again = await ask(async_client, opened, "pairings", post=True)
    assert again[1]["pairing"] != found["pairing"]
    assert await Pairing.objects.acount() == 2


async def test_the_keys_are_listed_without_the_keys(
    async_client: AsyncClient, opened: CreatedRoom
) -> None:
    used = timezone.now()
    await Key.objects.acreate(room=opened.room, number=2, hash="b", label="iPhone", used=used)
    await Key.objects.acreate(room=opened.room, number=3, hash="c", revoked=used)
    status, found = await ask(async_client, opened, "keys")
    assert status == 200
    first, second = found["keys"]
    assert (first["key"], first["label"], first["used"], first["yours"]) == (1, "", None, True)
    assert (second["key"], second["label"], second["yours"]) == (2, "iPhone", False)
    assert second["used"] == used.isoformat()
    assert opened.host_key not in json.dumps(found)
    assert hash_key(opened.host_key) not in json.dumps(found)


@pytest.mark.parametrize("what", ["keys", "pairings"])
async def test_nobody_else_gets_anything(
    async_client: AsyncClient, opened: CreatedRoom, what: str
) -> None:
    """A1: not without a key, with another room's, a revoked one, nor when the room is over."""
    post = what == "pairings"

    async def status(key: str | None = None) -> int:
        return (await ask(async_client, opened, what, key=key, post=post))[0]

    elsewhere = await sync_to_async(create_room)()
    for key in ("", "wrong", elsewhere.host_key, hash_key(opened.host_key), "x" * 200):
        assert await status(key) == 403
    method = async_client.post if post else async_client.get
    plain = await method(f"/api/rooms/{opened.room.code}/{what}?key={opened.host_key}")
    assert plain.status_code == 403
    basic = {"authorization": f"Basic {opened.host_key}"}
    assert (await method(f"/api/rooms/{opened.room.code}/{what}", headers=basic)).status_code == 403
    assert await status() in (200, 201)
    rooms, keys = Room.objects.filter(pk=opened.room.pk), Key.objects.filter(room=opened.room)
    await keys.aupdate(revoked=timezone.now())
    assert await status() == 403
    await keys.aupdate(revoked=None)
    await rooms.aupdate(phase="closed")
    assert await status() == 403
    await rooms.aupdate(phase="open", expires=timezone.now())
    assert await status() == 403


async def test_codes_are_not_made_without_end(
    async_client: AsyncClient, opened: CreatedRoom
) -> None:
    """A3."""
    statuses = [(await ask(async_client, opened, "pairings", post=True))[0] for _ in range(21)]
    assert statuses == [201] * 20 + [429]
