"""The first page, with and without JavaScript."""

import pytest
from django.test import AsyncClient
from pytest_django import Settings

from mapapp.domain.keys import hash_key
from mapapp.models import Activity, Room
from tests.runtime import renew_runtime

pytestmark = pytest.mark.django_db(transaction=True)


async def test_the_first_page_has_a_good_question_already(async_client: AsyncClient) -> None:
    response = await async_client.get("/")
    assert response.status_code == 200
    assert b'value="Where did you travel from?"' in response.content
    assert response["Cache-Control"] == "public, max-age=60"
    assert not response.cookies


async def test_without_javascript_the_form_opens_a_room_and_leads_to_its_screen(
    async_client: AsyncClient,
) -> None:
    response = await async_client.post("/", {"question": "Wohin?", "rules": "shared"})
    assert response.status_code == 303
    assert not response.cookies
    assert response["Cache-Control"] == "no-store"
    activity = await Activity.objects.select_related("room").aget()
    assert (activity.question, activity.kind) == ("Wohin?", "shared")
    address, _hash, key = response["Location"].partition("#key=")
    assert address == f"/{activity.room.code}/screen"
    assert (await activity.room.keys.aget()).hash == hash_key(key)


async def test_without_javascript_the_form_says_how_many_markers_and_who_adds_them(
    async_client: AsyncClient,
) -> None:
    await async_client.post("/", {"question": "x", "markers_each": "3"})
    await async_client.post("/", {"question": "x", "rules": "shared", "anyone_adds": "on"})
    own, shared = [activity async for activity in Activity.objects.order_by("kind")]
    assert (own.markers_each, shared.anyone_adds) == (3, True)


@pytest.mark.parametrize(
    "form",
    [
        {"question": " "},
        {"question": "x" * 201},
        {"question": "x", "rules": "none"},
        {"question": "x", "markers_each": "many"},
        {"question": "x", "markers_each": "1000"},
    ],
)
async def test_a_form_that_cannot_be_taken_comes_back_with_what_was_typed(
    async_client: AsyncClient, form: dict[str, str]
) -> None:
    response = await async_client.post("/", form)
    assert response.status_code == 400
    assert b'role="alert"></p>' not in response.content.partition(b"open-error")[2][:40]
    assert not await Room.objects.aexists()


async def test_markup_in_the_question_comes_back_as_text(async_client: AsyncClient) -> None:
    """A4"""
    response = await async_client.post("/", {"question": '"><script>' + "x" * 200})
    assert response.status_code == 400
    assert b'"><script>xx' not in response.content
    assert b"&lt;script&gt;xx" in response.content


async def test_the_form_is_limited_as_the_api_is(
    async_client: AsyncClient, settings: Settings
) -> None:
    """A3"""
    settings.ROOM_CREATION_PER_MINUTE = 1
    renew_runtime()
    assert (await async_client.post("/", {"question": "x"})).status_code == 303
    response = await async_client.post("/", {"question": "x"})
    assert response.status_code == 429
    assert int(response["Retry-After"]) >= 1


async def test_a_form_that_is_no_form_is_refused(async_client: AsyncClient) -> None:
    """A2"""
    response = await async_client.post(
        "/", b"--x\r\nbroken", content_type="multipart/form-data; boundary=x"
    )
    assert response.status_code in (303, 400)


@pytest.mark.parametrize("typed", ["123456", "123 456", "123-456", " 123456 "])
async def test_without_javascript_the_code_field_leads_to_the_room(
    async_client: AsyncClient, typed: str
) -> None:
    response = await async_client.get("/", {"code": typed})
    assert response.status_code == 302
    assert response["Location"] == "/123456"


@pytest.mark.parametrize("typed", ["", "12345", "abc", "1" * 7, "//evil.example", "١٢٣٤٥٦"])
async def test_what_is_no_code_gets_a_kind_page(async_client: AsyncClient, typed: str) -> None:
    assert (await async_client.get("/", {"code": typed})).status_code == 404
