"""Behind a bad line people get in, place, and are saved (R4)."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import Any

import pytest

from testkit.client import Client, create_room
from testkit.server import ServerProcess
from testkit.services import ROOT
from testkit.slow_line import SlowLine
from tests.conftest import leave_out

VISITOR = "tests/js/support/visitor.mjs"
# More than any of this takes, in seconds; what is asserted is what came of it.
DEADLINE = 200

pytestmark = pytest.mark.timeout(DEADLINE + 40)


def visit(line: SlowLine, code: str) -> dict[str, Any]:
    """What came of a visit with the pages' own session, in real time."""
    node = shutil.which("node")
    if node is None or not (ROOT / "node_modules" / "ws").exists():
        leave_out("node and its packages are not installed (npm ci)")
    done = subprocess.run(
        [node, VISITOR, line.websocket_url, code],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        timeout=DEADLINE,
        check=True,
    )
    outcome: dict[str, Any] = json.loads(done.stdout)
    return outcome


async def test_behind_five_seconds_of_round_trip_one_gets_in_and_is_saved(
    server: ServerProcess,
) -> None:
    """The websocket takes ten seconds to open; and the line is kept when it is quiet."""
    room = await create_room(server)
    with SlowLine(server, seconds=2.5) as line:
        outcome = visit(line, room.code)
    assert (outcome["placed"], outcome["dropped"], outcome["unsaved"]) == (True, True, 0)
    assert outcome["socketsUntilSaved"] <= 2, "one given up before it was known how slow it is"
    assert outcome["sockets"] == outcome["socketsUntilSaved"], "a slow answer is no dead line"
    server.assert_clean_log()


async def test_a_room_that_takes_a_minute_to_arrive_does_arrive(server: ServerProcess) -> None:
    """Nobody gives up on a line that carries, also where one frame is all it carries."""
    room = await create_room(server)
    async with Client(room.at(server), role="host", key=room.host_key) as host:
        for number in range(400):
            await host.change(
                "add", lat=0, lng=number / 10, label=f"Marker {number} of a full room"
            )
    with SlowLine(server, bytes_per_second=800) as line:
        outcome = visit(line, room.code)
    assert (outcome["placed"], outcome["dropped"], outcome["markers"]) == (True, True, 401)
    assert outcome["unsaved"] == 0
    server.assert_clean_log()
