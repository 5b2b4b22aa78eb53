"""Fixtures for tests in other browsers than today's Chromium."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from testkit.server import ServerProcess
from testkit.services import Unavailable
from tests.browser.venue import SERVER_ENV, Room, create_room
from tests.conftest import leave_out
from tests.engines.engine import Engine
from tests.engines.firefox import Firefox
from tests.engines.webkit import WebKit

PHONE = (390, 844)

ENGINES = {"Firefox": Firefox, "WebKit": WebKit}


@pytest.fixture(scope="session")
def server(service_folder: Path, static_files: Path) -> Iterator[ServerProcess]:
    """One server for all of them. A test that kills it starts it again."""
    server = ServerProcess(service_folder / "server", SERVER_ENV, static_files=static_files)
    # The machine is busy: other tests run beside these.
    server.start(deadline=90)
    yield server
    server.stop()
    server.assert_clean_log()


@pytest.fixture
def room(server: ServerProcess) -> Room:
    return create_room(server, question="Where did you travel from?")


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, service_folder: Path) -> Iterator[Engine]:
    """A phone with another browser than Chromium."""
    name: str = request.param
    try:
        engine = ENGINES[name](service_folder / f"{name}-{request.node.name}", PHONE)
    except Unavailable as error:
        leave_out(str(error))
    yield engine
    engine.close()
