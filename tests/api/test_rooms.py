"""`/api/rooms`, as programs use it."""

import asyncio
import json
import secrets
import threading
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError
from django.test import AsyncClient
from pytest_django import Settings

from mapapp.api.v1.rooms import BODY_BYTES
from mapapp.domain.keys import hash_key
from mapapp.domain.kinds import ACTIVITY_KINDS
from mapapp.limits.slots import Slots
from mapapp.models import Activity, Key, Room
from mapapp.rooms import permission as opening
from mapapp.rooms.creation import CreatedRoom, create_room
from mapapp.rooms.keys import address_hash
from mapapp.runtime import this_runtime
from tests.api.asking import error, post
from tests.runtime import renew_runtime

pytestmark = pytest.mark.django_db(transaction=True)

ORIGIN = "http://testserver"


async def test_a_room_is_opened_with_nothing_said(async_client: AsyncClient) -> None:
    response = await post(async_client, {})
    assert response.status_code == 201
    found = json.loads(response.content)
    code, key = found["code"], found["host_key"]
    assert found == {
        "code": code,
        "join_url": f"{ORIGIN}/{code}",
        "screen_url": f"{ORIGIN}/{code}/screen",
        "host_url": f"{ORIGIN}/{code}/host#key={key}",
        "host_key": key,
    }
    assert response["Location"] == f"/api/rooms/{code}"
    assert response["Cache-Control"] == "no-store"
    assert not response.cookies
    assert (await Key.objects.aget(room__code=code)).hash == hash_key(key)


async def test_a_room_is_opened_as_asked(async_client: AsyncClient) -> None:
    response = await post(
        async_client,
        {
            "title": "Monday",
            "question": "Wohin? 🗺️",
            "rules": "shared",
            "markers_each": 3,
            "anyone_adds": True,
            "view": {"lat": 52.25, "lng": 6, "zoom": 12.5},
        },
    )
    assert response.status_code == 201
    activity = await Activity.objects.select_related("room").aget()
    assert activity.room.title == "Monday"
    assert activity.question == "Wohin? 🗺️"
    # What the kind does not know is left out.
    assert (activity.kind, activity.markers_each, activity.anyone_adds) == ("shared", 1, True)
    assert (activity.view_lat, activity.view_lng, activity.view_zoom) == (52.25, 6.0, 12.5)


@pytest.mark.parametrize(
    "fields",
    [
        {"title": "", "question": "?", "markers_each": 1},
        {"title": "x" * 200, "question": "x" * 200, "markers_each": 100},
        {"view": {"lat": -85, "lng": -180, "zoom": 0}},
        {"view": {"lat": 85, "lng": 180, "zoom": 19}},
        *({"rules": kind} for kind in ACTIVITY_KINDS),
    ],
)
async def test_each_field_may_be_at_the_ends_of_its_range(
    async_client: AsyncClient, fields: dict[str, Any]
) -> None:
    """docs/PROTOCOL.md, section 8, has the ranges; one step further is refused below."""
    assert (await post(async_client, fields)).status_code == 201


async def test_a_field_that_is_not_known_is_named(async_client: AsyncClient) -> None:
    """A misspelt one would be ignored without anybody noticing."""
    response = await post(async_client, {"questoin": "Where?"})
    assert response.status_code == 400
    assert error(response)["field"] == "questoin"
    assert not await Activity.objects.aexists()


@pytest.mark.parametrize(
    ("view", "field"),
    [
        ([], "view"),
        (None, "view"),
        ({}, "view.lat"),
        ({"lat": 1, "lng": 2}, "view.zoom"),
        ({"lat": 85.1, "lng": 2, "zoom": 3}, "view.lat"),
        ({"lat": True, "lng": 2, "zoom": 3}, "view.lat"),
        ({"lat": 1, "lng": "2", "zoom": 3}, "view.lng"),
        ({"lat": 1, "lng": -181, "zoom": 3}, "view.lng"),
        ({"lat": 1, "lng": 2, "zoom": 19.1}, "view.zoom"),
        ({"lat": 1, "lng": 2, "zoom": -0.1}, "view.zoom"),
        ({"lat": 1, "lng": 2, "zoom": 10**400}, "view.zoom"),
        ({"lat": 1, "lng": 2, "zoom": 3, "pitch": 4}, "view.pitch"),
    ],
)
async def test_a_view_that_cannot_be_shown_is_refused(
    async_client: AsyncClient, view: object, field: str
) -> None:
    response = await post(async_client, {"view": view})
    assert response.status_code == 400
    assert error(response)["field"] == field


async def test_the_links_name_the_public_address(
    async_client: AsyncClient, settings: Settings
) -> None:
    settings.PUBLIC_URL = "https://map.example.org"
    found = json.loads((await post(async_client, {})).content)
    assert found["join_url"] == f"https://map.example.org/{found['code']}"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", 5),
        ("title", None),
        ("title", "x" * 201),
        ("question", ["Where?"]),
        ("question", ""),
        ("question", " \u200b"),
        ("question", "x" * 201),
        ("rules", "none"),
        ("rules", True),
        ("markers_each", "1"),
        ("markers_each", 1.5),
        ("markers_each", True),
        ("markers_each", 0),
        ("markers_each", 101),
        ("markers_each", 10**400),
        ("anyone_adds", 1),
        ("anyone_adds", "true"),
    ],
)
async def test_a_wrong_field_is_named(async_client: AsyncClient, field: str, value: object) -> None:
    """A2"""
    response = await post(async_client, {field: value})
    assert response.status_code == 400
    assert error(response)["code"] == "bad_field"
    assert error(response)["field"] == field
    assert not await Room.objects.aexists()


@pytest.mark.parametrize(
    "body",
    [
        "[]",
        "5",
        '"text"',
        "null",
        "{",
        '{"title":}',
        "not json",
        '{"title": "cut',
        b"\xff\xfe",
        b'{"title": "\xff"}',
        "[" * 8000,
        '{"x":' * 3000,
        '{"markers_each": ' + "9" * 5000 + "}",
    ],
)
async def test_what_is_not_one_json_object_is_refused(
    async_client: AsyncClient, body: str | bytes
) -> None:
    """A2"""
    response = await post(async_client, body)
    assert response.status_code == 400
    assert error(response)["code"] == "not_json"


async def test_a_lone_surrogate_harms_nobody(async_client: AsyncClient) -> None:
    """A2"""
    response = await post(async_client, r'{"title": "a\ud800b"}')
    assert response.status_code == 201
    assert (await Room.objects.aget()).title == "ab"


async def test_a_body_that_is_too_large_is_refused(async_client: AsyncClient) -> None:
    """A2"""
    response = await post(async_client, {"title": "x" * BODY_BYTES})
    assert response.status_code == 413
    assert error(response)["code"] == "too_large"


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", ""])
async def test_another_type_of_body_is_refused(
    async_client: AsyncClient, content_type: str
) -> None:
    response = await post(async_client, "{}", content_type=content_type)
    assert response.status_code == 415


async def test_other_methods_are_refused(async_client: AsyncClient) -> None:
    assert (await async_client.get("/api/rooms")).status_code == 405
    assert (await async_client.delete("/api/rooms")).status_code == 405


async def test_an_unknown_address_is_answered_in_json(async_client: AsyncClient) -> None:
    response = await async_client.get("/api/nothing")
    assert response.status_code == 404
    assert error(response)["code"] == "not_found"


async def test_an_address_opens_so_many_rooms_a_minute(
    async_client: AsyncClient, settings: Settings
) -> None:
    """A3"""
    settings.ROOM_CREATION_PER_MINUTE = 2
    renew_runtime()
    assert (await post(async_client, {})).status_code == 201
    assert (await post(async_client, {"title": 5})).status_code == 400
    assert (await post(async_client, {})).status_code == 201
    response = await post(async_client, {})
    assert response.status_code == 429
    assert error(response)["code"] == "too_many_rooms"
    assert 1 <= int(response["Retry-After"]) <= 30


async def test_asking_for_hundreds_at_once_opens_no_more(
    async_client: AsyncClient, settings: Settings
) -> None:
    """A3: 300 at once were 300 rooms."""
    settings.ROOM_CREATION_PER_MINUTE = 3
    renew_runtime()
    answers = await asyncio.gather(*(post(async_client, {}) for _ in range(50)))
    statuses = [answer.status_code for answer in answers]
    assert (statuses.count(201), statuses.count(429)) == (3, 47)
    assert await Room.objects.acount() == 3


async def test_a_room_that_could_not_be_opened_is_not_counted(
    async_client: AsyncClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.ROOM_CREATION_PER_MINUTE = 1
    renew_runtime()

    def fail(**_room: object) -> None:
        raise DatabaseError("away")

    with monkeypatch.context() as broken:
        broken.setattr(opening, "create_room", fail)
        for _ in range(3):
            response = await post(async_client, {})
            assert response.status_code == 503
            assert error(response)["code"] == "unavailable"
    assert (await post(async_client, {})).status_code == 201
    assert (await post(async_client, {})).status_code == 429


async def test_few_rooms_are_opened_at_a_time_and_few_wait(
    async_client: AsyncClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A3: so that all the addresses of a botnet together leave threads for everybody else."""
    settings.ROOM_CREATION_PER_MINUTE = 1_000
    renew_runtime()
    this_runtime().permission.slots = Slots(2, most_waiting=3)
    may_go, both, at_work, most = threading.Event(), threading.Event(), 0, 0
    real = create_room

    def slow(**room: Any) -> CreatedRoom:
        nonlocal at_work, most
        at_work += 1
        most = max(most, at_work)
        if at_work == 2:
            both.set()
        assert may_go.wait(10)
        at_work -= 1
        return real(**room)

    monkeypatch.setattr(opening, "create_room", slow)
    asking = [asyncio.ensure_future(post(async_client, {})) for _ in range(9)]
    done, _ = await asyncio.wait(asking, return_when=asyncio.FIRST_COMPLETED, timeout=10)
    refused = done.pop().result()
    assert refused.status_code == 503
    assert error(refused)["code"] == "busy"
    assert await asyncio.to_thread(both.wait, 10)
    may_go.set()
    statuses = [answer.status_code for answer in await asyncio.gather(*asking)]
    assert (statuses.count(201), statuses.count(503)) == (5, 4)
    assert most == 2


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://[", "http://a:b"])
async def test_a_page_of_another_site_opens_no_room(
    async_client: AsyncClient, settings: Settings, origin: str
) -> None:
    """It would use up what its visitor may open. Programs send no Origin."""
    settings.ROOM_CREATION_PER_MINUTE = 1
    renew_runtime()
    response = await post(async_client, {}, headers={"Origin": origin})
    assert response.status_code == 403
    assert error(response)["code"] == "foreign_page"
    assert not await Room.objects.aexists()
    assert (await post(async_client, {})).status_code == 201


@pytest.mark.parametrize("origin", [ORIGIN, "https://testserver", "https://map.example.org"])
async def test_our_own_page_opens_rooms(
    async_client: AsyncClient, settings: Settings, origin: str
) -> None:
    """Also behind a proxy that ends TLS and does not say so, and at PUBLIC_URL."""
    settings.PUBLIC_URL = "https://map.example.org"
    assert (await post(async_client, {}, headers={"Origin": origin})).status_code == 201


async def test_a_room_remembers_from_where_it_was_opened_and_not_the_address(
    async_client: AsyncClient,
) -> None:
    await post(async_client, {})
    room = await Room.objects.aget()
    assert room.opened_from == address_hash(room.pk, "127.0.0.1")


async def test_no_free_code_is_said(
    async_client: AsyncClient, opened: CreatedRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(secrets, "randbelow", lambda _limit: int(opened.room.code))
    response = await post(async_client, {})
    assert response.status_code == 503
    assert error(response)["code"] == "server_full"


class TestStaffOnly:
    """ROOM_CREATION=staff"""

    @pytest.fixture(autouse=True)
    def staff_only(self, settings: Settings) -> None:
        settings.ROOM_CREATION = "staff"

    @pytest.fixture
    def staff(self, transactional_db: None) -> User:
        return User.objects.create_user("ada", password="x", is_staff=True)

    async def test_nobody_else_opens_a_room(self, async_client: AsyncClient) -> None:
        response = await post(async_client, {}, headers={"Origin": ORIGIN})
        assert response.status_code == 403
        assert error(response)["code"] == "staff_only"

    async def test_a_login_without_staff_status_is_not_enough(
        self, async_client: AsyncClient, staff: User
    ) -> None:
        staff.is_staff = False
        await staff.asave()
        await async_client.aforce_login(staff)
        assert (await post(async_client, {}, headers={"Origin": ORIGIN})).status_code == 403

    async def test_staff_open_rooms_and_own_them(
        self, async_client: AsyncClient, staff: User
    ) -> None:
        await async_client.aforce_login(staff)
        response = await post(async_client, {}, headers={"Origin": ORIGIN})
        assert response.status_code == 201
        assert (await Room.objects.aget()).owner_id == staff.pk

    @pytest.mark.parametrize("origin", ["http://evil.example", "null", ""])
    async def test_another_site_cannot_open_one_in_their_name(
        self, async_client: AsyncClient, staff: User, origin: str
    ) -> None:
        """A1"""
        await async_client.aforce_login(staff)
        response = await post(async_client, {}, headers={"Origin": origin} if origin else {})
        assert response.status_code == 403
        assert error(response)["code"] == "foreign_page"
        assert not await Room.objects.aexists()
