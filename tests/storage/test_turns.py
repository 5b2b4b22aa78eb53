"""Turns at writing, among processes that share a SQLite file."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from mapapp.conf.databases import database
from mapapp.storage.turns import Turns, turns_at
from testkit.services import ROOT

HOLDS = """
import sys
from pathlib import Path
from mapapp.storage.turns import Turns
with Turns(Path(sys.argv[1])).one():
    print("mine", flush=True)
    sys.stdin.readline()
"""


@pytest.mark.parametrize("how", ["ends", "is killed"])
def test_a_turn_is_over_when_its_process_says_so_or_is_gone(tmp_path: Path, how: str) -> None:
    path = tmp_path / "turn"
    other = subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with other:
        assert other.stdout is not None
        assert other.stdout.readline() == "mine\n"
        mine = threading.Event()

        def take() -> None:
            with Turns(path).one():
                mine.set()

        waits = threading.Thread(target=take)
        waits.start()
        assert not mine.wait(0.2)
        if how == "ends":
            other.communicate("go on\n", timeout=20)
        else:
            other.kill()
        assert mine.wait(20)
        waits.join(20)


def test_threads_of_one_process_wait_for_each_other_too(tmp_path: Path) -> None:
    turns, inside, most = Turns(tmp_path / "turn"), [0], [0]

    def work() -> None:
        for _ in range(100):
            with turns.one():
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                inside[0] -= 1

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert most == [1]


def test_only_sqlite_needs_them(tmp_path: Path) -> None:
    assert turns_at(database("", tmp_path)) is not None
    assert turns_at(database("postgresql://me@host/name", tmp_path)) is None
