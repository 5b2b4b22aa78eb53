"""The supervisor, with small programs for workers."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest

from mapapp.boot import supervisor as supervisor_module
from mapapp.boot.supervisor import Supervisor

# Writes its process id into the folder, says that it serves, and ends by SIGTERM, or when
# its line to the supervisor breaks.
SERVES = """
import os, signal, socket, sys
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
line = socket.socket(fileno=0)
number = os.environ["LIVEMAP_WORKER"]
open(f"{sys.argv[1]}/{number}.{os.getpid()}", "w").close()
line.sendall(b"serving")
line.recv(1)
"""
FAILS = "import sys; sys.exit(3)"
IGNORES = SERVES.replace("lambda *_: sys.exit(0)", "signal.SIG_IGN")


class Workers:
    """A supervisor at work, and who has been started by it."""

    def __init__(self, folder: Path, program: str, count: int = 2, end_seconds: float = 20) -> None:
        self.ready = 0
        self._folder = folder
        self.supervisor = Supervisor(
            count,
            [sys.executable, "-c", program, str(folder)],
            env=dict(os.environ),
            on_ready=self._count,
            end_seconds=end_seconds,
        )
        self.run = asyncio.create_task(self.supervisor.run())

    def _count(self) -> None:
        self.ready += 1

    def started(self, worker: int) -> list[int]:
        """The processes that have been this worker."""
        return [int(path.suffix[1:]) for path in self._folder.glob(f"{worker}.*")]

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(30):
            while not condition():
                assert not self.run.done()
                await asyncio.sleep(0.01)

    async def end(self) -> bool:
        self.supervisor.end()
        return await asyncio.wait_for(self.run, 30)


async def test_all_are_started_and_all_are_ended(tmp_path: Path) -> None:
    workers = Workers(tmp_path, SERVES)
    await workers.until(lambda: bool(workers.started(1) and workers.started(2)))
    await workers.until(lambda: workers.ready == 1)
    assert await workers.end()
    for worker in (1, 2):
        [process] = workers.started(worker)
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)
    assert workers.ready == 1


async def test_one_that_is_killed_is_started_again_and_the_other_goes_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    workers = Workers(tmp_path, SERVES)
    await workers.until(lambda: bool(workers.started(1) and workers.started(2)))
    [process] = workers.started(1)
    os.kill(process, signal.SIGKILL)
    await workers.until(lambda: len(workers.started(1)) == 2)
    assert len(workers.started(2)) == 1
    assert await workers.end()
    [said] = caplog.messages
    assert said == (
        f"Worker 1 (process {process}) was ended by SIGKILL. It is started again at once."
    )


async def test_one_that_dies_again_and_again_has_to_wait(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    workers = Workers(tmp_path, SERVES.replace("line.recv(1)", "sys.exit(1)"), count=1)
    await workers.until(lambda: len(caplog.messages) == 3)
    assert await workers.end()
    assert [message.partition("started again ")[2] for message in caplog.messages] == [
        "at once.",
        "in 0.5 s.",
        "in 1 s.",
    ]


async def test_one_that_hangs_is_killed_and_one_that_lives_is_not(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor_module, "SIGN_SECONDS", 0.1)
    # The first worker hangs in its first life only.
    hangs = SERVES.replace(
        "line.recv(1)",
        """
import glob, select
if number == "1" and len(glob.glob(f"{sys.argv[1]}/1.*")) == 1:
    signal.pause()
while not select.select([line], [], [], 0.05)[0]:
    line.send(b".")
""",
    )
    workers = Workers(tmp_path, hangs)
    await workers.until(lambda: len(workers.started(1)) == 2)
    assert len(workers.started(2)) == 1
    assert await workers.end()
    assert caplog.messages[0].endswith(" hangs, and is killed.")
    assert "was ended by SIGKILL. It is started again at once." in caplog.messages[1]
    assert len(caplog.messages) == 2


class Life:
    """A process that can only be killed."""

    pid = 7
    killed = False

    def kill(self) -> None:
        self.killed = True


async def test_where_the_supervisor_is_late_no_sign_of_life_is_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A sign and the end of the time for it are then seen at once, again and again."""
    monkeypatch.setattr(supervisor_module, "SIGN_SECONDS", 0.02)
    supervisor, life = Supervisor(1, [], env={}), Life()
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    with ours, theirs:
        watching = asyncio.create_task(supervisor._watch(1, cast("Any", life), ours))
        for _ in range(60):
            await asyncio.sleep(0.005)
            theirs.send(b".")
            time.sleep(0.03)  # noqa: ASYNC251  the loop is to be late
        assert not life.killed
        theirs.close()
        await asyncio.wait_for(watching, 20)


def test_pauses_grow_and_end_somewhere() -> None:
    assert [supervisor_module._pause(hasty) for hasty in (0, 1, 2, 3, 4, 8, 9, 1_000)] == [
        *(0, 0, 0.5, 1, 2),
        *(30, 30, 30),
    ]


async def test_when_none_can_be_started_it_gives_up(tmp_path: Path) -> None:
    workers = Workers(tmp_path, FAILS)
    assert not await asyncio.wait_for(workers.run, 30)
    assert workers.ready == 0


async def test_a_command_that_is_not_there_is_none_that_can_be_started(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    supervisor = Supervisor(1, [str(tmp_path / "nothing")], env={})
    assert not await asyncio.wait_for(supervisor.run(), 30)


async def test_one_that_does_not_end_is_killed(tmp_path: Path) -> None:
    workers = Workers(tmp_path, IGNORES, count=1, end_seconds=0.2)
    await workers.until(lambda: bool(workers.started(1)))
    assert await workers.end()
