"""The pages of a room: the same bytes for everybody, and help where there is none."""

import gzip
import json
import re

import pytest
from django.db import DatabaseError
from django.test import AsyncClient
from pytest_django import Settings

from mapapp.directory import Directory
from mapapp.models import Room
from mapapp.rooms import OpenedRoom

pytestmark = pytest.mark.django_db(transaction=True)

PAGES = ["", "/screen", "/host"]


@pytest.mark.parametrize("page", PAGES)
async def test_a_page_is_the_same_cacheable_bytes_for_everybody(
    async_client: AsyncClient, opened: OpenedRoom, page: str
) -> None:
    """V2: no cookie, and nothing of the room or of the person in it."""
    first = await async_client.get(f"/{opened.room.code}{page}")
    assert first.status_code == 200
    assert first["Cache-Control"] == "public, max-age=60"
    assert first["Vary"] == "Accept-Encoding"
    assert not first.cookies
    assert int(first["Content-Length"]) == len(first.content)
    assert opened.room.code not in first.content.decode()
    assert "csrf" not in first.content.decode().lower()

    somebody_else = {"Cookie": "sessionid=x; csrftoken=y", "Accept-Language": "de"}
    second = await async_client.get(f"/{opened.room.code}{page}", headers=somebody_else)
    assert second.content == first.content
    assert second["ETag"] == first["ETag"]


async def test_a_page_is_compressed_for_whoever_can_take_it(
    async_client: AsyncClient, opened: OpenedRoom
) -> None:
    plain = await async_client.get(f"/{opened.room.code}")
    packed = await async_client.get(f"/{opened.room.code}", headers={"Accept-Encoding": "gzip, br"})
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert packed["ETag"] != plain["ETag"]


async def test_a_browser_that_has_the_page_gets_no_second_copy(
    async_client: AsyncClient, opened: OpenedRoom
) -> None:
    path = f"/{opened.room.code}"
    tag = (await async_client.get(path))["ETag"]
    again = await async_client.get(path, headers={"If-None-Match": tag})
    assert again.status_code == 304
    assert again.content == b""
    assert again["Cache-Control"] == "public, max-age=60"


async def test_a_page_knows_where_the_map_comes_from(
    async_client: AsyncClient, opened: OpenedRoom
) -> None:
    html = (await async_client.get(f"/{opened.room.code}")).content.decode()
    found = re.search(r'<script id="settings" type="application/json">(.*?)</script>', html)
    assert found is not None
    page_settings = json.loads(found[1])
    assert page_settings["tile_url"] == "https://tile.openstreetmap.org/{z}/{x}/{y}.png"
    assert "openstreetmap.org/copyright" in page_settings["tile_attribution"]
    assert page_settings["leaflet_cdn"]["js"] == "https://unpkg.com/leaflet@1.9.4/dist/leaflet.js"
    assert page_settings["leaflet_local"]["js"].startswith("/static/")


@pytest.mark.parametrize("page", [*PAGES, "/qr.svg"])
async def test_an_unknown_code_is_a_page_that_helps_and_that_no_cache_keeps(
    async_client: AsyncClient, transactional_db: None, page: str
) -> None:
    response = await async_client.get(f"/000000{page}")
    assert response.status_code == 404
    assert response["Cache-Control"] == "no-store"
    assert b"<form" in response.content


@pytest.mark.parametrize("page", [*PAGES, "/qr.svg"])
async def test_a_closed_room_is_gone(
    async_client: AsyncClient, opened: OpenedRoom, page: str
) -> None:
    await Room.objects.aupdate(phase=Room.Phase.CLOSED)
    response = await async_client.get(f"/{opened.room.code}{page}")
    assert response.status_code == 410
    assert response["Cache-Control"] == "no-store"


async def test_an_expired_room_is_not_found(async_client: AsyncClient, opened: OpenedRoom) -> None:
    await Room.objects.aupdate(expires=opened.room.created)
    assert (await async_client.get(f"/{opened.room.code}")).status_code == 404


@pytest.mark.parametrize("between", ["%20", "-"])
async def test_a_code_typed_as_it_is_shown_leads_to_its_room(
    async_client: AsyncClient, between: str
) -> None:
    response = await async_client.get(f"/123{between}456")
    assert response.status_code == 302
    assert response["Location"] == "/123456"


@pytest.mark.parametrize("path", ["/12345", "/1234567", "/12345x", "/١٢٣٤٥٦", "/nothing", "/a/b/c"])
async def test_an_unknown_page_is_a_page_that_helps(async_client: AsyncClient, path: str) -> None:
    response = await async_client.get(path)
    assert response.status_code == 404
    assert b'href="/"' in response.content


async def test_codes_guessed_by_the_hundred_get_a_kind_page(
    async_client: AsyncClient, opened: OpenedRoom
) -> None:
    """A3: and those who are in the room already notice nothing."""
    code = opened.room.code
    assert (await async_client.get(f"/{code}")).status_code == 200
    for number in range(70):
        await async_client.get(f"/{(int(code) + 1 + number) % 1_000_000:06d}")
    refused = await async_client.get(f"/{(int(code) + 500) % 1_000_000:06d}")
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) >= 1
    assert (await async_client.get(f"/{code}")).status_code == 200


async def test_pages_are_given_out_while_the_database_is_away(
    async_client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page's socket tries again until it is back."""

    async def fail(_self: Directory, _code: str) -> None:
        raise DatabaseError

    monkeypatch.setattr(Directory, "find", fail)
    assert (await async_client.get("/123456")).status_code == 200


async def test_a_storm_of_page_views_is_one_query(
    async_client: AsyncClient, opened: OpenedRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """V2"""
    queries = 0
    real = Room.objects.filter

    def counting(*args: object, **kwargs: object) -> object:
        nonlocal queries
        queries += 1
        return real(*args, **kwargs)

    monkeypatch.setattr(Room.objects, "filter", counting)
    for _ in range(50):
        await async_client.get(f"/{opened.room.code}")
    assert queries == 1


async def test_the_qr_code_is_a_picture_that_scales(
    async_client: AsyncClient, opened: OpenedRoom
) -> None:
    response = await async_client.get(f"/{opened.room.code}/qr.svg")
    assert response.status_code == 200
    assert response["Content-Type"] == "image/svg+xml"
    assert response["Cache-Control"].startswith("public, max-age=")
    svg = response.content.decode()
    assert 'viewBox="0 0 ' in svg
    assert "width=" not in svg.partition(">")[0]
    assert 'fill="#fff"' in svg
    assert 'stroke="#000"' in svg


async def test_the_qr_code_names_the_host_that_was_asked(
    async_client: AsyncClient, opened: OpenedRoom, settings: Settings
) -> None:
    here = (await async_client.get(f"/{opened.room.code}/qr.svg")).content
    settings.PUBLIC_URL = "https://map.example.org"
    assert (await async_client.get(f"/{opened.room.code}/qr.svg")).content != here


async def test_the_policy_is_strict(async_client: AsyncClient, opened: OpenedRoom) -> None:
    """A4"""
    response = await async_client.get(f"/{opened.room.code}")
    policy = dict(
        part.strip().split(" ", 1) for part in response["Content-Security-Policy"].split(";")
    )
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self' https://unpkg.com/leaflet@1.9.4/dist/"
    assert policy["connect-src"] == "'self' ws://testserver wss://testserver"
    assert policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in response["Content-Security-Policy"]
    assert response["X-Content-Type-Options"] == "nosniff"
    # OpenStreetMap's servers ask for the site's name; the code stays here (A1).
    assert response["Referrer-Policy"] == "strict-origin-when-cross-origin"


async def test_only_the_screen_may_be_embedded(
    async_client: AsyncClient, opened: OpenedRoom
) -> None:
    screen = await async_client.get(f"/{opened.room.code}/screen")
    assert "frame-ancestors *;" in screen["Content-Security-Policy"] + ";"
    host = await async_client.get(f"/{opened.room.code}/host")
    assert "frame-ancestors 'none'" in host["Content-Security-Policy"]


@pytest.mark.parametrize("host", ["evil.example;script-src *", "a b", "[", "x@y"])
async def test_a_strange_host_gets_into_no_header(
    async_client: AsyncClient, opened: OpenedRoom, settings: Settings, host: str
) -> None:
    """A2"""
    settings.USE_X_FORWARDED_HOST = True
    response = await async_client.get(f"/{opened.room.code}", headers={"X-Forwarded-Host": host})
    assert response.status_code == 200
    assert "connect-src 'self';" in response["Content-Security-Policy"] + ";"
