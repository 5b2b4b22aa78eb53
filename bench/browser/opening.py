"""The time until a screen shows a full map."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import dataclass

from bench.ages import percentile
from bench.browser.guests import guests
from bench.browser.screen import chromium, screen
from bench.browser.setting import SIZES, name, room, screen_url
from bench.figures import Figures, column
from bench.scenario import Scenario
from bench.target import Workshop

OPEN_MS = 1000.0
PEOPLE = 500


@dataclass(frozen=True)
class OpeningFigures(Figures):
    size: str = column("screen")
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
    with room(workshop) as url:
        async with guests(url, PEOPLE, options.markers), chromium() as browser:
            for size in SIZES:
                durations, costs, memory = [], [], 0.0
                for _ in range(options.times):
                    async with screen(browser, screen_url(url), size) as page:
                        durations.append(page.drawn_after)
                        costs.append(page.drawn_with)
                        memory = await page.megabytes()
                rows.append(
                    OpeningFigures(
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
    slow = [row.size for row in rows if row.median > OPEN_MS]
    return f"More than a second: {', '.join(slow)}." if slow else "All drawn within a second."


SCENARIO = Scenario(
    "opening",
    "from the navigation until all markers that rest are drawn, with an empty cache",
    add_arguments,
    run,
    verdict,
)
