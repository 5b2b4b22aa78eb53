"""The time until a screen or a remote shows a full map."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import dataclass

from bench.ages import percentile
from bench.browser.guests import guests
from bench.browser.screen import chromium, screen
from bench.browser.setting import PHONE, SIZES, name, room
from bench.figures import Figures, column
from bench.scenario import Scenario
from bench.target import Workshop

OPEN_MS = {"screen": 1000.0, "remote": 2000.0}
PEOPLE = 500
ACTIVITIES = 50


@dataclass(frozen=True)
class OpeningFigures(Figures):
    page: str = column("page")
    size: str = column("size")
    markers: int = column("markers", ",")
    median: float = column("all drawn after p50 (ms)", ".0f")
    worst: float = column("worst (ms)", ".0f")
    cpu: float = column("main thread CPU p50 (ms)", ".0f")
    memory: float = column("script memory (MB)", ".1f")


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--markers", type=int, default=10_000)
    parser.add_argument("--times", type=int, default=7, help="each with an empty cache")


async def run(workshop: Workshop, options: Namespace) -> Sequence[OpeningFigures]:
    rows = []
    with room(workshop, ACTIVITIES) as opened:
        pages = [("screen", opened.screen, size) for size in SIZES]
        pages.append(("remote", opened.remote, PHONE))
        async with guests(opened.url, PEOPLE, options.markers), chromium() as browser:
            for page_name, url, size in pages:
                durations, costs, memory = [], [], 0.0
                for _ in range(options.times):
                    async with screen(browser, url, size) as page:
                        durations.append(page.drawn_after)
                        costs.append(page.drawn_with)
                        memory = await page.megabytes()
                rows.append(
                    OpeningFigures(
                        page=page_name,
                        size=name(size),
                        markers=options.markers,
                        median=percentile(durations, 0.5),
                        worst=max(durations),
                        cpu=percentile(costs, 0.5),
                        memory=memory,
                    )
                )
    return rows


def verdict(rows: Sequence[OpeningFigures]) -> str:
    slow = [f"{row.page} {row.size}" for row in rows if row.median > OPEN_MS[row.page]]
    late = ", ".join(slow)
    return f"Too late: {late}." if slow else "Screens within a second, the remote within two."


SCENARIO = Scenario(
    "opening",
    f"from the navigation until all resting markers of one of {ACTIVITIES} activities are drawn",
    add_arguments,
    run,
    verdict,
)
