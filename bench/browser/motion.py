"""A crowded map on the screen while much of it moves."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import dataclass

from bench.ages import percentile
from bench.browser.guests import dragging, guests
from bench.browser.screen import chromium, screen
from bench.browser.setting import SIZES, name, room
from bench.browser.trace import Work
from bench.figures import Figures, column
from bench.scenario import Scenario
from bench.target import Workshop

LONG_TASK_MS = 50.0
SCRIPTING_MS = 8.0
WARM_UP_SECONDS = 3.0
HEAT = "Heat map"


@dataclass(frozen=True)
class MotionFigures(Figures):
    size: str = column("screen")
    what: str = column("meanwhile")
    frames: float = column("frames/s", ".0f")
    interval: float = column("apart p95 (ms)", ".0f")
    script_p50: float = column("scripts/frame p50 (ms)", ".1f")
    script_p95: float = column("p95", ".1f")
    work_p50: float = column("all work/frame p50 (ms)", ".1f")
    work_p95: float = column("p95", ".1f")
    longest: float = column("longest task (ms)", ".0f")
    long_tasks: int = column("over 50 ms")
    waited: float = column("the same on the wall (ms)", ".0f")
    memory: float = column("script memory (MB)", ".1f")
    bottleneck: str = column("bottleneck")


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--markers", type=int, default=3000)
    parser.add_argument("--moving", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=5.0, help="for each row")


async def run(workshop: Workshop, options: Namespace) -> Sequence[MotionFigures]:
    rows: list[MotionFigures] = []
    with room(workshop) as opened:
        async with (
            guests(opened.url, options.moving, options.markers) as crowd,
            chromium() as browser,
            dragging(crowd) as metronome,
        ):
            for size in SIZES:
                async with screen(browser, opened.screen, size) as page:
                    await page.look(WARM_UP_SECONDS)
                    for what, hands in (
                        ("nothing", page.look),
                        ("zooming", page.zoom),
                        ("panning", page.pan),
                        ("heat", page.look),
                    ):
                        if what == "heat":
                            await page.press(HEAT)
                        metronome.reset()
                        async with page.traced() as traced:
                            await hands(options.seconds)
                            late = metronome.was_bottleneck
                        memory = await page.megabytes()
                        rows.append(_figures(name(size), what, traced.work, memory, late))
    return rows


def _figures(size: str, what: str, work: Work, memory: float, late: bool) -> MotionFigures:
    longest = max(work.tasks, key=lambda task: task.cpu)
    return MotionFigures(
        size=size,
        what=what,
        frames=len(work.intervals) / work.seconds,
        interval=percentile(work.intervals, 0.95),
        script_p50=percentile(work.scripting, 0.50),
        script_p95=percentile(work.scripting, 0.95),
        work_p50=percentile(work.all_work, 0.50),
        work_p95=percentile(work.all_work, 0.95),
        longest=longest.cpu,
        long_tasks=sum(task.cpu > LONG_TASK_MS for task in work.tasks),
        waited=longest.wall,
        memory=memory,
        bottleneck="load" if late else "",
    )


def verdict(rows: Sequence[MotionFigures]) -> str:
    slow = [row for row in rows if row.script_p50 > SCRIPTING_MS or row.long_tasks]
    if not slow:
        return f"Scripts {SCRIPTING_MS:.0f} ms a frame or less, and no task over 50 ms."
    return f"Too slow: {', '.join(f'{row.size} {row.what}' for row in slow)}."


SCENARIO = Scenario(
    "motion",
    "3,000 markers on the screen, 1,000 of them move ten times a second (CPU of the main thread)",
    add_arguments,
    run,
    verdict,
)
