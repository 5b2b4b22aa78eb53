"""The two ways to run this project: one process alone, or two that share services."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from testkit.server import ServerProcess
from testkit.services import PostgresServer, RedisServer
from tests.conftest import StartServer
from tests.faults.uvicorn import UvicornProcess


@dataclass(frozen=True)
class Pair:
    """Two processes of one installation, with the Redis between them."""

    one: ServerProcess
    other: ServerProcess
    redis: RedisServer


@pytest.fixture
def pair(start_server: StartServer, redis_server: RedisServer, postgres_url: str) -> Pair:
    """Two servers on one PostgreSQL and one Redis, for a test that harms them."""
    env = {"DATABASE_URL": postgres_url, "REDIS_URL": redis_server.url}
    return Pair(start_server(env), start_server(env), redis_server)


@pytest.fixture(scope="module")
def calm_server(
    tmp_path_factory: pytest.TempPathFactory, static_files: Path
) -> Iterator[ServerProcess]:
    """One server with the embedded defaults, for all tests of a module; none harms it."""
    folder = tmp_path_factory.mktemp("calm")
    with ServerProcess(folder, {"ROOM_CREATION_PER_MINUTE": "1000"}, static_files=static_files) as (
        server
    ):
        yield server
        server.assert_clean_log()


@pytest.fixture(scope="module")
def calm_pair(
    tmp_path_factory: pytest.TempPathFactory,
    static_files: Path,
    shared_redis: RedisServer,
    shared_postgres: PostgresServer,
) -> Iterator[Pair]:
    """Two servers on one PostgreSQL and one Redis, for all tests of a module; none harms them."""
    for service in (shared_redis, shared_postgres):
        if not service.running:
            service.start()
    with shared_postgres.database() as database_url:
        env = {
            "DATABASE_URL": database_url,
            "REDIS_URL": shared_redis.url,
            "SECRET_KEY": secrets.token_urlsafe(48),
        }
        one, other = (
            ServerProcess(tmp_path_factory.mktemp(name), env, static_files=static_files)
            for name in ("one", "other")
        )
        with one, other:
            yield Pair(one, other, shared_redis)
            one.assert_clean_log()
            other.assert_clean_log()


@pytest.fixture
def uvicorn_server(server: ServerProcess) -> Iterator[ServerProcess]:
    """Another ASGI server, on data that this project's own server has prepared."""
    server.terminate()
    with UvicornProcess(server.folder) as other:
        yield other
