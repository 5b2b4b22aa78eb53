"""At `localhost` the QR code still carries an address that phones reach."""

import json
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import AsyncRequestFactory
from django.urls import resolve
from pytest_django import Settings

from mapapp.rooms import join_links as reach
from mapapp.rooms.creation import CreatedRoom
from mapapp.rooms.qr_codes import _draw
from mapapp.runtime import this_runtime

pytestmark = pytest.mark.django_db(transaction=True)

ADDRESSES = ["192.168.1.5", "10.42.0.1"]
PORT = 8000


@pytest.fixture(autouse=True)
def laptop(monkeypatch: pytest.MonkeyPatch) -> None:
    """A laptop with two networks, whose server listens in all of them."""
    monkeypatch.setattr(this_runtime().join_links, "listens_everywhere", True)
    monkeypatch.setattr(reach, "network_addresses", lambda: ADDRESSES)


async def get(
    path: str, *, host: str = "localhost:8000", peer: str = "127.0.0.1", **headers: str
) -> HttpResponse:
    """What a browser at `peer` gets that has opened the server as `host`."""
    request: Any = AsyncRequestFactory().get(path)
    request.runtime = this_runtime()
    request.META |= {"HTTP_HOST": host, "REMOTE_ADDR": peer, "SERVER_PORT": PORT}
    request.META |= {f"HTTP_{name.upper().replace('-', '_')}": v for name, v in headers.items()}
    match = resolve(request.path_info)
    response: HttpResponse = await match.func(request, **match.kwargs)
    return response


def addresses_in(response: HttpResponse) -> Any:
    return json.loads(response.content)["addresses"]


def carries(response: HttpResponse, link: str) -> bool:
    return response.status_code == 200 and response.content == _draw(link)


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:8000", "[::1]:8000"])
async def test_opened_as_localhost_the_qr_code_carries_the_likeliest_address(
    opened: CreatedRoom, host: str
) -> None:
    code = opened.room.code
    response = await get(f"/{code}/qr.svg", host=host)
    assert carries(response, f"http://192.168.1.5:8000/{code}")
    assert response["Cache-Control"] == "no-store", "tomorrow the laptop is in another network"


async def test_opened_at_an_address_the_qr_code_carries_that(opened: CreatedRoom) -> None:
    code = opened.room.code
    response = await get(f"/{code}/qr.svg", host="10.42.0.1:8000", peer="10.42.0.7")
    assert carries(response, f"http://10.42.0.1:8000/{code}")
    assert response["Cache-Control"] == "public, max-age=3600"


async def test_the_presenter_may_choose_another_of_this_machines_addresses(
    opened: CreatedRoom,
) -> None:
    code = opened.room.code
    assert (await get("/api/addresses")).headers["Cache-Control"] == "no-store"
    told = addresses_in(await get("/api/addresses"))
    assert told == [
        {"address": "192.168.1.5", "site": "http://192.168.1.5:8000"},
        {"address": "10.42.0.1", "site": "http://10.42.0.1:8000"},
    ]
    chosen = await get(f"/{code}/qr.svg?at=10.42.0.1")
    assert carries(chosen, f"http://10.42.0.1:8000/{code}")


@pytest.mark.parametrize("at", ["", "8.8.8.8", "evil.example", "192.168.1.5:1", "192.168.1.5/x"])
async def test_no_qr_code_leads_to_somebody_elses_address(opened: CreatedRoom, at: str) -> None:
    assert (await get(f"/{opened.room.code}/qr.svg?at={at}")).status_code == 404


@pytest.mark.parametrize(
    "stranger",
    [
        {"peer": "203.0.113.9"},
        {"peer": "203.0.113.9", "host": "192.168.1.5:8000"},
        {"host": "evil.example"},
        {"x-forwarded-for": "203.0.113.9"},
        {"forwarded": "for=203.0.113.9"},
    ],
    ids=str,
)
async def test_strangers_do_not_learn_this_machines_networks(
    opened: CreatedRoom, stranger: dict[str, str]
) -> None:
    """Nor through a tunnel on this machine, or a name that was bound anew."""
    told = addresses_in(await get("/api/addresses", **stranger))
    assert told == []
    asked = await get(f"/{opened.room.code}/qr.svg?at=10.42.0.1", **stranger)
    assert asked.status_code == 404


async def test_public_url_is_the_address_whatever_the_page_was_opened_as(
    opened: CreatedRoom, settings: Settings
) -> None:
    settings.PUBLIC_URL = "https://map.example.org"
    code = opened.room.code
    assert addresses_in(await get("/api/addresses")) == []
    assert carries(await get(f"/{code}/qr.svg"), f"https://map.example.org/{code}")


@pytest.mark.parametrize("why", ["one address", "no network"])
async def test_where_there_is_nothing_better_localhost_stays(
    opened: CreatedRoom, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    if why == "one address":
        monkeypatch.setattr(this_runtime().join_links, "listens_everywhere", False)
    else:
        monkeypatch.setattr(reach, "network_addresses", list)
    code = opened.room.code
    assert carries(await get(f"/{code}/qr.svg"), f"http://localhost:8000/{code}")
