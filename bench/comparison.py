"""Figures of this server and of peers under one load, and what they come to side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import inf, isfinite, isnan
from statistics import median
from typing import Generic, TypeVar

from bench.figures import Figures, column

OURS = "ours"


@dataclass(frozen=True)
class BesideFigures(Figures):
    """One run on a fresh server: `people` in each of its rooms."""

    server: str = column("server", "<")
    built_as: str = column("built as", "<")
    rooms: int = column("rooms")
    people: int = column("people in each")
    sent: float = column("sent/s", ".1f")
    updates: float = column("seen/s", ".1f")
    age_p50: float = column("age p50 (ms)", ".0f")
    age_p95: float = column("p95", ".0f")
    age_p99: float = column("p99", ".0f")
    bytes_each: float = column("B/position", ".1f")
    cpu_share: float = column("server CPU", ".0%")
    others_share: float = column("others there", ".0%")
    lost: int = column("lost")
    problems: str = column("problems")
    load_late: float = column("load late p99 (ms)", ".0f")
    load_cpu: float = column("load CPU", ".0%")
    bottleneck: str = column("bottleneck")


K = TypeVar("K")
R = TypeVar("R", bound=BesideFigures)


def by(rows: Iterable[R], key: Callable[[R], K]) -> dict[K, list[R]]:
    """The rows by a property of theirs, in their order."""
    groups: dict[K, list[R]] = {}
    for one in rows:
        groups.setdefault(key(one), []).append(one)
    return groups


def middle(rows: Iterable[R], figure: Callable[[R], float]) -> float:
    """The median of a figure over the runs of one server; infinite where nothing came."""
    return median(inf if isnan(value := figure(row)) else value for row in rows)


def compared(rows: Iterable[BesideFigures]) -> str:
    """Age and CPU of each of the servers in these rows, in a few words."""
    return ", ".join(f"{name} {_summary(own)}" for name, own in by(rows, _server).items())


@dataclass(frozen=True)
class Pair(Generic[R]):
    """Runs of this server and of a peer under the same load, by their medians."""

    ours: Sequence[R]
    peer: Sequence[R]

    @classmethod
    def of(cls, rows: Iterable[R], peer: str) -> Pair[R] | None:
        """None if one of the two was not measured."""
        runs = by(rows, _server)
        return cls(runs[OURS], runs[peer]) if OURS in runs and peer in runs else None

    def at_most(self, figure: Callable[[R], float]) -> bool:
        """Whether a figure of ours is there, and no higher than the peer's."""
        return isfinite(ours := middle(self.ours, figure)) and ours <= middle(self.peer, figure)

    @property
    def is_no_older(self) -> bool:
        return self.at_most(lambda row: row.age_p99)

    @property
    def is_no_busier(self) -> bool:
        return self.at_most(lambda row: row.cpu_share)

    @property
    def trouble(self) -> str:
        """Whom ours lost, and its other problems; empty when there were none."""
        found = [f"{row.lost} lost" for row in self.ours if row.lost]
        return ", ".join(found + [row.problems for row in self.ours if row.problems])

    @property
    def in_words(self) -> str:
        return f"{compared([*self.ours, *self.peer])}; {self.trouble or 'no problems'}"

    @property
    def bottleneck(self) -> bool:
        return any(row.bottleneck for row in (*self.ours, *self.peer))


def _server(row: BesideFigures) -> str:
    return row.server


def _summary(rows: Sequence[BesideFigures]) -> str:
    age, cpu = middle(rows, lambda row: row.age_p99), middle(rows, lambda row: row.cpu_share)
    return f"{age:.0f} ms at {cpu:.0%}"
