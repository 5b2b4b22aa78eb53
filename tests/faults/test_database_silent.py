"""The database does not refuse: it vanishes, hangs, turns read-only, or its disk is full.

Whatever it does, each change is answered within 10 s, and what people change
is stored again within seconds of its return (D1, D2, D3).
"""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from testkit.client import Client, Room, create_room
from testkit.server import ServerProcess
from testkit.services import PostgresServer, wait_until
from testkit.stored import assert_each_stored_once, stored_changes
from testkit.swallowing import Line
from tests.conftest import StartServer, leave_out

pytestmark = pytest.mark.timeout(180)

# As promised (docs/PROTOCOL.md, "Limits"), and some for a busy machine.
REFUSED_WITHIN = 10.0 + 5.0
BACK_WITHIN = 2.0 + 5.0


@dataclass
class Outage:
    """A server in the middle of a drag and some changes, when its database goes away."""

    server: ServerProcess
    ada: Client
    ben: Client
    room: Room


@asynccontextmanager
async def outage(
    server: ServerProcess,
    begin: Callable[[], object],
    end: Callable[[], object],
) -> AsyncIterator[Outage]:
    """Within it the database is away; afterwards everything is stored, once and in order."""
    room = await create_room(server, rules="shared", anyone_adds=True)
    async with Client(room.at(server)) as ada, Client(room.at(server)) as ben:
        for person in (ada, ben, ben):
            await person.change("add", lat=0, lng=0)
        grab = (await ben.change("grab", marker=2))["rev"]
        await asyncio.to_thread(begin)
        first = await ada.submit("place", marker=1, lat=1, lng=1)
        await _refused_in_time(ada)
        second = await ada.submit("place", marker=1, lat=2, lng=2)

        # Meanwhile dragging goes on live.
        await ben.move(2, grab, 5, 5)
        await ada.wait_for(lambda: ada.state.position(2) == (5, 5), "the drag")
        await asyncio.to_thread(
            wait_until, lambda: server.status("/readyz") == 503, 20, "not ready"
        )
        assert server.status("/healthz") == 200

        yield Outage(server, ada, ben, room)
        await asyncio.to_thread(end)
        back = time.monotonic()
        await ben.change("place", marker=3, lat=6, lng=6)
        assert time.monotonic() - back < BACK_WITHIN
        for answer in (first, second):
            assert (await asyncio.wait_for(answer, 20))["t"] == "ack"
        assert (await first)["rev"] < (await second)["rev"]
        await ben.wait_for(lambda: ben.state.position(1) == (2, 2), "the newer place")
        await _answers_ready(server, 200)
    server.assert_clean_log()


async def _answers_ready(server: ServerProcess, status: int) -> None:
    await asyncio.to_thread(
        wait_until, lambda: server.status("/readyz") == status, 20, f"/readyz answers {status}"
    )


async def _refused_in_time(client: Client) -> None:
    asked = time.monotonic()
    await client.wait_for(
        lambda: any(frame.get("code") == "unavailable" for frame in client.frames), "no", 60
    )
    assert time.monotonic() - asked < REFUSED_WITHIN


async def test_a_postgresql_that_is_stopped_like_a_laptop_that_sleeps(
    start_server: StartServer, postgres_server: PostgresServer, postgres_url: str
) -> None:
    server = start_server({"DATABASE_URL": postgres_url})
    async with outage(server, postgres_server.pause, postgres_server.resume) as away:
        pass
    assert_each_stored_once(stored_changes(server, away.room.code), [away.ada, away.ben])


async def test_a_line_that_swallows_everything(
    start_server: StartServer, postgres_server: PostgresServer, postgres_url: str
) -> None:
    with Line(postgres_server.port) as line:
        url = postgres_url.replace(f":{postgres_server.port}/", f":{line.port}/")
        server = start_server({"DATABASE_URL": url})
        async with outage(server, line.die, line.heal) as away:
            pass
        assert_each_stored_once(stored_changes(server, away.room.code), [away.ada, away.ben])


def _set_read_only(server: PostgresServer, value: str) -> None:
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute("SET default_transaction_read_only = off")
        connection.execute(f"ALTER SYSTEM SET default_transaction_read_only = {value}")
        connection.execute("SELECT pg_reload_conf()")

    def obeys() -> bool:
        with psycopg.connect(server.url()) as connection:
            row = connection.execute("SHOW default_transaction_read_only").fetchone()
            return row == (value,)

    wait_until(obeys, 20, f"read only: {value}")


async def test_a_postgresql_that_takes_no_writes(
    start_server: StartServer, postgres_server: PostgresServer, postgres_url: str
) -> None:
    """As a primary that was demoted, whose connections live on."""
    server = start_server({"DATABASE_URL": postgres_url})
    try:
        async with outage(
            server,
            lambda: _set_read_only(postgres_server, "on"),
            lambda: _set_read_only(postgres_server, "off"),
        ) as away:
            pass
    finally:
        _set_read_only(postgres_server, "off")
    assert_each_stored_once(stored_changes(server, away.room.code), [away.ada, away.ben])


@pytest.fixture
def standby(postgres_server: PostgresServer, service_folder: Path) -> Iterator[PostgresServer]:
    """A second server that follows the first, as a cluster has one."""
    made = PostgresServer(service_folder / "standby")
    shutil.rmtree(made.folder / "data")
    made.follow(postgres_server)
    with made:
        yield made
    shutil.rmtree(made.folder)


async def test_another_server_takes_over_behind_the_same_name(
    start_server: StartServer,
    postgres_server: PostgresServer,
    postgres_url: str,
    standby: PostgresServer,
) -> None:
    """The old one lives on, read only, and so do the connections to it."""
    with Line(postgres_server.port) as line:
        url = postgres_url.replace(f":{postgres_server.port}/", f":{line.port}/")
        server = start_server({"DATABASE_URL": url})

        def fail_over() -> None:
            caught_up(postgres_server, standby)
            line.target = standby.port
            standby.promote()

        try:
            async with outage(
                server, lambda: _set_read_only(postgres_server, "on"), fail_over
            ) as away:
                pass
        finally:
            _set_read_only(postgres_server, "off")
        assert_each_stored_once(stored_changes(server, away.room.code), [away.ada, away.ben])


def caught_up(primary: PostgresServer, standby: PostgresServer) -> None:
    with psycopg.connect(primary.url()) as connection:
        row = connection.execute("SELECT pg_current_wal_lsn()").fetchone()
        assert row is not None

    def replayed() -> bool:
        with psycopg.connect(standby.url()) as connection:
            found = connection.execute(
                "SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn", row
            ).fetchone()
            return found == (True,)

    wait_until(replayed, 20, "the standby has it all")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        leave_out("mounting a small disk takes root")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


async def test_a_disk_that_is_full(start_server: StartServer, small_disk: Path) -> None:
    server = start_server({"DATA_DIR": str(small_disk)})
    filler = small_disk / "filler"

    def fill() -> None:
        with filler.open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(4_096))
            except OSError:
                pass

    async with outage(server, fill, filler.unlink) as away:
        pass
    assert_each_stored_once(stored_changes(server, away.room.code), [away.ada, away.ben])


async def test_a_room_whose_lock_a_vanished_process_holds_is_free_again_soon(
    start_server: StartServer, postgres_server: PostgresServer, postgres_url: str
) -> None:
    """A process that was cut off in mid-transaction holds nobody up for hours."""
    with Line(postgres_server.port) as line:
        url = postgres_url.replace(f":{postgres_server.port}/", f":{line.port}/")
        server = start_server({"DATABASE_URL": postgres_url})
        room = await create_room(server)
        async with Client(room.at(server)) as ada:
            await ada.change("add", lat=0, lng=0)
            url = postgres_url.replace(f":{postgres_server.port}/", f":{line.port}/")
            holder = await asyncio.to_thread(_lock_like_the_store, url)
            line.die()
            answer = await ada.submit("place", marker=1, lat=1, lng=1)
            assert (await asyncio.wait_for(answer, 30))["t"] == "ack"
            holder.close()
    server.assert_clean_log()


def _lock_like_the_store(url: str) -> psycopg.Connection:
    from mapapp.storage.sql import connecting

    holder = psycopg.connect(url, autocommit=True)
    holder.execute(connecting._PATIENCE)
    holder.execute("BEGIN")
    holder.execute("SELECT id FROM mapapp_room FOR UPDATE")
    return holder
