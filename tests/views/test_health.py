"""What load balancers ask."""

import asyncio
import json

import pytest
from django.test import AsyncClient

from mapapp.apps import this_app
from mapapp.views import health

pytestmark = pytest.mark.django_db(transaction=True)


async def test_a_process_that_lives_says_so(async_client: AsyncClient) -> None:
    response = await async_client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok")
    assert response["Cache-Control"] == "no-store"


async def test_a_process_that_can_serve_says_so(async_client: AsyncClient) -> None:
    response = await async_client.get("/readyz")
    assert response.status_code == 200
    assert json.loads(response.content) == {"database": True, "relay": True, "clock": True}


@pytest.mark.parametrize("answers", [True, False])
async def test_the_relay_is_asked_once_there_is_one(
    async_client: AsyncClient, monkeypatch: pytest.MonkeyPatch, answers: bool
) -> None:
    async def relay() -> bool:
        return answers

    monkeypatch.setattr(this_app(), "relay_ready", relay)
    response = await async_client.get("/readyz")
    assert response.status_code == (200 if answers else 503)
    assert json.loads(response.content) == {"database": True, "relay": answers, "clock": True}


async def test_a_relay_that_hangs_is_not_ready(
    async_client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hang() -> bool:
        await asyncio.Event().wait()
        return True

    monkeypatch.setattr(health, "_PATIENCE_SECONDS", 0.05)
    monkeypatch.setattr(this_app(), "relay_ready", hang)
    response = await async_client.get("/readyz")
    assert response.status_code == 503


async def test_a_clock_that_differs_is_told_but_the_process_serves(
    async_client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(this_app(), "clock_agrees", lambda: False)
    response = await async_client.get("/readyz")
    assert response.status_code == 200
    assert json.loads(response.content) == {"database": True, "relay": True, "clock": False}
