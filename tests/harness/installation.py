"""Installations to break: one process with SQLite, or two with PostgreSQL and Redis."""

from __future__ import annotations

import asyncio
import itertools
import os
import secrets
import shutil
import subprocess
from collections.abc import Mapping
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
import psycopg

from testkit.client import Room
from testkit.server import ServerProcess
from testkit.services import LOOPBACK, PostgresServer, RedisServer, Unavailable
from tests.faults.clocks import SetClock, clocks_can_be_set
from tests.harness.proxy import Mode, Proxy

SINGLE, PAIR, CLOCKED = "single", "pair", "clocked"

# The harness's settings for the servers, besides the defaults: limits that a
# scenario can reach in seconds.
LIMITS = {
    "ROOM_CREATION_PER_MINUTE": "60",
    "MAX_ROOMS": "60",
    "MAX_PEOPLE_PER_ROOM": "1000",
    "MAX_MARKERS_PER_ROOM": "3000",
}
# The size of the disk for a single server's data, so that it can be filled.
DISK_MB = 96

# The limits treat each address of the loopback network as a separate venue.
_venues = itertools.count(2)


def another_venue() -> str:
    """An address on loopback from which nobody has come yet."""
    number = next(_venues)
    return f"127.0.{number // 250 + 1}.{number % 250 + 2}"


@dataclass(frozen=True)
class Vitals:
    """A server's resources, which must be back to normal after a scenario; `memory` in bytes."""

    memory: int
    files: int
    threads: int


class Installation:
    """Services and servers, and the lines between them.

    `roads` lead to the servers: clients that take them can be cut off.
    """

    kind: str
    server_class = ServerProcess

    def __init__(self, folder: Path, static_files: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.static_files = static_files
        self.servers: list[ServerProcess] = []
        self.roads: list[Proxy] = []
        self.log_read: dict[ServerProcess, int] = {}
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Installation:
        await self.set_up()
        for server in self.servers:
            road = Proxy(server.port, "road")
            await road.start()
            self.roads.append(road)
            self._stack.push_async_callback(road.stop)
            self.log_read[server] = 0
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.heal()
        for server in self.servers:
            await asyncio.to_thread(server.stop)
        await self._stack.aclose()

    async def set_up(self) -> None:
        raise NotImplementedError

    def new_server(self, name: str, env: Mapping[str, str]) -> ServerProcess:
        server = self.server_class(
            self.folder / name,
            {**LIMITS, **env},
            static_files=self.static_files,
        )
        self.servers.append(server)
        return server

    async def heal(self) -> None:
        """Put right all that a fault may have left; return when every server answers."""
        for road in self.roads:
            road.heal()
        await self.heal_services()
        for server in self.servers:
            server.resume()
            if not server.running:
                await asyncio.to_thread(server.start)
        for server in self.servers:
            await asyncio.to_thread(server.wait_ready, 40)

    async def heal_services(self) -> None:
        """The same for the services behind the servers."""

    async def create_room(self, venue: str, **fields: object) -> Room:
        """Create a room at the first server that answers."""
        transport = httpx.AsyncHTTPTransport(local_address=venue)
        async with httpx.AsyncClient(transport=transport) as http:
            answer = await http.post(f"{self.servers[0].url}/api/rooms", json=fields, timeout=20)
        answer.raise_for_status()
        return Room(answer.json()["code"], answer.json()["host_key"])

    def address(self, room: Room, index: int, *, road: bool) -> str:
        """The address of a room's socket at one of the servers."""
        port = self.roads[index].port if road else self.servers[index].port
        return f"ws://{LOOPBACK}:{port}/ws/{room.code}"

    def vitals(self) -> list[Vitals]:
        """What each server uses now."""
        found = []
        for server in self.servers:
            process = psutil.Process(server.process.pid)
            found.append(
                Vitals(process.memory_info().rss, process.num_fds(), process.num_threads())
            )
        return found

    def new_log(self) -> dict[ServerProcess, str]:
        """Each server's log lines since the last call."""
        new = {}
        for server in self.servers:
            log = server.log
            new[server], self.log_read[server] = log[self.log_read[server] :], len(log)
        return new


class Single(Installation):
    """One process, SQLite, an in-memory layer; its data on a disk that can be filled."""

    kind = SINGLE

    def __init__(self, folder: Path, static_files: Path) -> None:
        super().__init__(folder, static_files)
        self.disk = folder / "disk"
        self.disk.mkdir(parents=True, exist_ok=True)
        self.disk_can_fill = mount_small_disk(self.disk, DISK_MB)

    async def set_up(self) -> None:
        if self.disk_can_fill:
            self._stack.callback(unmount, self.disk)
        await asyncio.to_thread(self.new_server("disk/data", {}).start)

    @property
    def server(self) -> ServerProcess:
        return self.servers[0]

    async def heal_services(self) -> None:
        free(self.disk)


class Clocked(Installation):
    """One process whose wall clock is ours to set (libfaketime)."""

    kind = CLOCKED

    async def set_up(self) -> None:
        if not clocks_can_be_set():
            raise Unavailable("libfaketime is not installed")
        self.clock = SetClock(self.folder)
        await asyncio.to_thread(self.new_server("data", self.clock.env).start)

    async def heal_services(self) -> None:
        self.clock.set(0)


class Pair(Installation):
    """Two processes on one PostgreSQL and one Redis, each behind a proxy."""

    kind = PAIR

    async def set_up(self) -> None:
        self.redis = RedisServer(self.folder / "redis")
        await asyncio.to_thread(self.redis.start)
        self._stack.callback(self.redis.stop)
        self.wal_disk = self.folder / "wal"
        self.wal_disk.mkdir()
        self.wal_can_fill = mount_small_disk(self.wal_disk, DISK_MB)
        if self.wal_can_fill:
            self._stack.callback(unmount, self.wal_disk)
        wal = self.wal_disk / "log"
        wal.mkdir()
        self.postgres = PostgresServer(self.folder / "postgres", wal=wal)
        await asyncio.to_thread(self.postgres.start)
        self._stack.callback(self.postgres.stop)
        self.database = self._stack.enter_context(self.postgres.database())
        self.database_line = Proxy(self.postgres.port, "database")
        self.relay_line = Proxy(self.redis.port, "relay")
        for proxy in (self.database_line, self.relay_line):
            await proxy.start()
            self._stack.push_async_callback(proxy.stop)
        through = self.database.replace(f":{self.postgres.port}/", f":{self.database_line.port}/")
        env = {
            "DATABASE_URL": through,
            "REDIS_URL": f"redis://{LOOPBACK}:{self.relay_line.port}/0",
            "SECRET_KEY": secrets.token_urlsafe(48),
        }
        for name in ("one", "other"):
            await asyncio.to_thread(self.new_server(name, env).start)

    async def heal_services(self) -> None:
        self.database_line.heal()
        self.relay_line.heal()
        free(self.wal_disk)
        for service in (self.postgres, self.redis):
            service.resume()
            if not service.running:
                await asyncio.to_thread(service.start)
        await asyncio.to_thread(self.set_read_only, False)

    def set_read_only(self, on: bool) -> None:
        """Make every session refuse to write, like a demoted primary."""
        word = "on" if on else "off"
        for statement in (
            f"ALTER SYSTEM SET default_transaction_read_only = {word}",
            "SELECT pg_reload_conf()",
        ):
            self.sql(statement)

    def sql(self, statement: str) -> None:
        """Run a statement directly, as an operator would, and not through the proxy."""
        with psycopg.connect(
            self.postgres.url(), autocommit=True, connect_timeout=10
        ) as connection:
            connection.execute("SET default_transaction_read_only = off")
            connection.execute(statement.encode())

    def refuse_database(self) -> None:
        self.database_line.set(Mode.REFUSE)


def mount_small_disk(folder: Path, megabytes: int) -> bool:
    """Mount a file system of this size in memory. False if that is not allowed."""
    if os.geteuid() != 0 or shutil.which("mount") is None:
        return False
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "none", str(folder)]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


def fill(disk: Path) -> None:
    """Fill a small disk to the last byte."""
    with suppress(OSError), (disk / "ballast").open("wb", buffering=0) as ballast:
        while True:
            ballast.write(bytes(4096))


def free(disk: Path) -> None:
    """Undo `fill`."""
    (disk / "ballast").unlink(missing_ok=True)


def unmount(folder: Path) -> None:
    subprocess.run(["umount", str(folder)], check=False, capture_output=True)
