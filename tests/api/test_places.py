"""`/api/places`, as programs use it."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import AsyncClient
from pytest_django import Settings

from mapapp.api.v1.places import QUERY_LIMIT
from mapapp.limits.buckets import KeyedLimiter
from mapapp.runtime import this_runtime
from tests.api.asking import error
from tests.runtime import renew_runtime


@pytest.fixture(autouse=True)
def with_places(settings: Settings, places_folder: Path, fresh_limits: None) -> None:
    settings.PLACES_DIR = places_folder
    renew_runtime()


async def get(client: AsyncClient, **query: str) -> Any:
    return await client.get("/api/places", query)


async def test_places_come_as_geojson_that_caches_may_keep(async_client: AsyncClient) -> None:
    response = await get(async_client, q="Deventer")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/geo+json"
    assert response["Cache-Control"] == "public, max-age=86400"
    assert "Cookie" not in response.get("Vary", "")
    found = json.loads(response.content)
    assert set(found) == {"type", "features"}
    assert found["type"] == "FeatureCollection"
    feature = found["features"][0]
    lng, lat = feature["geometry"]["coordinates"]
    assert (round(lng), round(lat)) == (6, 52)
    population = feature["properties"].pop("population")
    assert 90_000 < population < 120_000
    assert feature == {
        "type": "Feature",
        "id": 2756987,
        "geometry": {"type": "Point", "coordinates": [lng, lat]},
        "properties": {
            "name": "Deventer",
            "country": "NL",
            "country_name": "The Netherlands",
        },
    }


async def test_a_region_is_told_where_it_is_known(async_client: AsyncClient) -> None:
    response = await get(async_client, q="Paris, Texas")
    properties = json.loads(response.content)["features"][0]["properties"]
    assert (properties["name"], properties["region"]) == ("Paris", "Texas")


@pytest.mark.parametrize("query", ["", "   ", "?", "nowhere at all", "\x00", "a" * QUERY_LIMIT])
async def test_nothing_found_is_an_empty_list(async_client: AsyncClient, query: str) -> None:
    response = await get(async_client, q=query)
    assert response.status_code == 200
    assert json.loads(response.content) == {"type": "FeatureCollection", "features": []}


async def test_at_most_ten_come(async_client: AsyncClient) -> None:
    response = await get(async_client, q="s")
    assert len(json.loads(response.content)["features"]) == 10


@pytest.mark.parametrize("query", [{}, {"q": "a" * (QUERY_LIMIT + 1)}, {"Q": "Deventer"}])
async def test_a_missing_or_too_long_query_is_named(
    async_client: AsyncClient, query: dict[str, str]
) -> None:
    response = await get(async_client, **query)
    assert response.status_code == 400
    found = error(response)
    assert (found["code"], found["field"]) == ("bad_field", "q")


async def test_bytes_that_are_no_text_are_answered(async_client: AsyncClient) -> None:
    response = await async_client.get("/api/places?q=%ff%fe%00K%C3%B6ln%ED%A0%80")
    assert response.status_code == 200


async def test_only_reading_is_possible(async_client: AsyncClient) -> None:
    response = await async_client.post("/api/places?q=Deventer")
    assert response.status_code == 405


async def test_one_address_cannot_keep_the_server_busy(async_client: AsyncClient) -> None:
    runtime = this_runtime()
    runtime.searches = KeyedLimiter(burst=2, per_second=0.1, clock=lambda: 0.0)
    for _ in range(2):
        assert (await get(async_client, q="Deventer")).status_code == 200
    response = await get(async_client, q="Deventer")
    assert response.status_code == 429
    assert error(response)["code"] == "too_many_searches"
    assert int(response["Retry-After"]) > 0


async def test_before_the_places_are_indexed_the_answer_says_so(
    async_client: AsyncClient, settings: Settings, tmp_path: Path
) -> None:
    settings.PLACES_DIR = tmp_path
    renew_runtime()
    response = await get(async_client, q="Deventer")
    assert response.status_code == 503
    assert error(response)["code"] == "unavailable"
    assert int(response["Retry-After"]) > 0


async def test_the_names_on_a_tile_of_the_map_come_largest_first(async_client: AsyncClient) -> None:
    response = await async_client.get("/api/places/names/4/8/5")
    assert response.status_code == 200
    assert response["Cache-Control"] == "public, max-age=86400"
    assert len(response.content) < 4_000
    names = json.loads(response.content)["names"]
    populations = [population for _, _, _, population in names]
    assert populations == sorted(populations, reverse=True)
    assert "Berlin" in [name for name, *_ in names]


async def test_a_tile_without_names_is_an_error(async_client: AsyncClient) -> None:
    for tile in ("5/8/5", "4/16/0", "4/0/99999999999"):
        response = await async_client.get(f"/api/places/names/{tile}")
        assert response.status_code == 404
        assert error(response)["code"] == "no_tile"


async def test_one_address_cannot_ask_for_names_without_end(async_client: AsyncClient) -> None:
    """Tiles that there are and tiles that there are not; a search goes on all the same."""
    runtime = this_runtime()
    runtime.tile_names = KeyedLimiter(burst=2, per_second=0.1, clock=lambda: 0.0)
    assert (await async_client.get("/api/places/names/4/8/5")).status_code == 200
    assert (await async_client.get("/api/places/names/5/8/5")).status_code == 404
    for tile in ("4/8/5", "5/8/5"):
        response = await async_client.get(f"/api/places/names/{tile}")
        assert response.status_code == 429
        assert error(response)["code"] == "too_many_tiles"
        assert int(response["Retry-After"]) > 0
    assert (await get(async_client, q="Deventer")).status_code == 200
