"""Goals next to measured figures: the table that closes a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bench.figures import Figures, column


@dataclass(frozen=True)
class Goal(Figures):
    """One thing that was asked, and how it went.

    `name` says what was measured, beginning with the scenario's name. Where the
    load generator was the `bottleneck`, the figures are the load's as much as
    the server's, and neither a met nor a missed goal says much.
    """

    name: str = column("scenario", "<")
    goal: str = column("asked", "<")
    measured: str = column("measured", "<")
    met: bool = column("met")
    bottleneck: bool = column("load was the bottleneck")


def no_goals(rows: Sequence[Figures]) -> Sequence[Goal]:
    """Of a scenario that only tells figures."""
    return ()


def not_measured(name: str, error: Exception) -> Goal:
    """Instead of the goals of a scenario that could not be measured."""
    return Goal(name, "can be measured", str(error), met=False, bottleneck=False)
