"""`python -m tests.harness`: play scenarios by seed and report broken promises."""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import signal
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict
from pathlib import Path

import tests.harness.faults  # noqa: F401  importing them registers them
from testkit.server import prepare_once
from testkit.services import Unavailable
from tests.harness.installation import (
    CLOCKED,
    PAIR,
    SINGLE,
    Clocked,
    Installation,
    Pair,
    Single,
)
from tests.harness.scenario import FAMILIES, Family, Report, play

WORLDS: dict[str, type[Installation]] = {SINGLE: Single, PAIR: Pair, CLOCKED: Clocked}
# The relative frequency of each installation.
WEIGHTS = {SINGLE: 6, PAIR: 13, CLOCKED: 1}


# A scenario's name, its installation, its faults, and how many people.
Planned = tuple[str, str, list[Family], int]


def scenario(name: str, only: Sequence[str] = ()) -> tuple[str, list[Family], int]:
    """A scenario by its name: the installation, the faults, and the number of people."""
    rng = random.Random(f"scenario {name}")
    wanted = [f for f in FAMILIES.values() if not only or f.name in only]
    kinds = [kind for kind in WORLDS if any(kind in f.kinds for f in wanted)]
    (kind,) = rng.choices(kinds, [WEIGHTS[kind] for kind in kinds])
    possible = [f for f in wanted if kind in f.kinds]
    first = rng.choice(possible)
    people = rng.choice([20, 40, 40, 80, 150])
    if first.alone:
        return kind, [first], people
    more = [f for f in possible if f is not first and not f.alone]
    return kind, [first, *rng.sample(more, min(rng.choice([0, 0, 1, 2]), len(more)))], people


def plan(options: argparse.Namespace) -> list[Planned]:
    """The scenarios to play, in order."""
    if options.each:
        return [
            (f"{options.seed}-{family.name}", kind, [family], 40)
            for kind in WORLDS
            for family in FAMILIES.values()
            if kind in family.kinds and (not options.only or family.name in options.only)
        ]
    names = options.replay or [f"{options.seed}-{n}" for n in range(1, options.count + 1)]
    return [(name, *scenario(name, options.only)) for name in names]


async def run(options: argparse.Namespace) -> list[Report]:
    until = time.monotonic() + options.seconds if options.seconds else float("inf")
    reports: list[Report] = []
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="livemap-faults-")))
        folder.chmod(0o755)
        static_files = await asyncio.to_thread(prepare_once)
        worlds: dict[str, Installation] = {}
        for name, kind, families, people in plan(options):
            if time.monotonic() > until:
                break
            if kind not in worlds:
                try:
                    world = WORLDS[kind](folder / kind, static_files)
                    worlds[kind] = await stack.enter_async_context(world)
                except Unavailable as error:
                    print(f"left out {name}: {error}")
                    continue
            people = min(people, options.people)
            report = await play(name, worlds[kind], families, people=people)
            reports.append(report)
            _say(report)
            if options.log:
                with options.log.open("a") as log:
                    log.write(json.dumps(asdict(report)) + "\n")
    return reports


def _say(report: Report) -> None:
    good = "ok  " if not report.wrong else "FAIL"
    print(
        f"{good} {report.name:8} {report.kind:6} {report.people:3} people "
        f"{report.changes:5} changes {report.seconds:5.1f} s  {' + '.join(report.families)}"
        f"{'' if not report.notes else ': '}{'; '.join(report.notes)}",
        flush=True,
    )
    for sentence in report.wrong:
        print(f"     {sentence}", flush=True)


def _summary(reports: list[Report]) -> None:
    times: dict[str, list[float]] = defaultdict(list)
    for report in reports:
        for what, seconds in report.measured.items():
            times[what] += seconds
    print()
    for what, seconds in sorted(times.items()):
        ordered = sorted(seconds)
        p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
        print(
            f"{what}: n {len(ordered)}, p50 {statistics.median(ordered):.2f} s, "
            f"p99 {p99:.2f} s, most {ordered[-1]:.2f} s"
        )
    failed = [report.name for report in reports if report.wrong]
    print(f"\n{len(reports)} scenarios, {sum(r.changes for r in reports)} changes, ", end="")
    print(f"{len(failed)} failed{': ' + ' '.join(failed) if failed else ''}")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.harness", description=__doc__)
    parser.add_argument("--count", type=int, default=200, help="how many scenarios")
    parser.add_argument("--seed", default=str(random.randrange(10_000)), help="the run's seed")
    parser.add_argument("--seconds", type=float, help="begin no scenario after this time")
    parser.add_argument("--people", type=int, default=150, help="at most so many at once")
    parser.add_argument("--only", action="append", default=[], help="a family; repeatable")
    parser.add_argument("--replay", action="append", default=[], help="a scenario by its name")
    parser.add_argument("--log", type=Path, help="append each report to this file, as JSON")
    parser.add_argument("--each", action="store_true", help="each family once, alone")
    parser.add_argument("--families", action="store_true", help="list the families")
    options = parser.parse_args()
    if options.families:
        print("\n".join(f"{f.name:32} {', '.join(sorted(f.kinds))}" for f in FAMILIES.values()))
        return 0
    # On SIGTERM, too, it unmounts its disks and ends its processes.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    print(f"seed {options.seed}")
    reports = asyncio.run(run(options))
    _summary(reports)
    return 1 if any(report.wrong for report in reports) else 0


if __name__ == "__main__":
    sys.exit(main())
