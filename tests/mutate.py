"""Whether the tests notice small mistakes: a random sample of mutations, one after the other.

    python -m tests.mutate --seed 8 --count 100

Each mutant changes one place in a function of the code as a slip would: `<` for
`<=`, `and` for `or`, a call left out. The tests are run once, to see which of them
call which function. Then each mutant gets a process of its own, in which the
function's code is exchanged and those tests run, the quickest first, until one
fails. No file is changed. What none of them notices is for somebody to judge: a test
is missing, or the mutant is equal to the original. Real servers are not started;
what only they run is noticed by tests/consumers and tests/faults.
"""

from __future__ import annotations

import argparse
import gc
import json
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
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
OPTIONS = ("-p", "no:cacheprovider", "-s", "-q", "--timeout=60", "--hypothesis-seed=8")
# Machines have few cores, and a mutant may keep one busy for ever.
SIDE_BY_SIDE = 2
# In seconds, of all tests of one mutant; it hangs, or its tests never end.
PATIENCE = 300
# The last line of a mutant's process that was noticed begins with this.
NOTICED = "noticed by "


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


class Mutation:
    """A pytest plugin: these tests alone and in this order, of the changed function."""

    def __init__(self, mutant: Mutant, tests: list[str]) -> None:
        self._mutant = mutant
        self._order = {test: number for number, test in enumerate(tests)}
        self.failed = ""

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        chosen = [item for item in items if item.nodeid in self._order]
        items[:] = sorted(chosen, key=lambda item: self._order[item.nodeid])
        exchange(self._mutant)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed and not self.failed:
            self.failed = report.nodeid


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
    """Run all tests; write down what the mutants' processes need to know of them."""
    tests = Trace()
    if pytest.main([*OPTIONS, "-x", *TESTS], plugins=[tests]):
        sys.exit("a test fails without any mutation")
    callers = {
        place: sorted(of, key=tests.seconds.__getitem__) for place, of in tests.callers.items()
    }
    plan.write_text(json.dumps(callers))


def try_here(mutant: Mutant, plan: Path) -> None:
    """Run the tests that call the mutant, in this process; print which of them notices it."""
    tests = json.loads(plan.read_text()).get(f"{ROOT / mutant.path}:{mutant.function}", [])
    mutation = Mutation(mutant, tests)
    if tests:
        files = dict.fromkeys(test.partition("::")[0] for test in tests)
        pytest.main([*OPTIONS, "-x", *files], plugins=[mutation])
    if mutation.failed:
        print(f"{NOTICED}{mutation.failed}")


def outcome(arguments: list[str]) -> str:
    """What a process with these arguments says of its mutant; "" if nothing noticed it."""
    command = [sys.executable, "-m", "tests.mutate", *arguments]
    try:
        ended = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        return "did not end"
    if ended.returncode:
        return f"ended with {ended.returncode}"
    lines = ended.stdout.splitlines()
    return lines[-1] if lines and lines[-1].startswith(NOTICED) else ""


def try_all(seed: int, count: int) -> None:
    """Print what becomes of each mutant of a sample, and how many were noticed."""
    chosen = sample(seed, count)
    arguments = ["--seed", str(seed), "--count", str(count)]
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(SIDE_BY_SIDE) as workers:
        plan = str(Path(folder, "plan.json"))
        subprocess.run([sys.executable, "-m", "tests.mutate", "--plan", plan], cwd=ROOT, check=True)
        each = [[*arguments, "--plan", plan, "--number", str(n)] for n in range(count)]
        noticed = 0
        for number, (mutant, by) in enumerate(zip(chosen, workers.map(outcome, each), strict=True)):
            noticed += bool(by)
            source = (ROOT / mutant.path).read_bytes()
            line = source[: mutant.start].count(b"\n") + 1
            old = source[mutant.start : mutant.end].decode()
            print(f"{number} {mutant.path}:{line}: {old} -> {mutant.new}")
            print(f"    {by or 'NOT NOTICED'}", flush=True)
    print(f"noticed {noticed} of {count}")


def main() -> None:
    parser = argparse.ArgumentParser(description="Whether the tests notice small mistakes.")
    parser.add_argument("--seed", type=int, default=8)
    parser.add_argument("--count", type=int, default=100)
    # For the processes that it starts: the plan's file, and which mutant to try.
    parser.add_argument("--plan", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--number", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.plan is None:
        try_all(options.seed, options.count)
    elif options.number is None:
        trace(options.plan)
    else:
        try_here(sample(options.seed, options.count)[options.number], options.plan)


if __name__ == "__main__":
    main()
