"""`python -m bench`: measures one server process on one core.

Without a scenario it runs most of them, which takes nearly an hour. The server
and the load get a core each; other work on the machine makes the figures worse.
The last table lists each scenario's goals, and whether they were met.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
import tempfile
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import uvloop

from bench import machine
from bench.crowd import BadRun
from bench.figures import Figures, table
from bench.goals import Goal, not_measured
from bench.scenario import Scenario
from bench.scenarios import (
    arrive,
    capacity,
    chain,
    disobedient,
    disturbed,
    drag,
    drops,
    hidden,
    hundred,
    idle,
    inbound,
    join,
    outbound,
    peers,
    places,
    processes,
    results,
    rooms,
    rush,
    slow,
    small,
    snapshot,
    stage,
    workers,
)
from bench.target import Workshop

SCENARIOS: dict[str, Scenario[Any]] = {
    module.SCENARIO.name: module.SCENARIO
    for module in (
        drag,
        capacity,
        small,
        hundred,
        rush,
        slow,
        arrive,
        idle,
        join,
        drops,
        stage,
        snapshot,
        hidden,
        processes,
        workers,
        outbound,
        inbound,
        chain,
        rooms,
        disobedient,
        disturbed,
        peers,
        places,
        results,
    )
}
# The scenarios of `python -m bench` without arguments.
ALL = (
    "capacity",
    "small",
    "hundred",
    "rush",
    "slow",
    "arrive",
    "idle",
    "join",
    "drops",
    "snapshot",
    "processes",
    "workers",
    "outbound",
    "inbound",
    "chain",
    "places",
    "results",
    "rooms",
    "disobedient",
    "disturbed",
)


def main() -> int:
    parser = _parser()
    options = parser.parse_args()
    names = [options.scenario] if options.scenario else ALL
    machine.raise_file_limit()
    # Exit properly on SIGTERM, too (`timeout` sends it), so that the servers end.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    if not options.json:
        print(f"{machine.describe()}\nCommit {machine.commit()}", flush=True)
    goals: list[Goal] = []
    failed = False
    with tempfile.TemporaryDirectory(prefix="livemap-bench-") as folder:
        Path(folder).chmod(0o755)  # PostgreSQL runs as another user than root
        workshop = Workshop(Path(folder))
        with machine.pinned(workshop.cores.load):
            for name in names:
                chosen = options if options.scenario else parser.parse_args([name])
                try:
                    goals += _measure(SCENARIOS[name], workshop, chosen, as_json=options.json)
                except BadRun as error:
                    print(f"{name}: {error}", file=sys.stderr)
                    failed = True
                    goals.append(not_measured(name, error))
                    if options.json:
                        _print_json(name, goals[-1:])
    if goals and not options.json:
        print(f"\n## What was asked\n\n{table(goals)}", flush=True)
    return 1 if failed else 0


def _measure(
    scenario: Scenario[Any], workshop: Workshop, options: Namespace, *, as_json: bool
) -> Sequence[Goal]:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        rows = runner.run(scenario.run(workshop, options))
    goals = scenario.goals(rows)
    if as_json:
        _print_json(scenario.name, [*rows, *goals])
    else:
        print(f"\n## {scenario.name}: {scenario.summary}\n\n{table(rows)}\n")
        print(scenario.verdict(rows), flush=True)
    return goals


def _print_json(name: str, rows: Sequence[Figures]) -> None:
    for row in rows:
        print(json.dumps({"scenario": name, **row.as_json()}), flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--json", action="store_true", help="print each row, and each goal, as a line of JSON"
    )
    scenarios = parser.add_subparsers(dest="scenario", title="scenarios")
    for name, scenario in SCENARIOS.items():
        scenario.add_arguments(scenarios.add_parser(name, help=scenario.summary))
    return parser


if __name__ == "__main__":
    sys.exit(main())
