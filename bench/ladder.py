"""A search for the largest number of people with whom all goes well."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol, TypeVar

from bench.crowd import BadRun
from bench.dragging import AGE_LIMIT_MS

# The number of bisections between the last good size and the first bad one.
HALVINGS = 2
# A size counts as failed after this many failures: other work on the machine easily
# spoils a run, and nothing makes one better than the server is.
TRIES = 3


class Rung(Protocol):
    """The figures for one size."""

    @property
    def people(self) -> int: ...
    @property
    def age_p99(self) -> float: ...
    @property
    def lost(self) -> int: ...
    @property
    def problems(self) -> str: ...
    @property
    def bottleneck(self) -> str: ...


R = TypeVar("R", bound=Rung)


def is_good(row: Rung) -> bool:
    """Whether nobody was lost and what people see is fresh."""
    return row.age_p99 <= AGE_LIMIT_MS and not row.lost and not row.problems


async def climb(sizes: Sequence[int], measure: Callable[[int], Awaitable[R]]) -> list[R]:
    """Measure these sizes until one fails, and then some between; rows by size."""
    rows: dict[int, R] = {}

    async def holds(people: int) -> bool:
        for _ in range(TRIES):
            try:
                rows[people] = await measure(people)
            except BadRun as error:
                print(f"{people} people: {error}", file=sys.stderr)
                continue
            age = rows[people].age_p99
            print(f"{people} people: {age:.0f} ms old at p99", file=sys.stderr)
            if is_good(rows[people]):
                return True
        return False

    good, bad = 0, 0
    for people in sizes:
        if not await holds(people):
            bad = people
            break
        good = people
    if good and bad:
        for _ in range(HALVINGS):
            people = (good + bad) // 20 * 10
            if not good < people < bad:
                break
            if await holds(people):
                good = people
            else:
                bad = people
    return [rows[people] for people in sorted(rows)]


def most(rows: Sequence[Rung]) -> str:
    """How many people it holds, in a few words."""
    good = [row for row in rows if is_good(row)]
    if not good:
        return "fewer people than were tried"
    best, bad = good[-1], [row for row in rows if not is_good(row)]
    if not bad:
        return f"at least {best.people} people"
    if bad[0].bottleneck:
        return f"at least {best.people} people (the load, not the server, set the end)"
    return f"{best.people} people"
