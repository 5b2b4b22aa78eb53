"""`/api/rooms/<code>`: whether there is such a room, and what guessing costs."""

import asyncio
import json
import uuid

import pytest
from django.db import DatabaseError
from django.test import AsyncClient
from pytest_django import Settings

from mapapp.models import Participant
from mapapp.rooms.creation import CreatedRoom
from mapapp.rooms.directory import Directory
from mapapp.rooms.keys import address_hash
from mapapp.runtime import this_runtime
from tests.api.asking import error, post
from tests.runtime import renew_runtime

pytestmark = pytest.mark.django_db(transaction=True)


async def test_a_room_is_looked_up(async_client: AsyncClient, opened: CreatedRoom) -> None:
    code = opened.room.code
    response = await async_client.get(f"/api/rooms/{code}")
    assert json.loads(response.content) == {"code": code, "title": "Monday", "phase": "open"}


async def test_a_wrong_code_is_a_clear_answer(async_client: AsyncClient, db: None) -> None:
    response = await async_client.get("/api/rooms/000000")
    assert response.status_code == 404
    assert error(response)["code"] == "no_room"


async def test_codes_guessed_by_the_hundred_are_slowed(
    async_client: AsyncClient, opened: CreatedRoom, settings: Settings
) -> None:
    """A3: and the code that was right from there before goes on working."""
    code = opened.room.code
    assert (await async_client.get(f"/api/rooms/{code}")).status_code == 200
    wrong = (f"{number:06d}" for number in range(200) if f"{number:06d}" != code)
    answers = await asyncio.gather(*(async_client.get(f"/api/rooms/{guess}") for guess in wrong))
    statuses = [answer.status_code for answer in answers]
    # Sixty at once, and those whose turn came within ten seconds.
    assert set(statuses) == {404, 429}
    assert 60 <= statuses.count(404) <= 75
    response = answers[statuses.index(429)]
    assert error(response)["code"] == "too_many_codes"
    assert int(response["Retry-After"]) >= 1
    assert (await async_client.get(f"/api/rooms/{code}")).status_code == 200
    settings.BEHIND_PROXY = True
    elsewhere = {"X-Forwarded-For": "192.0.2.1"}
    response = await async_client.get("/api/rooms/999999", headers=elsewhere)
    assert response.status_code == 404


async def test_who_opened_a_room_may_use_it_whatever_others_there_guess(
    async_client: AsyncClient, transactional_db: None
) -> None:
    """A3: also at a process that has not seen them open it."""
    code = json.loads((await post(async_client, {})).content)["code"]
    for _ in range(2):
        limiter = this_runtime().codes.limiter
        while limiter.wait_for_turn("127.0.0.1", 1) is not None:
            pass
        assert (await async_client.get("/api/rooms/999999")).status_code == 429
        assert (await async_client.get(f"/api/rooms/{code}")).status_code == 200
        renew_runtime()  # another process, or this one after a restart


async def test_who_has_a_marker_may_come_back_whatever_others_there_guess(
    async_client: AsyncClient, opened: CreatedRoom
) -> None:
    """A3"""
    room, code = opened.room, opened.room.code
    limiter = this_runtime().codes.limiter
    while limiter.wait_for_turn("127.0.0.1", 1) is not None:
        pass
    assert (await async_client.get(f"/api/rooms/{code}")).status_code == 429
    await Participant.objects.acreate(
        id=uuid.uuid4(), room=room, number=1, came_from=address_hash(room.pk, "127.0.0.1")
    )
    assert (await async_client.get(f"/api/rooms/{code}")).status_code == 200


async def test_without_a_database_it_says_so(
    async_client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(_self: Directory, _code: str) -> None:
        raise DatabaseError

    monkeypatch.setattr(Directory, "find", fail)
    response = await async_client.get("/api/rooms/123456")
    assert response.status_code == 503
    assert error(response)["code"] == "unavailable"
