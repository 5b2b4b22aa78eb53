"""The service fixtures start real servers, and survive what tests do to them."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
import redis

from testkit.server import ServerProcess
from testkit.services import PostgresServer, Process, RedisServer, wait_until
from tests.conftest import StartServer


def test_waiting_for_a_state_gives_up_after_its_deadline() -> None:
    with pytest.raises(TimeoutError, match="a pig that flies"):
        wait_until(lambda: False, 0.05, "a pig that flies")


def test_a_process_that_ignores_sigterm_is_killed_with_its_children(tmp_path: Path) -> None:
    process = Process(tmp_path / "log")
    process.spawn(["sh", "-c", "trap '' TERM; sleep 600 & echo $!; wait"], cwd=tmp_path)
    wait_until(lambda: process.log_text().endswith("\n"), 5, "the child's pid")
    child = int(process.log_text())
    process.end(deadline=0.2)
    assert not process.running
    wait_until(lambda: not is_alive(child), 5, "the child is gone too")


def is_alive(pid: int) -> bool:
    """Whether a process still does anything; one that is dead but not reaped does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_redis_stores_and_answers(redis_server: RedisServer) -> None:
    with redis_server.client() as client:
        client.set("key", "value")
        assert client.get("key") == b"value"


def test_redis_is_empty_for_each_test(redis_server: RedisServer) -> None:
    with redis_server.client() as client:
        assert client.dbsize() == 0


def test_redis_refuses_connections_while_stopped_and_returns_on_its_port(
    redis_server: RedisServer,
) -> None:
    port = redis_server.port
    redis_server.stop()
    with redis_server.client() as client, pytest.raises(redis.ConnectionError):
        client.ping()
    redis_server.start()
    assert redis_server.port == port
    with redis_server.client() as client:
        assert client.ping()


def test_redis_hangs_while_paused_and_answers_after(redis_server: RedisServer) -> None:
    redis_server.pause()
    with redis_server.client(timeout=0.2) as client:
        with pytest.raises(redis.TimeoutError):
            client.ping()
        redis_server.resume()
        assert client.ping()


def test_a_redis_left_stopped_is_there_again_for_the_next_test(
    request: pytest.FixtureRequest, shared_redis: RedisServer
) -> None:
    shared_redis.kill()
    server: RedisServer = request.getfixturevalue("redis_server")
    assert server.running


def test_each_test_gets_an_empty_database(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        connection.execute("CREATE TABLE seen (number integer)")
        tables = connection.execute(
            "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"
        ).fetchone()
        assert tables == (1,)


def test_databases_are_dropped_even_while_someone_is_connected(
    postgres_server: PostgresServer,
) -> None:
    with postgres_server.database() as url:
        connection = psycopg.connect(url)
    with pytest.raises(psycopg.OperationalError):
        connection.execute("SELECT 1")
    connection.close()
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(url)


@pytest.mark.parametrize("how", ["stop", "kill"])
def test_what_was_committed_is_there_after_postgres_is_ended_and_started(
    how: str, postgres_server: PostgresServer, postgres_url: str
) -> None:
    """A `kill -9` of the database is a crash that it recovers from (promise D1)."""
    with psycopg.connect(postgres_url) as connection:
        connection.execute("CREATE TABLE kept (number integer)")
        connection.execute("INSERT INTO kept VALUES (7)")
    getattr(postgres_server, how)()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(postgres_url, connect_timeout=5)
    postgres_server.start()
    with psycopg.connect(postgres_url) as connection:
        assert connection.execute("SELECT number FROM kept").fetchone() == (7,)


def test_postgres_hangs_while_paused_and_answers_after(
    postgres_server: PostgresServer, postgres_url: str
) -> None:
    """Sessions that are already open hang too, as they do when a machine is cut off."""
    with (
        psycopg.connect(postgres_url, autocommit=True) as open_before,
        ThreadPoolExecutor(max_workers=1) as pool,
    ):
        postgres_server.pause()
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(postgres_url, connect_timeout=2)
        answer = pool.submit(open_before.execute, "SELECT 1")
        with pytest.raises(TimeoutError):
            answer.result(timeout=0.1)
        postgres_server.resume()
        assert answer.result(timeout=10).fetchone() == (1,)


def test_postgres_does_not_run_as_root(postgres_server: PostgresServer) -> None:
    assert Path(f"/proc/{postgres_server.process.pid}").stat().st_uid != 0


def test_settings_of_whoever_runs_the_tests_do_not_reach_the_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://elsewhere/0")
    server = ServerProcess(tmp_path, {"DEBUG": "0"})
    assert "REDIS_URL" not in server.env
    assert server.env["DEBUG"] == "0"
    assert server.env["DATA_DIR"] == str(tmp_path)


@pytest.mark.faults
def test_the_server_starts_stops_and_starts_again_on_its_port(server: ServerProcess) -> None:
    assert server.status("/healthz") == 200
    assert server.terminate() == 0
    assert server.status("/healthz") is None
    server.start()
    assert server.status("/healthz") == 200
    server.kill()
    assert server.status("/healthz") is None
    server.restart()
    assert server.status("/readyz") == 200
    server.assert_clean_log()


@pytest.mark.faults
def test_the_server_works_with_redis_and_postgres(
    start_server: StartServer, redis_server: RedisServer, postgres_url: str
) -> None:
    server = start_server({"REDIS_URL": redis_server.url, "DATABASE_URL": postgres_url})
    assert server.status("/readyz") == 200
    server.assert_clean_log()


@pytest.mark.faults
def test_a_server_that_cannot_start_says_so_at_once(tmp_path: Path) -> None:
    broken = ServerProcess(tmp_path, {"DATABASE_URL": "no-such-scheme://x"})
    with pytest.raises(RuntimeError, match="ended while starting"):
        broken.start()
    assert not broken.running
