"""Some two minutes of `make faults` and `make fuzz`, with the same seeds each time.

Every kind of fault happens once. Scenarios that failed before what they found
was mended belong into `ONCE_FAILED` (docs/FAULTS.md), which is played by
`make test-thorough`.
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from testkit.server import ServerProcess
from testkit.services import Unavailable
from testkit.stored import stored_room
from tests.conftest import leave_out
from tests.harness import soak
from tests.harness.__main__ import WORLDS, scenario
from tests.harness.fuzz import fuzz
from tests.harness.installation import CLOCKED, PAIR, SINGLE, Single, another_venue
from tests.harness.scenario import FAMILIES, play

SEED = "test"
PEOPLE = 16
# Played alone on purpose: they take long because something must first time out.
SLOW = {"database away", "phones asleep"}
ONCE_FAILED = ("2026-49", "2026-94", "2026-147", "2026-174")


@pytest.mark.timeout(600)
@pytest.mark.parametrize("kind", [SINGLE, PAIR, CLOCKED])
async def test_every_kind_of_fault_leaves_everything_as_promised(
    kind: str, service_folder: Path, static_files: Path
) -> None:
    """O1, O2, O4, D1, D2, D3, R2, F3, A2, A3, S1: see tests/harness/checks.py."""
    own = [f for f in FAMILIES.values() if f.name not in SLOW and kind in f.kinds]
    # What both can have happen, one of them has: it is the same code.
    own = [f for f in own if len(f.kinds) == 1 or (len(f.name) % 2 == 0) == (kind == PAIR)]
    try:
        world = WORLDS[kind](service_folder / f"faults-{kind}", static_files)
        await world.__aenter__()
    except Unavailable as error:
        leave_out(str(error))
    try:
        reports = [
            await play(f"{SEED}-{family.name}", world, [family], people=PEOPLE) for family in own
        ]
    finally:
        await world.__aexit__(None, None, None)
    failed = {report.name: report.wrong for report in reports if report.wrong}
    assert not failed
    left_out = [note for r in reports for note in r.notes if note.startswith("left out")]
    assert not (left_out and os.environ.get("CI")), left_out


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", ONCE_FAILED)
async def test_what_once_failed_holds(name: str, service_folder: Path, static_files: Path) -> None:
    kind, families, _ = scenario(name)
    try:
        async with WORLDS[kind](service_folder / f"faults-{name}", static_files) as world:
            report = await play(name, world, families, people=PEOPLE)
    except Unavailable as error:
        leave_out(str(error))
    assert not report.wrong


@pytest.mark.timeout(120)
async def test_odd_frames_and_requests_are_nobodys_fault(server: ServerProcess) -> None:
    """No traceback, no 500, no effect on others, no memory kept (A2)."""
    run = await asyncio.wait_for(fuzz(server, SEED, frames=2_000, requests=300), 100)
    assert not run.wrong
    assert run.frames >= 1_500


@pytest.mark.timeout(300)
async def test_people_of_the_soak_come_back_as_themselves(
    service_folder: Path, static_files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or their room would grow after the warming up, and the soak would measure that."""
    monkeypatch.setattr(soak, "STAY", (0.0, 0.1))
    monkeypatch.setattr(soak, "ARRIVE_SECONDS", 0.1)
    world = Single(service_folder / "soak", static_files)
    world.server_class = soak.Observed
    async with world:
        room = await world.create_room(another_venue(), markers_each=3)
        crowd = soak.Crowd(world, [room], 3, SEED)
        while not crowd.has_been_everywhere:
            await crowd.come_and_go(1)
        names = stored_room(world.servers[0], room.code).names
        await crowd.come_and_go(3)
        again = stored_room(world.servers[0], room.code).names
        held = await asyncio.to_thread(soak.held, world)
    assert again == names
    assert len(names) == 3
    assert held["tasks"] > 0
