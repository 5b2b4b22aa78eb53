"""A hundred people drag in one room: with a core that is mostly idle, nobody need wait."""

from __future__ import annotations

from argparse import ArgumentParser
from functools import partial

from bench.scenario import Scenario
from bench.scenarios import small

GOAL_P50_MS, GOAL_P99_MS = 8, 25


def add_arguments(parser: ArgumentParser) -> None:
    small.add_arguments(parser)
    parser.set_defaults(people=[100])


SCENARIO = Scenario(
    "hundred",
    "a hundred people drag: how long a move takes from one phone to another",
    add_arguments,
    small.run,
    small.verdict,
    partial(small.goals, name="hundred", p50=GOAL_P50_MS, p99=GOAL_P99_MS),
)
