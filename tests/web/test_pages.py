"""The pages of a room: the same bytes for everybody, and help where there is none."""

import asyncio
import gzip
import json
import re
import threading

import pytest
from django.db import DatabaseError
from django.test import AsyncClient
from pytest_django import Settings

from mapapp.models import Room
from mapapp.rooms import directory, qr_codes
from mapapp.rooms.creation import CreatedRoom
from mapapp.rooms.directory import Directory, RoomCard
from mapapp.runtime import this_runtime

pytestmark = pytest.mark.django_db(transaction=True)

PAGES = ["", "/screen", "/host", "/edit"]


@pytest.mark.parametrize("page", PAGES)
async def test_a_page_is_the_same_cacheable_bytes_for_everybody(
    async_client: AsyncClient, opened: CreatedRoom, page: str
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
    async_client: AsyncClient, opened: CreatedRoom
) -> None:
    plain = await async_client.get(f"/{opened.room.code}")
    packed = await async_client.get(f"/{opened.room.code}", headers={"Accept-Encoding": "gzip, br"})
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert packed["ETag"] != plain["ETag"]


async def test_a_browser_that_has_the_page_gets_no_second_copy(
    async_client: AsyncClient, opened: CreatedRoom
) -> None:
    path = f"/{opened.room.code}"
    tag = (await async_client.get(path))["ETag"]
    again = await async_client.get(path, headers={"If-None-Match": tag})
    assert again.status_code == 304
    assert again.content == b""
    assert again["Cache-Control"] == "public, max-age=60"


async def test_a_page_knows_where_the_map_comes_from(
    async_client: AsyncClient, opened: CreatedRoom
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
    async_client: AsyncClient, opened: CreatedRoom, page: str
) -> None:
    await Room.objects.aupdate(phase=Room.Phase.CLOSED)
    response = await async_client.get(f"/{opened.room.code}{page}")
    assert response.status_code == 410
    assert response["Cache-Control"] == "no-store"


async def test_an_expired_room_is_not_found(async_client: AsyncClient, opened: CreatedRoom) -> None:
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
    async_client: AsyncClient, opened: CreatedRoom
) -> None:
    """A3: and those who are in the room already notice nothing."""
    code = opened.room.code
    assert (await async_client.get(f"/{code}")).status_code == 200
    limiter = this_runtime().codes.limiter
    while limiter.wait_for_turn("127.0.0.1", 1) is not None:
        pass  # as by others there
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


@pytest.mark.parametrize("at_once", [True, False])
async def test_a_storm_of_page_views_is_one_query(
    async_client: AsyncClient, opened: CreatedRoom, queries: list[str], at_once: bool
) -> None:
    """V2"""
    asking = (async_client.get(f"/{opened.room.code}") for _ in range(50))
    answers = await asyncio.gather(*asking) if at_once else [await one for one in asking]
    assert {answer.status_code for answer in answers} == {200}
    assert queries == [opened.room.code]


async def test_a_storm_for_a_wrong_code_is_one_query(
    async_client: AsyncClient, transactional_db: None, queries: list[str]
) -> None:
    answers = await asyncio.gather(*(async_client.get("/000000") for _ in range(50)))
    assert {answer.status_code for answer in answers} == {404}
    assert queries == ["000000"]


@pytest.fixture
def queries(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The codes that are looked up in the database, each time."""
    found: list[str] = []
    real = directory._read

    def counting(code: str, now: float) -> RoomCard | None:
        found.append(code)
        return real(code, now)

    monkeypatch.setattr(directory, "_read", counting)
    return found


async def test_whoever_goes_away_leaves_the_others_their_answer(
    opened: CreatedRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_go = threading.Event()
    real = directory._read

    def wait(code: str, now: float) -> RoomCard | None:
        assert may_go.wait(10)
        return real(code, now)

    monkeypatch.setattr(directory, "_read", wait)
    find = this_runtime().directory.find
    first, second = (asyncio.create_task(find(opened.room.code)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.sleep(0)
    may_go.set()
    card = await second
    assert card is not None
    assert card.code == opened.room.code


async def test_the_qr_code_is_a_picture_that_scales(
    async_client: AsyncClient, opened: CreatedRoom
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
    async_client: AsyncClient, opened: CreatedRoom, settings: Settings
) -> None:
    here = (await async_client.get(f"/{opened.room.code}/qr.svg")).content
    settings.PUBLIC_URL = "https://map.example.org"
    assert (await async_client.get(f"/{opened.room.code}/qr.svg")).content != here


async def test_a_qr_code_is_drawn_once_and_not_in_the_event_loop(
    async_client: AsyncClient, opened: CreatedRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A3: a long link takes tens of milliseconds, in which nobody else must wait."""
    threads: list[str] = []
    real = qr_codes._draw

    def counting(link: str) -> bytes:
        threads.append(threading.current_thread().name)
        return real(link)

    monkeypatch.setattr(qr_codes, "_draw", counting)
    path = f"/{opened.room.code}/qr.svg"
    pictures = await asyncio.gather(*(async_client.get(path) for _ in range(20)))
    assert len({picture.content for picture in pictures}) == 1
    assert (await async_client.get(path)).content == pictures[0].content
    assert [name.rpartition("_")[0] for name in threads] == ["qr"]


async def test_so_many_drawings_wait_and_no_more(
    async_client: AsyncClient,
    opened: CreatedRoom,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A3"""
    settings.USE_X_FORWARDED_HOST = True
    may_draw = threading.Event()
    monkeypatch.setattr(qr_codes, "_draw", lambda _link: b"drawn" if may_draw.wait(10) else b"")
    path = f"/{opened.room.code}/qr.svg"
    waiting = [
        asyncio.ensure_future(async_client.get(path, headers={"X-Forwarded-Host": f"host-{n}"}))
        for n in range(40)
    ]
    done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED, timeout=10)
    refused = done.pop().result()
    assert refused.status_code == 503
    assert refused["Retry-After"] == "1"
    may_draw.set()
    statuses = [response.status_code for response in await asyncio.gather(*waiting)]
    assert (statuses.count(200), statuses.count(503)) == (32, 8)


STRANGE_HOSTS = [
    *("a" * 253, "a" * 254, "a" * 2_200, "a" * 60_000, f"{'a.' * 1_200}b", "a" * 253 + ":65535"),
    *("", "[", "[::1", "a b", "x@y", "é", "a:b:c", "a:99999999", "\x00"),
]


@pytest.mark.parametrize("page", [*PAGES, "/qr.svg"])
@pytest.mark.parametrize("host", STRANGE_HOSTS, ids=range(len(STRANGE_HOSTS)))
async def test_no_host_makes_the_server_fail(
    async_client: AsyncClient, opened: CreatedRoom, settings: Settings, host: str, page: str
) -> None:
    """A2, A3"""
    settings.USE_X_FORWARDED_HOST = True
    path, headers = f"/{opened.room.code}{page}", {"X-Forwarded-Host": host}
    response = await async_client.get(path, headers=headers)
    assert response.status_code in (200, 400)


async def test_the_policy_is_strict(async_client: AsyncClient, opened: CreatedRoom) -> None:
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
    async_client: AsyncClient, opened: CreatedRoom
) -> None:
    screen = await async_client.get(f"/{opened.room.code}/screen")
    assert "frame-ancestors *;" in screen["Content-Security-Policy"] + ";"
    host = await async_client.get(f"/{opened.room.code}/host")
    assert "frame-ancestors 'none'" in host["Content-Security-Policy"]


@pytest.mark.parametrize("host", ["evil.example;script-src *", "a b", "[", "x@y"])
async def test_a_strange_host_gets_into_no_header(
    async_client: AsyncClient, opened: CreatedRoom, settings: Settings, host: str
) -> None:
    """A2"""
    settings.USE_X_FORWARDED_HOST = True
    response = await async_client.get(f"/{opened.room.code}", headers={"X-Forwarded-Host": host})
    assert response.status_code == 200
    assert "connect-src 'self';" in response["Content-Security-Policy"] + ";"
