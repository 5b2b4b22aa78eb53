"""What load balancers ask."""

import asyncio
import json
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import AsyncClient
from pytest_django import Settings

from mapapp.runtime import this_runtime
from mapapp.web import health

pytestmark = pytest.mark.django_db(transaction=True)

WELL = {"database": True, "changes": True, "files": True, "relay": True, "clock": True}


@pytest.fixture(autouse=True)
def collected(settings: Settings, tmp_path: Path) -> Path:
    """The static files are there, as on a server that was started by `manage.py serve`."""
    settings.STATIC_ROOT = tmp_path
    manifest = tmp_path / "staticfiles.json"
    manifest.touch()
    return manifest


async def _parts(client: AsyncClient) -> dict[str, bool]:
    """What /readyz says, after a look at whether the status goes with it."""
    response = await client.get("/readyz")
    parts: dict[str, bool] = json.loads(response.content)
    assert response.status_code == (200 if all(parts.values()) else 503)
    assert response["Cache-Control"] == "no-store"
    return parts


async def test_a_process_that_lives_says_so(async_client: AsyncClient) -> None:
    response = await async_client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok")
    assert response["Cache-Control"] == "no-store"


async def test_a_process_that_can_serve_says_so(async_client: AsyncClient) -> None:
    assert await _parts(async_client) == WELL


@pytest.mark.parametrize(
    ("question", "part"), [("relay_ready", "relay"), ("stores_in_time", "changes")]
)
@pytest.mark.parametrize("answers", [True, False])
async def test_the_hub_is_asked_once_there_is_one(
    async_client: AsyncClient,
    monkeypatch: pytest.MonkeyPatch,
    question: str,
    part: str,
    answers: bool,
) -> None:
    async def ask() -> bool:
        return answers

    monkeypatch.setattr(this_runtime().hub, question, ask)
    assert await _parts(async_client) == WELL | {part: answers}


async def test_a_relay_that_hangs_is_not_ready(
    async_client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hang() -> bool:
        await asyncio.Event().wait()
        return True

    monkeypatch.setattr(health, "_PATIENCE_SECONDS", 0.05)
    monkeypatch.setattr(this_runtime().hub, "relay_ready", hang)
    assert not (await _parts(async_client))["relay"]


@pytest.fixture
def one_migration_missing() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, app, name, applied FROM django_migrations WHERE app = 'mapapp'")
        row = cursor.fetchone()
        cursor.execute("DELETE FROM django_migrations WHERE id = %s", [row[0]])
        yield
        cursor.execute("INSERT INTO django_migrations VALUES (%s, %s, %s, %s)", row)


@pytest.mark.usefixtures("one_migration_missing")
async def test_a_database_without_all_tables_is_not_ready(
    async_client: AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    assert await _parts(async_client) == WELL | {"database": False}
    assert "1 migrations are missing" in caplog.text


@pytest.fixture
def read_only() -> Iterator[None]:
    if connection.vendor == "postgresql":
        name = connection.settings_dict["NAME"]
        statement = f'ALTER DATABASE "{name}" SET default_transaction_read_only = '
        with connection.cursor() as cursor:
            cursor.execute(statement + "on")
            yield
            cursor.execute(statement + "off")
        return
    # Another program that has the file, so that nobody can write.
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.close()


@pytest.mark.usefixtures("read_only")
async def test_a_database_that_takes_no_writes_is_not_ready(async_client: AsyncClient) -> None:
    assert await _parts(async_client) == WELL | {"database": False}


async def test_without_static_files_it_is_not_ready(
    async_client: AsyncClient, collected: Path
) -> None:
    collected.unlink()
    assert await _parts(async_client) == WELL | {"files": False}


async def test_with_a_full_disk_it_is_not_ready(
    async_client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=100_000))
    assert await _parts(async_client) == WELL | {"files": False}


async def test_a_database_that_hangs_takes_one_thread_however_often_it_is_asked_for(
    async_client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = 0
    answer = asyncio.Event()
    loop = asyncio.get_running_loop()

    def hang() -> bool:
        nonlocal asked
        asked += 1
        asyncio.run_coroutine_threadsafe(answer.wait(), loop).result(20)
        return True

    monkeypatch.setattr(health, "_PATIENCE_SECONDS", 0.05)
    monkeypatch.setattr(health, "_ask_database", hang)
    for _ in range(3):
        assert not (await _parts(async_client))["database"]
    assert asked == 1
    answer.set()
    async with asyncio.timeout(20):
        while not (await _parts(async_client))["database"]:
            pass


async def test_a_clock_that_differs_is_told_but_the_process_serves(
    async_client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(this_runtime()), "clock_agrees", False)
    response = await async_client.get("/readyz")
    assert response.status_code == 200
    assert json.loads(response.content) == WELL | {"clock": False}
