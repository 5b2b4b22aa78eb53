"""Fixtures for all tests: real services, and what to do where they are missing."""

import os
import secrets
import shutil
import signal
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import NoReturn, Protocol

import hypothesis
import pytest

from testkit.server import ServerProcess, index_places, prepare_once
from testkit.services import PostgresServer, RedisServer, Unavailable, find_chromium

TESTS = Path(__file__).resolve().parent


# `make test` has to be quick enough to be run often; `make test-thorough` runs these, and
# `make test-all` everything. They repeat what others test at more sizes, on more servers
# or for longer. A file, or a test of a file by the beginning of its name.
THOROUGH = (
    "api/test_export_sizes.py::test_memory_does_not_grow",
    "bench/test_bench_crowds.py",
    "bench/test_bench_peers.py",
    "boot/test_serve.py::test_servers_that_share_a_redis",
    "browser/test_attribution.py",
    "browser/test_back.py",
    "browser/test_canvases.py",
    "browser/test_crowded_screen.py",
    "browser/test_edges.py",
    "browser/test_fine_basemap.py",
    "browser/test_fingers.py",
    "browser/test_layout.py",
    "browser/test_leaflet_source.py",
    "browser/test_moderation.py",
    "browser/test_pages_look.py",
    "browser/test_phone_address.py",
    "browser/test_remotes.py",
    "browser/test_sharing.py",
    "browser/test_sizes.py",
    "browser/test_slow_phone.py",
    "browser/test_smoothness.py",
    "browser/test_street_file.py::test_a_town",
    "browser/test_street_file.py::test_pictures",
    "browser/test_street_file.py::test_streets",
    "browser/test_street_file.py::test_the_first_page",
    "browser/test_street_file.py::test_with_a_file",
    "browser/test_templates.py",
    "browser/test_text_size.py",
    "browser/test_way_home.py",
    "faults/test_clock.py",
    "faults/test_database_silent.py",
    "faults/test_deleting.py",
    "faults/test_dropped_packets.py",
    "faults/test_harness.py::test_what_once_failed",
    "faults/test_other_servers.py",
    "faults/test_proxies.py",
    "faults/test_rolling_upgrade.py",
    "faults/test_secrets.py",
    "faults/test_sentinel.py",
    "faults/test_slow_client.py",
    "faults/test_slow_line.py",
    "faults/test_slow_takers.py",
    "faults/test_storms.py",
    "faults/test_workers.py::test_a_signal_ends_all_of_them_and_loses_nothing[1]",
    "faults/test_workers.py::test_a_signal_ends_all_of_them_and_loses_nothing[2]",
    "faults/test_workers.py::test_they_serve_ipv6",
    "faults/test_workers.py::test_workers_on_postgresql",
    "server/test_garbage.py",
    "web/test_staff.py::test_passwords_guessed",
)


def pytest_configure() -> None:
    """Take Ctrl-C, also where a shell or a CI runs this in the background.

    There it is ignored, and the servers that the tests start would inherit that.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # How long it takes to make an example says how busy the machine is, and nothing of the code.
    hypothesis.settings.register_profile(
        "any machine",
        deadline=None,
        suppress_health_check=[hypothesis.HealthCheck.too_slow],
    )
    hypothesis.settings.load_profile("any machine")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test in tests/browser, tests/engines or tests/faults is marked so by where it lives,
    and a thorough one by the list.
    """
    for item in items:
        if not item.path.is_relative_to(TESTS):
            continue
        place = item.path.relative_to(TESTS)
        if place.parts[0] in {"browser", "engines", "faults"}:
            item.add_marker(place.parts[0])
        if f"{place.as_posix()}::{item.name}".startswith(THOROUGH):
            item.add_marker("thorough")


def leave_out(reason: str) -> NoReturn:
    """Skip a test that this machine cannot run, and say why. Under CI that is a failure."""
    if os.environ.get("CI"):
        pytest.fail(f"left out, and CI leaves nothing out: {reason}", pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def service_folder() -> Iterator[Path]:
    """A folder for services that run as other users, who cannot enter pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="livemap-tests-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def shared_redis(service_folder: Path) -> Iterator[RedisServer]:
    try:
        server = RedisServer(service_folder / "redis")
    except Unavailable as error:
        leave_out(str(error))
    with server:
        yield server


@pytest.fixture
def redis_server(shared_redis: RedisServer) -> Iterator[RedisServer]:
    """An empty Redis. A test may stop, kill, pause and start it: the next one finds it well."""
    if not shared_redis.running:
        shared_redis.start()
    with shared_redis.client() as client:
        client.flushall()
    yield shared_redis
    shared_redis.resume()


@pytest.fixture(scope="session")
def shared_postgres(service_folder: Path) -> Iterator[PostgresServer]:
    try:
        server = PostgresServer(service_folder / "postgres")
    except Unavailable as error:
        leave_out(str(error))
    with server:
        yield server


@pytest.fixture
def postgres_server(shared_postgres: PostgresServer) -> Iterator[PostgresServer]:
    """A PostgreSQL that a test may stop, kill, pause and start: the next one finds it well."""
    if not shared_postgres.running:
        shared_postgres.start()
    yield shared_postgres
    shared_postgres.resume()


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """The DATABASE_URL of a new, empty database, for this test alone."""
    with postgres_server.database() as url:
        yield url


class StartServer(Protocol):
    """The type of the fixture `start_server`."""

    def __call__(
        self, env: Mapping[str, str] | None = None, arguments: tuple[str, ...] = ()
    ) -> ServerProcess: ...


@pytest.fixture(scope="session")
def static_files() -> Path:
    """The collected static files, hashed and compressed once for all servers of all runs."""
    return prepare_once()


@pytest.fixture(scope="session")
def places_folder() -> Path:
    """The index of all places, which takes ten seconds the first time in a checkout."""
    return index_places()


@pytest.fixture
def start_server(tmp_path: Path, static_files: Path) -> Iterator[StartServer]:
    """Start this project's server, ready to use: `start_server({"REDIS_URL": ...})`.

    Each call starts one more, with a data folder of its own unless DATA_DIR is
    in `env`. With REDIS_URL all of them share one secret key, as several
    processes of one installation do. All of them have ended when the test has.
    """
    secret_key = secrets.token_urlsafe(48)
    with ExitStack() as stack:
        count = 0

        def start(
            env: Mapping[str, str] | None = None, arguments: tuple[str, ...] = ()
        ) -> ServerProcess:
            nonlocal count
            count += 1
            env = dict(env or {})
            if "REDIS_URL" in env:
                env.setdefault("SECRET_KEY", secret_key)
            server = ServerProcess(
                tmp_path / f"server-{count}", env, arguments=arguments, static_files=static_files
            )
            return stack.enter_context(server)

        yield start


@pytest.fixture
def server(start_server: StartServer) -> ServerProcess:
    """One server with the embedded defaults: SQLite and the in-memory layer."""
    return start_server()


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the system's Chromium; without one, tests in a browser are left out."""
    try:
        return find_chromium()
    except Unavailable as error:
        leave_out(str(error))
