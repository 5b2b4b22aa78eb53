"""`python -m bench.browser`: the cost of the screen page in a browser.

It runs a real server, real connections and a real Chromium that draws in software.
The server and the load share one core and leave the others to the browser.
"""

from __future__ import annotations

import argparse
import asyncio
import dataclasses
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import uvloop

from bench import machine
from bench.browser import motion, opening
from bench.crowd import BadRun
from bench.figures import table
from bench.scenario import Scenario
from bench.target import Workshop

SCENARIOS: dict[str, Scenario[Any]] = {
    module.SCENARIO.name: module.SCENARIO for module in (motion, opening)
}


def main() -> int:
    parser = _parser()
    options = parser.parse_args()
    names = [options.scenario] if options.scenario else list(SCENARIOS)
    machine.raise_file_limit()
    print(f"{machine.describe()}\nCommit {machine.commit()}", flush=True)
    with tempfile.TemporaryDirectory(prefix="livemap-bench-") as folder:
        workshop = Workshop(Path(folder))
        workshop.cores = dataclasses.replace(workshop.cores, server=workshop.cores.load)
        for name in names:
            chosen = options if options.scenario else parser.parse_args([name])
            try:
                _measure(SCENARIOS[name], workshop, chosen)
            except BadRun as error:
                print(f"{name}: {error}", file=sys.stderr)
                return 1
    print(f"Load afterwards: {os.getloadavg()[0]:.1f}")
    return 0


def _measure(scenario: Scenario[Any], workshop: Workshop, options: argparse.Namespace) -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        rows = runner.run(scenario.run(workshop, options))
    print(f"\n## {scenario.name}: {scenario.summary}\n\n{table(rows)}\n")
    print(scenario.verdict(rows), flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.browser", description=__doc__)
    scenarios = parser.add_subparsers(dest="scenario", title="scenarios")
    for name, scenario in SCENARIOS.items():
        scenario.add_arguments(scenarios.add_parser(name, help=scenario.summary))
    return parser


if __name__ == "__main__":
    sys.exit(main())
