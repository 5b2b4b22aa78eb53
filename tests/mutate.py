"""Whether the tests notice small mistakes: a random sample of mutations, one after the other.

    python -m tests.mutate --seed 8 --count 100

Each mutant changes one place in a function of the code as a slip would: `<` for
`<=`, `and` for `or`, a call left out. The tests are loaded and run once, to see
which of them call which function. Then each mutant gets a fork of that process, in
which the function's code is exchanged and those tests run, the quickest first,
until one fails. No file is changed. What none of them notices is for somebody to
judge: a test is missing, or the mutant is equal to the original. Real servers are
not started; what only they run is noticed by tests/consumers and tests/faults.
"""

from __future__ import annotations

import argparse
import gc
import multiprocessing
import os
import random
import sys
import threading
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
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
OPTIONS = ("-p", "no:cacheprovider", "-s", "-q", "--timeout=30", "--hypothesis-seed=8")
_FORK = multiprocessing.get_context("fork")
# The file and the first line of a function.
Place = tuple[str, int]


class Mutations:
    """A pytest plugin that runs the tests on each mutant instead of once."""

    def __init__(self, chosen: list[Mutant]) -> None:
        self._chosen = chosen
        self._failed = ""
        self._called: set[CodeType] = set()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self._session = session
        # Its dots are of no use here.
        session.config.pluginmanager.unregister(name="terminalreporter")
        self._items = {item.nodeid: item for item in session.items}
        self._seconds, self._callers = self._trace()
        noticed = 0
        for number, mutant in enumerate(self._chosen):
            by = self._try(mutant)
            noticed += bool(by)
            source = (ROOT / mutant.path).read_bytes()
            line = source[: mutant.start].count(b"\n") + 1
            old = source[mutant.start : mutant.end].decode()
            print(f"{number} {mutant.path}:{line}: {old} -> {mutant.new}")
            print(f"    {by or 'NOT NOTICED'}", flush=True)
        print(f"noticed {noticed} of {len(self._chosen)}")
        return True

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed and not self._failed:
            self._failed = report.nodeid

    def _run(self, item: pytest.Item) -> None:
        # The session alone follows: only its own fixtures are kept.
        self._session.config.hook.pytest_runtest_protocol(item=item, nextitem=self._session)

    def _trace(self) -> tuple[dict[str, float], dict[Place, list[str]]]:
        """Run all tests: how many seconds each takes, and which of them call each function."""
        seconds: dict[str, float] = {}
        callers: dict[Place, list[str]] = {}
        for nodeid, item in self._items.items():
            self._called = set()
            began = time.perf_counter()
            threading.settrace(self._note)
            sys.settrace(self._note)
            self._run(item)
            sys.settrace(None)
            threading.settrace(None)
            seconds[nodeid] = time.perf_counter() - began
            for code in self._called:
                callers.setdefault((code.co_filename, code.co_firstlineno), []).append(nodeid)
            if self._failed:
                pytest.exit(f"{self._failed} fails without any mutation")
        return seconds, callers

    def _note(self, frame: FrameType, event: str, argument: object) -> None:
        self._called.add(frame.f_code)

    def _try(self, mutant: Mutant) -> str:
        """The test that notices a mutant; "" if none does."""
        tests = self._callers.get((str(ROOT / mutant.path), mutant.function), [])
        tests = sorted(tests, key=self._seconds.__getitem__)
        answers, child_end = _FORK.Pipe(duplex=False)
        child = _FORK.Process(target=self._run_mutant, args=(mutant, tests, child_end))
        child.start()
        child.join()  # a test that hangs is ended by its timeout
        return str(answers.recv()) if answers.poll() else f"ended with {child.exitcode}"

    def _run_mutant(self, mutant: Mutant, tests: list[str], answer: Connection) -> None:
        exchange(mutant)
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        for test in tests:
            self._run(self._items[test])
            if self._failed:
                break
        answer.send(self._failed)
        os._exit(0)


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


def all_mutants() -> list[Mutant]:
    """All small mistakes in `CODE`."""
    files = [
        file for name in CODE for file in (sorted((ROOT / name).rglob("*.py")) or [ROOT / name])
    ]
    names = [str(file.relative_to(ROOT)) for file in files]
    return [mutant for name in names for mutant in mutants(name, (ROOT / name).read_bytes())]


def main() -> None:
    parser = argparse.ArgumentParser(description="Whether the tests notice small mistakes.")
    parser.add_argument("--seed", type=int, default=8)
    parser.add_argument("--count", type=int, default=100)
    options = parser.parse_args()
    chosen = random.Random(options.seed).sample(all_mutants(), options.count)
    sys.exit(pytest.main([*OPTIONS, *TESTS], plugins=[Mutations(chosen)]))


if __name__ == "__main__":
    main()
