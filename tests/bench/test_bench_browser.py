"""What the measurements of the screen page make of Chromium's traces."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bench.browser import trace

PAGE = {"pid": 7, "tid": 1}
ELSEWHERE = {"pid": 8, "tid": 1}


def event(name: str, begin: float, wall: float, cpu: float | None = None, **at: int) -> Any:
    """A piece of work; times in milliseconds."""
    return {
        **{"name": name, "ph": "X", "ts": begin * 1000, "dur": wall * 1000},
        **{"tdur": (wall if cpu is None else cpu) * 1000, **(at or PAGE)},
    }


def read(*events: Any) -> trace.Work:
    return trace.read(json.dumps({"traceEvents": events}).encode())


def test_each_frame_gets_the_work_since_the_one_before() -> None:
    work = read(
        event("Commit", 9, 1),
        event("RunTask", 12, 6),
        event("FunctionCall", 12, 5),
        event("Commit", 25, 1),
        event("RunTask", 30, 10, cpu=4),
        event("FireAnimationFrame", 31, 8, cpu=3),
        event("Commit", 45, 1),
    )
    assert work.frames == [10, 26, 46]
    assert work.intervals == [16, 20]
    assert work.scripting == [5, 3]
    assert work.all_work == [6, 4]
    assert work.seconds == 0.036
    assert max(task.wall for task in work.tasks) == 10


def test_a_script_inside_another_counts_once() -> None:
    work = read(
        event("Commit", 0, 0),
        event("FireAnimationFrame", 1, 8),
        event("FunctionCall", 1, 7),
        event("MinorGC", 3, 2),
        event("FunctionCall", 9, 2),
        event("Commit", 20, 0),
    )
    assert work.scripting == [10]


def test_only_the_page_that_draws_most_counts() -> None:
    work = read(
        event("Commit", 0, 0),
        event("Commit", 10, 0),
        event("Commit", 20, 0),
        event("Commit", 0, 0, **ELSEWHERE),
        event("Commit", 10, 0, **ELSEWHERE),
        event("FunctionCall", 5, 4, **ELSEWHERE),
        {"name": "Commit", "ph": "b", "ts": 1, **ELSEWHERE},
        {"name": "Commit", "ph": "e", "ts": 2, **ELSEWHERE},
    )
    assert work.scripting == [0, 0]


def test_a_page_that_draws_nothing_cannot_be_measured() -> None:
    with pytest.raises(ValueError, match="drawn nothing"):
        read(event("RunTask", 0, 5000))
