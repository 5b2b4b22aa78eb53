"""`manage.py serve`: from nothing to a running server, and never two that split a room."""

import json
import re
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psutil
import pytest
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from testkit.server import ServerProcess
from testkit.services import (
    ROOT,
    PostgresServer,
    RedisServer,
    free_port,
    wait_until,
)
from tests.conftest import StartServer


def refused(server: ServerProcess) -> str:
    """Start a server that is meant to refuse; its exit status is 1. Returns what it said."""
    server.spawn()
    assert server.process.wait(30) == 1
    server.assert_clean_log()
    return server.log


def test_it_starts_from_nothing_and_says_where_it_is(server: ServerProcess) -> None:
    assert f"On this machine:  http://127.0.0.1:{server.port}/" in server.log
    assert "Stop with Ctrl+C." in server.log
    assert server.status("/") == 200
    assert "relay" not in server.log, "there are no other processes"
    server.assert_clean_log()


def test_the_first_start_says_what_takes_its_time_and_the_second_has_nothing_to_say(
    tmp_path: Path,
) -> None:
    begin = time.monotonic()
    with ServerProcess(tmp_path / "server") as server:
        first = time.monotonic() - begin
        said = server.log
        database, pages = said.index("Preparing the database"), said.index("Packing the pages")
        assert database < pages < said.index("On this machine")
        server.terminate()
        begin = time.monotonic()
        server.start()
        second = time.monotonic() - begin
        assert "Preparing" not in server.log[len(said) :]
        assert "Packing" not in server.log[len(said) :]
        assert second < first / 3


def test_static_files_are_compressed_and_kept_for_ever(server: ServerProcess) -> None:
    """V2"""
    with urllib.request.urlopen(server.url) as page:
        html = page.read().decode()
    path = re.search(r'href="(/static/mapapp/css/base\.[0-9a-f]{12}\.css)"', html)
    assert path is not None
    request = urllib.request.Request(server.url + path[1], headers={"Accept-Encoding": "br"})
    with urllib.request.urlopen(request) as answer:
        assert answer.headers["Content-Encoding"] == "br"
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.headers["Content-Type"].startswith("text/css")


def test_ctrl_c_ends_it_quietly(server: ServerProcess) -> None:
    """S1"""
    server.process.send(signal.SIGINT)
    assert server.process.wait(20) == 0
    server.assert_clean_log()


def test_it_serves_where_the_system_has_no_sighup(
    start_server: StartServer, tmp_path: Path
) -> None:
    """As on Windows."""
    (tmp_path / "sitecustomize.py").write_text("import signal\ndel signal.SIGHUP\n")
    server = start_server({"PYTHONPATH": str(tmp_path)})
    assert server.status("/") == 200
    assert server.terminate() == 0
    server.assert_clean_log()


def test_a_second_server_on_the_same_data_is_refused_and_the_first_goes_on(
    server: ServerProcess, start_server: StartServer, tmp_path: Path
) -> None:
    second = ServerProcess(tmp_path / "second", {"DATA_DIR": str(server.folder)})
    said = refused(second)
    assert f"Another server is running (process {server.process.pid})" in said
    assert "REDIS_URL" in said
    assert server.status("/readyz") == 200


def test_after_kill_9_the_next_server_starts(server: ServerProcess) -> None:
    server.kill()
    server.start()
    assert server.status("/readyz") == 200


def test_a_second_server_on_the_same_postgresql_is_refused(
    start_server: StartServer, postgres_url: str, tmp_path: Path
) -> None:
    """Two machines have two data folders: the database itself notices."""
    first = start_server({"DATABASE_URL": postgres_url})
    said = refused(ServerProcess(tmp_path / "second", {"DATABASE_URL": postgres_url}))
    assert "Another server is running on the same database" in said
    first.kill()
    start_server({"DATABASE_URL": postgres_url})


def test_servers_that_share_a_redis_start_together_on_an_empty_database(
    redis_server: RedisServer, postgres_url: str, tmp_path: Path
) -> None:
    env = {"REDIS_URL": redis_server.url, "DATABASE_URL": postgres_url}
    env["DATA_DIR"] = str(tmp_path / "shared")
    servers = [ServerProcess(tmp_path / f"server-{number}", env) for number in range(3)]
    try:
        for server in servers:
            server.spawn()
        for server in servers:
            server.wait_ready()
            server.assert_clean_log()
    finally:
        for server in servers:
            server.process.end()


def test_a_port_in_use_is_one_sentence(server: ServerProcess, tmp_path: Path) -> None:
    said = refused(ServerProcess(tmp_path / "second", {"PORT": str(server.port)}))
    assert f"Cannot listen on 127.0.0.1 port {server.port}: Address already in use" in said


@pytest.mark.parametrize("port", ["0", "70000", "http"])
def test_a_bad_port_is_one_sentence(port: str, tmp_path: Path) -> None:
    said = refused(ServerProcess(tmp_path / "server", {"PORT": port}))
    assert f"PORT is '{port}'" in said


def test_a_database_that_is_away_is_one_sentence(
    postgres_server: PostgresServer, tmp_path: Path
) -> None:
    url = f"postgresql://postgres@127.0.0.1:{free_port()}/nothing"
    assert "The database cannot be used: " in refused(
        ServerProcess(tmp_path / "server", {"DATABASE_URL": url})
    )


def create_room(server: ServerProcess) -> str:
    request = urllib.request.Request(
        f"{server.url}/api/rooms", b"{}", {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request) as answer:
        code: str = json.load(answer)["code"]
    return code


def test_rooms_whose_time_is_long_over_are_deleted_at_the_start(server: ServerProcess) -> None:
    over, just_over, stays = create_room(server), create_room(server), create_room(server)
    server.terminate()
    with sqlite3.connect(server.folder / "livemap.sqlite3") as database:
        database.execute(
            "UPDATE mapapp_room SET expires = '2020-01-01 00:00:00' WHERE code IN (?, ?)",
            [over, just_over],
        )
        database.execute(
            "UPDATE mapapp_room SET ended = '2020-01-01 00:00:00' WHERE code = ?", [over]
        )
    database.close()
    server.start()
    assert server.status(f"/api/rooms/{over}") == 404
    assert server.status(f"/api/rooms/{just_over}") == 404
    assert server.status(f"/api/rooms/{stays}") == 200
    server.terminate()
    with sqlite3.connect(server.folder / "livemap.sqlite3") as database:
        codes = {code for (code,) in database.execute("SELECT code FROM mapapp_room")}
    database.close()
    assert codes == {just_over, stays}


def test_a_new_epoch_is_refused_while_a_server_runs(server: ServerProcess) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "new_epoch"],
        cwd=ROOT,
        env=server.env,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "Stop the server first" in done.stderr


def test_the_demo_room_is_full_of_bots_that_end_with_the_server(
    start_server: StartServer,
) -> None:
    server = start_server(arguments=("--demo",))
    found = re.search(r"Join it: +http://127\.0\.0\.1:\d+/(\d{6})\n", server.log)
    assert found is not None
    bots = psutil.Process(server.process.pid).children()
    assert len(bots) == 1

    address = f"{server.websocket_url}/ws/{found[1]}"
    with connect(address, subprotocols=[Subprotocol("map.v1")]) as screen:
        screen.send('{"t":"hello","as":"screen"}')
        markers: set[int] = set()
        moved: set[int] = set()
        while len(markers) < 30 or len(moved) < 5:
            message = json.loads(screen.recv(timeout=30))
            markers |= {marker[0] for marker in message.get("markers", ())}
            changes = message.get("changes", ())
            markers |= {change["marker"] for change in changes if change["kind"] == "add"}
            moved |= {move[0] for move in message.get("moves", ())}

    # kill -9 of the server alone: nobody is left to tell the bots.
    server.process.send(signal.SIGKILL)
    wait_until(lambda: not bots[0].is_running(), 20, "the bots ended with their server")
