"""The kernel drops every packet between a server and its database, without a word (D1, D3)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from testkit.services import ROOT, PostgresServer
from testkit.stored import assert_each_stored_once, stored_changes
from tests.conftest import StartServer, leave_out
from tests.faults.test_database_silent import outage

pytestmark = pytest.mark.timeout(240)

# Set within a network of its own, where packets may be dropped.
OWN_NETWORK = "TEST_IN_A_NETWORK_OF_ITS_OWN"


async def test_a_database_whose_packets_are_dropped(request: pytest.FixtureRequest) -> None:
    """Nothing is refused, nothing is answered, and TCP goes on trying."""
    if OWN_NETWORK not in os.environ:
        _again_in_a_network_of_its_own(request.node.nodeid)
        return
    start_server: StartServer = request.getfixturevalue("start_server")
    database: PostgresServer = request.getfixturevalue("postgres_server")
    server = start_server({"DATABASE_URL": request.getfixturevalue("postgres_url")})
    async with outage(
        server, lambda: _packets(database.port, "-I"), lambda: _packets(database.port, "-D")
    ) as away:
        pass
    assert_each_stored_once(stored_changes(server, away.room.code), [away.ada, away.ben])


def _packets(port: int, rule: str) -> None:
    """Begin (`-I`) or end (`-D`) to drop what goes to this port and what comes from it."""
    for end in ("--dport", "--sport"):
        command = ["iptables", "-w", rule, "INPUT", "-p", "tcp", end, str(port), "-j", "DROP"]
        subprocess.run(command, check=True, timeout=20)


def _again_in_a_network_of_its_own(test: str) -> None:
    enter = ["unshare", "--net", "--", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"]
    if not all(map(shutil.which, ("unshare", "ip", "iptables"))):
        leave_out("unshare, ip or iptables is not installed")
    if subprocess.run([*enter, "iptables", "-S"], capture_output=True, check=False).returncode:
        leave_out("making a network takes root")
    done = subprocess.run(
        [*enter, sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", test],
        cwd=ROOT,
        env={**os.environ, OWN_NETWORK: "1"},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
        timeout=220,
    )
    assert done.returncode == 0, done.stdout
