"""A real server for these tests, whose log must stay clean."""

# Before anything of Twisted, as in the server.
import mapapp.server.checkers  # isort: skip  # noqa: F401

from collections.abc import Iterator
from pathlib import Path

import pytest

from testkit.server import ServerProcess


@pytest.fixture(scope="package")
def package_server(
    tmp_path_factory: pytest.TempPathFactory, static_files: Path
) -> Iterator[ServerProcess]:
    env = {"ROOM_CREATION_PER_MINUTE": "10000"}
    with ServerProcess(tmp_path_factory.mktemp("server"), env, static_files=static_files) as server:
        yield server


@pytest.fixture
def server(package_server: ServerProcess) -> Iterator[ServerProcess]:
    """The server; at the end of each test its log must not have become worse."""
    before = len(package_server.log)
    yield package_server
    package_server.assert_clean_log(before)
