"""WORKERS: several processes on one port, without Redis, kept alive by one that started them."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from urllib.request import urlopen

import psutil
import pytest

from testkit.client import Client, agree, all_see, create_room
from testkit.server import ServerProcess
from testkit.services import wait_until
from testkit.stored import assert_each_stored_once, stored_changes
from tests.conftest import StartServer
from tests.faults.load import SHARED, Load, load_at

PEOPLE = 20


def connections_at(worker: psutil.Process) -> set[int]:
    """The ports of the clients that are connected to a worker."""
    connections = worker.net_connections("tcp")
    return {one.raddr[1] for one in connections if one.status == psutil.CONN_ESTABLISHED}


@pytest.fixture
def two(start_server: StartServer) -> ServerProcess:
    """A server with two workers, SQLite and no Redis, both of which serve."""
    server = start_server({"WORKERS": "2"})
    server.wait_workers(2)
    return server


@asynccontextmanager
async def one_at_each(server: ServerProcess, address: str) -> AsyncIterator[list[Client]]:
    """A client at each worker. The system chooses where each connection goes."""
    placed: dict[int, Client] = {}
    try:
        while len(placed) < 2:
            client = Client(address)
            await client.connect()
            port = client._transport().get_extra_info("sockname")[1]
            [worker] = [w.pid for w in server.workers() if port in connections_at(w)]
            if worker in placed:
                await client.leave()
            else:
                placed[worker] = client
        yield list(placed.values())
    finally:
        for client in placed.values():
            await client.leave()


def _is_at(marker: int, place: tuple[float, float], client: Client) -> bool:
    return client.state.position(marker) == place


async def _drag_is_seen_at_the_other(server: ServerProcess) -> None:
    room = await create_room(server, question="Where shall we meet?")
    async with one_at_each(server, room.at(server)) as (ada, ben):
        marker = (await ada.change("add", lat=48.1, lng=11.5, label="Ada"))["marker"]
        grab = (await ada.change("grab", marker=marker))["rev"]
        await all_see([ben], lambda b: b.state.holder(marker) == ada.person, "who holds it")
        for step in range(20):
            await ada.move(marker, grab, 50.0 + step, 12.0)
            await all_see([ben], partial(_is_at, marker, (50.0 + step, 12.0)), "a move")
        await ada.change("drop", marker=marker, grab=grab, lat=51.0, lng=13.0)
        await ben.change("add", lat=-10.0, lng=-20.0, label="Ben")
        await agree(ada, ben)
        await ben.wait_for(lambda: ben.state.people == 2, "who is here")


async def test_people_at_two_workers_see_each_other_without_redis(two: ServerProcess) -> None:
    """O4"""
    await _drag_is_seen_at_the_other(two)
    assert "The relay between processes is up" in two.log
    assert two.terminate() == 0
    two.assert_clean_log()


def test_they_serve_ipv6(start_server: StartServer) -> None:
    server = start_server({"WORKERS": "2", "HOST": "::"})
    server.wait_workers(2)
    with urlopen(f"http://[::1]:{server.port}/healthz", timeout=10) as answer:
        assert answer.read() == b"ok"
    assert server.terminate() == 0
    server.assert_clean_log()


async def test_they_do_so_where_the_system_shares_no_port(
    start_server: StartServer, tmp_path: Path
) -> None:
    """As on macOS: all workers accept from one socket, which their supervisor made."""
    (tmp_path / "sitecustomize.py").write_text("import socket\ndel socket.SO_REUSEPORT\n")
    server = start_server({"WORKERS": "2", "PYTHONPATH": str(tmp_path)})
    server.wait_workers(2)
    await _drag_is_seen_at_the_other(server)
    assert server.terminate() == 0
    server.assert_clean_log()


async def test_one_that_is_killed_is_started_again_and_nothing_is_lost(two: ServerProcess) -> None:
    """D1, D2, R2: its people come back at once, at the other or at the new one."""
    room = await create_room(two, **SHARED)
    async with load_at([[room.at(two)]] * PEOPLE) as load:
        await load.more(300)
        people = [client.person for client in load.clients]
        killed = max(two.workers(), key=lambda worker: len(connections_at(worker)))
        killed.send_signal(signal.SIGKILL)
        await load.more(300)
        await asyncio.to_thread(two.wait_workers, 2)
        assert killed.pid not in {worker.pid for worker in two.workers()}
        await load.more(100)
        await _finish(load, two, room.code)
        assert [client.person for client in load.clients] == people
        assert {client.connections for client in load.clients} == {1, 2}
        async with Client(room.at(two)) as newcomer:
            assert newcomer.state.digest() == load.clients[0].state.digest()
    assert f"(process {killed.pid}) was ended by SIGKILL. It is started again at once" in two.log
    assert two.terminate() == 0
    two.assert_clean_log()


async def _finish(load: Load, server: ServerProcess, code: str) -> None:
    await load.finish()
    assert_each_stored_once(stored_changes(server, code), load.clients)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
async def test_a_signal_ends_all_of_them_and_loses_nothing(
    two: ServerProcess, number: signal.Signals
) -> None:
    """S1"""
    room = await create_room(two, **SHARED)
    async with load_at([[room.at(two)]] * PEOPLE) as load:
        await load.more(200)
        workers = two.workers()
        two.process.send(number)
        two.process.send(number)
        assert await asyncio.to_thread(two.process.wait, 20) == 0
        assert not any(worker.is_running() for worker in workers)
        for client in load.clients:
            [(code, bye)] = client.ends
            assert code == 1012
            assert bye is not None
            assert bye["code"] == "restart"
        await asyncio.to_thread(two.start)
        await load.more(200)
        await _finish(load, two, room.code)
    assert two.terminate() == 0
    two.assert_clean_log()


def test_when_the_one_that_started_them_is_killed_they_end_and_the_next_may_start(
    two: ServerProcess, tmp_path: Path
) -> None:
    workers = two.workers()
    for worker in workers:
        worker.suspend()
    two.process.send(signal.SIGKILL)
    two.process.wait(20)
    # While they live, nobody else uses their data.
    second = ServerProcess(tmp_path / "second", {"DATA_DIR": str(two.folder)})
    second.spawn()
    assert second.process.wait(30) == 1
    assert "Another server is running" in second.log
    for worker in workers:
        worker.resume()
    wait_until(lambda: not any(map(_lives, workers)), 30, "the workers ended")
    assert "The supervisor has gone" in two.log
    two.start()
    assert len(two.wait_workers(2)) == 2
    assert two.terminate() == 0


def _lives(process: psutil.Process) -> bool:
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


def test_workers_that_cannot_start_are_a_sentence_and_a_status(
    tmp_path: Path, static_files: Path
) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import os\n"
        "if 'LIVEMAP_WORKER' in os.environ:\n"
        "    os.write(2, b'no such luck\\n')\n"
        "    os._exit(1)\n"
    )
    env = {"WORKERS": "2", "PYTHONPATH": str(tmp_path)}
    server = ServerProcess(tmp_path / "server", env, static_files=static_files)
    server.spawn()
    assert server.process.wait(90) == 1
    assert "no such luck" in server.log
    assert "No worker can be started" in server.log
    server.assert_clean_log()


def test_a_port_in_use_is_one_sentence_for_all_workers(two: ServerProcess, tmp_path: Path) -> None:
    """Also where it is in use by another server's workers, beside which one could listen."""
    other = ServerProcess(tmp_path / "other", {"WORKERS": "2", "PORT": str(two.port)})
    other.spawn()
    assert other.process.wait(30) == 1
    assert other.log.count(f"Cannot listen on 127.0.0.1 port {two.port}") == 1


async def test_workers_on_postgresql_need_no_redis_either(
    start_server: StartServer, postgres_url: str
) -> None:
    server = start_server({"WORKERS": "2", "DATABASE_URL": postgres_url})
    server.wait_workers(2)
    await _drag_is_seen_at_the_other(server)
    assert server.terminate() == 0
    server.assert_clean_log()
