"""The interface of a scenario, by which `python -m bench` lists and runs it."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from bench.figures import Figures
from bench.goals import Goal, no_goals
from bench.target import Workshop

F = TypeVar("F", bound=Figures)


@dataclass(frozen=True)
class Scenario(Generic[F]):
    """One thing that is measured.

    `run` starts servers in the workshop, measures and returns rows; `verdict`
    says in one sentence what the rows come to; `goals` says what was asked of
    them and whether it was met.
    """

    name: str
    summary: str
    add_arguments: Callable[[ArgumentParser], None]
    run: Callable[[Workshop, Namespace], Coroutine[Any, Any, Sequence[F]]]
    verdict: Callable[[Sequence[F]], str]
    goals: Callable[[Sequence[F]], Sequence[Goal]] = no_goals
