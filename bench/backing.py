"""The PostgreSQL and the Redis that servers share, on the servers' core, and their CPU time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import redis

from bench.crowd import BadRun
from bench.machine import pinned
from bench.target import Running, Workshop
from testkit.services import PostgresServer, RedisServer, Unavailable, find_postgres


class Redis(Running):
    """An empty Redis."""

    def __init__(self, server: RedisServer, core: int, client: redis.Redis) -> None:
        super().__init__([server], core)
        self.url = server.url
        self._client = client

    def commands(self) -> int:
        """The commands received so far, except those of this question and of health checks."""
        statistics = self._client.info("commandstats")
        return sum(
            command["calls"]
            for name, command in statistics.items()
            if name not in ("cmdstat_info", "cmdstat_ping")
        )


class Postgres(Running):
    """A PostgreSQL with an empty database."""

    def __init__(self, server: PostgresServer, core: int, url: str) -> None:
        super().__init__([server], core)
        self.url = url


def databases() -> list[str]:
    """The databases that can be measured on this machine."""
    try:
        find_postgres()
    except Unavailable:
        return ["sqlite"]
    return ["sqlite", "postgres"]


@contextmanager
def start_redis(workshop: Workshop) -> Iterator[Redis]:
    """A Redis on the servers' core."""
    try:
        server = RedisServer(workshop.fresh_folder("redis"))
    except Unavailable as error:
        raise BadRun(str(error)) from None
    with pinned(workshop.cores.server):
        server.start()
    try:
        with server.client() as client:
            yield Redis(server, workshop.cores.server, client)
    finally:
        server.stop()


@contextmanager
def start_postgres(workshop: Workshop) -> Iterator[Postgres]:
    """A PostgreSQL on the servers' core; its commits wait for the disk, as in an installation."""
    try:
        server = PostgresServer(workshop.fresh_folder("postgres"), durable=True)
    except Unavailable as error:
        raise BadRun(str(error)) from None
    with pinned(workshop.cores.server):
        server.start()
    try:
        with server.database() as url:
            yield Postgres(server, workshop.cores.server, url)
    finally:
        server.stop()
