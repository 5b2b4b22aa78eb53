"""Figures from Chromium's own trace of a page: work per frame, long tasks.

The events are those of the DevTools performance panel, with times in
microseconds: `dur` on the wall clock, `tdur` on the thread's CPU clock. A page's
cost is its CPU time; the wall clock adds the time taken by other programs.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

CATEGORIES = ("devtools.timeline", "disabled-by-default-devtools.timeline", "v8", "cc")

# Outermost of these: the page's scripts, and what V8 does for them.
_SCRIPTING = {
    *("EvaluateScript", "FunctionCall", "FireAnimationFrame", "TimerFire", "EventDispatch"),
    *("v8.compile", "v8.callFunction", "v8.run", "RunMicrotasks", "MinorGC", "MajorGC"),
}
_TASK = "RunTask"
# The end of the main thread's part of a frame.
_FRAME = "Commit"


@dataclass(frozen=True)
class Span:
    """A piece of work: when it began, how long it lasted and its CPU, in milliseconds."""

    begin: float
    wall: float
    cpu: float

    @property
    def end(self) -> float:
        return self.begin + self.wall


@dataclass(frozen=True)
class Work:
    """The main thread of the busiest page.

    `frames` are the times (ms) at which it had handed over a frame. The lists
    beside it hold the CPU (ms) of each frame's scripts and of all its work,
    since the frame before.
    """

    frames: Sequence[float]
    scripting: Sequence[float]
    all_work: Sequence[float]
    tasks: Sequence[Span]

    @property
    def seconds(self) -> float:
        return (self.frames[-1] - self.frames[0]) / 1000

    @property
    def intervals(self) -> list[float]:
        """Milliseconds from each frame to the next."""
        return [after - before for before, after in zip(self.frames, self.frames[1:], strict=False)]


def read(trace: bytes) -> Work:
    """Raises `ValueError` if the trace holds less than two frames of a page."""
    complete = [event for event in json.loads(trace)["traceEvents"] if event["ph"] == "X"]
    thread = _busiest_page(complete)
    spans = [event for event in complete if _thread(event) == thread]
    frames = sorted(_span(event).end for event in spans if event["name"] == _FRAME)
    if len(frames) < 2:
        raise ValueError("the page has drawn nothing while it was traced")
    scripts = list(_outermost(event for event in spans if event["name"] in _SCRIPTING))
    tasks = [_span(event) for event in spans if event["name"] == _TASK]
    return Work(
        frames=frames,
        scripting=_per_frame(scripts, frames),
        all_work=_per_frame(tasks, frames),
        tasks=tasks,
    )


def _busiest_page(events: Iterable[dict[str, Any]]) -> tuple[int, int]:
    """The process and thread that handed over the most frames."""
    counts = Counter(_thread(event) for event in events if event["name"] == _FRAME)
    if not counts:
        raise ValueError("the page has drawn nothing while it was traced")
    return counts.most_common(1)[0][0]


def _thread(event: dict[str, Any]) -> tuple[int, int]:
    return event["pid"], event["tid"]


def _span(event: dict[str, Any]) -> Span:
    return Span(event["ts"] / 1000, event.get("dur", 0) / 1000, event.get("tdur", 0) / 1000)


def _outermost(events: Iterable[dict[str, Any]]) -> Iterator[Span]:
    """Those that are not inside another one."""
    end = float("-inf")
    for span in sorted(map(_span, events), key=lambda span: (span.begin, -span.wall)):
        if span.begin >= end:
            end = span.end
            yield span


def _per_frame(spans: Iterable[Span], frames: Sequence[float]) -> list[float]:
    """The CPU of what began in each interval between two frames."""
    sums = [0.0] * (len(frames) - 1)
    index = 0
    for span in sorted(spans, key=lambda span: span.begin):
        while index < len(sums) and span.begin >= frames[index + 1]:
            index += 1
        if index < len(sums) and span.begin >= frames[0]:
            sums[index] += span.cpu
    return sums
