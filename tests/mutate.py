"""Whether the tests notice small mistakes: a random sample of mutations, one after the other.

    python -m tests.mutate --seed 8 --count 100

Each mutant changes one place in a function of the code as a slip would: `<` for
`<=`, `and` for `or`, a call left out. The tests are run once, to see which of them
call which function. Then another process collects the tests, and each mutant gets a
fork of it, in which the function's code is exchanged and those tests run, the
quickest first, until one fails. No file is changed. What none of them notices is for
somebody to judge: a test is missing, or the mutant is equal to the original. Real
servers are not started; what only they run is noticed by tests/consumers and
tests/faults.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FrameType, FunctionType

import pytest

from tests.mutants import Mutant, mutants

ROOT = Path(__file__).resolve().parent.parent
CODE = (
    *(
        "mapapp/live",
        "mapapp/domain",
        "mapapp/protocol",
        "mapapp/storage",
        "mapapp/rooms/keys.py",
    ),
    "consumers",
)
TESTS = (
    *("tests/domain", "tests/protocol", "tests/storage", "tests/live", "tests/rooms"),
    *("tests/consumers/test_gate.py", "--ignore=tests/live/test_machine.py"),
)
OPTIONS = ("-p", "no:cacheprovider", "-q", "--hypothesis-seed=8")
# In seconds, of one test: traced it takes far longer.
TRACED, TRIED = "--timeout=600", "--timeout=60"
# Machines have few cores, and a mutant may keep one busy for ever.
SIDE_BY_SIDE = 2
# In seconds, of all tests of one mutant; it hangs, or its tests never end.
PATIENCE = 300


class Trace:
    """A pytest plugin: how many seconds each test takes, and which of them call each function."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        # By a file and the first line of a function.
        self.callers: dict[str, list[str]] = {}
        self._called: set[CodeType] = set()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self._called = set()
        began = time.perf_counter()
        threading.settrace(self._note)
        sys.settrace(self._note)
        try:
            return (yield)
        finally:
            sys.settrace(None)
            threading.settrace(None)
            self.seconds[item.nodeid] = time.perf_counter() - began
            for code in self._called:
                place = f"{code.co_filename}:{code.co_firstlineno}"
                self.callers.setdefault(place, []).append(item.nodeid)

    def _note(self, frame: FrameType, event: str, argument: object) -> None:
        self._called.add(frame.f_code)


@dataclass
class Trial:
    """A mutant that is being tried by the process `pid`, which tells `pipe` the outcome."""

    mutant: Mutant
    pid: int
    pipe: int
    until: float


class Forks:
    """A pytest plugin: instead of running the tests, tries each mutant in a fork.

    `callers` are the tests that call each function, the quickest first.
    """

    def __init__(self, chosen: Sequence[Mutant], callers: Mapping[str, list[str]]) -> None:
        self.noticed = 0
        self._chosen = chosen
        self._callers = callers
        self._failed = ""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed and not self._failed:
            self._failed = report.nodeid

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        items = {item.nodeid: item for item in session.items}
        waiting, trials = list(self._chosen), list[Trial]()
        while waiting or trials:
            while waiting and len(trials) < SIDE_BY_SIDE:
                mutant = waiting.pop(0)
                names = self._callers.get(f"{ROOT / mutant.path}:{mutant.function}", [])
                trials.append(self._begin(session, mutant, [items[name] for name in names]))
            trials = [trial for trial in trials if not self._has_ended(trial)]
            time.sleep(0.05)
        return True

    def _begin(self, session: pytest.Session, mutant: Mutant, items: list[pytest.Item]) -> Trial:
        reading, writing = os.pipe()
        sys.stdout.flush()
        pid = os.fork()
        if pid:
            os.close(writing)
            return Trial(mutant, pid, reading, time.monotonic() + PATIENCE)
        os.setpgid(0, 0)  # to be ended with all that it starts
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        try:
            exchange(mutant)
            for item, next_item in zip(items, [*items[1:], None], strict=True):
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=next_item)
                if self._failed:
                    break
            os.write(writing, self._failed.encode())
            session._setupstate.teardown_exact(None)
        except BaseException as error:
            os.write(writing, f"ended by {error!r}"[:200].encode())
        finally:
            os._exit(0)

    def _has_ended(self, trial: Trial) -> bool:
        ended, _ = os.waitpid(trial.pid, os.WNOHANG)
        late = not ended and time.monotonic() > trial.until
        if late:
            os.killpg(trial.pid, signal.SIGKILL)
            os.waitpid(trial.pid, 0)
        if not ended and not late:
            return False
        by = "did not end" if late else os.read(trial.pipe, 4096).decode()
        os.close(trial.pipe)
        with suppress(ProcessLookupError):
            os.killpg(trial.pid, signal.SIGKILL)
        self.noticed += bool(by)
        mutant = trial.mutant
        source = (ROOT / mutant.path).read_bytes()
        line = source[: mutant.start].count(b"\n") + 1
        old = source[mutant.start : mutant.end].decode()
        print(f"{mutant.path}:{line}: {old} -> {mutant.new}")
        print(f"    {f'noticed by {by}' if by else 'NOT NOTICED'}", flush=True)
        return True


def exchange(mutant: Mutant) -> None:
    """Give the function its changed code in this process."""
    path = ROOT / mutant.path
    module = compile(mutant.apply(path.read_bytes()), path, "exec", dont_inherit=True)
    [changed] = [code for code in _codes(module) if code.co_firstlineno == mutant.function]
    for found in gc.get_objects():
        if isinstance(found, FunctionType):
            code = found.__code__
            if (code.co_filename, code.co_firstlineno) == (str(path), mutant.function):
                found.__code__ = changed


def _codes(code: CodeType) -> Iterator[CodeType]:
    """The functions of a module and of its classes, but not those inside functions."""
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            if inner.co_flags & 0x2:  # CO_NEWLOCALS: a function
                yield inner
            else:
                yield from _codes(inner)


def sample(seed: int, count: int) -> list[Mutant]:
    """So many of all small mistakes in `CODE`."""
    files = [
        file for name in CODE for file in (sorted((ROOT / name).rglob("*.py")) or [ROOT / name])
    ]
    names = [str(file.relative_to(ROOT)) for file in files]
    every = [mutant for name in names for mutant in mutants(name, (ROOT / name).read_bytes())]
    return random.Random(seed).sample(every, count)


def trace(plan: Path) -> None:
    """Run all tests; write down which of them call each function."""
    tests = Trace()
    if pytest.main([*OPTIONS, TRACED, "-x", *TESTS], plugins=[tests]):
        sys.exit("a test fails without any mutation")
    folders = tuple(str(ROOT / name) for name in CODE)
    callers = {
        place: sorted(of, key=tests.seconds.__getitem__)
        for place, of in tests.callers.items()
        if place.startswith(folders)
    }
    plan.write_text(json.dumps(callers))


def try_all(chosen: Sequence[Mutant], plan: Path) -> None:
    """Print what becomes of each mutant, and how many were noticed."""
    forks = Forks(chosen, json.loads(plan.read_text()))
    pytest.main([*OPTIONS, TRIED, "-s", *TESTS], plugins=[forks])
    print(f"noticed {forks.noticed} of {len(chosen)}")


def main() -> None:
    parser = argparse.ArgumentParser(description="Whether the tests notice small mistakes.")
    parser.add_argument("--seed", type=int, default=8)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--plan", type=Path, help="keep there which tests call what, or read it")
    # For the process that it starts, because traced modules stay as they are.
    parser.add_argument("--trace", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        plan = (options.plan or Path(folder, "plan.json")).resolve()
        if options.trace:
            trace(plan)
            return
        if not plan.exists():
            command = [sys.executable, "-m", "tests.mutate", "--trace", "--plan", str(plan)]
            subprocess.run(command, cwd=ROOT, check=True)
        try_all(sample(options.seed, options.count), plan)


if __name__ == "__main__":
    main()
