"""Searching for places as people type, and positions in words: the time and memory they take."""

from __future__ import annotations

import http.client
import random
import urllib.parse
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import TypeVar

import psutil
from django.conf import settings

from bench.ages import percentile
from bench.crowd import BadRun
from bench.figures import Figures, column
from bench.goals import Goal
from bench.scenario import Scenario
from bench.target import Target, Workshop
from mapapp.places import files
from mapapp.places.places import Places
from mapapp.places.search import Records
from mapapp.places.tables import Tables
from testkit.server import index_places

Question = TypeVar("Question")

GOAL_MS = 20.0
GOAL_WORDS_EACH_SECOND = 2_000


@dataclass(frozen=True)
class PlacesFigures(Figures):
    asked: str = column("asked", "<")
    places: int = column("places", ",")
    count: int = column("times", ",")
    p50: float = column("p50 (ms)", ".2f")
    p99: float = column("p99 (ms)", ".2f")
    longest: float = column("longest (ms)", ".2f")
    each_second: float = column("a second", ",.0f")
    before: float = column("memory before (MB)", ".1f")
    after: float = column("after (MB)", ".1f")


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--names", type=int, default=1_000, help="names that are typed")


async def run(workshop: Workshop, options: Namespace) -> Sequence[PlacesFigures]:
    """Every beginning of names chosen at random is one question, as when somebody types them."""
    if not settings.configured:
        settings.configure(USE_I18N=False)  # the words in English
    folder = index_places()
    tables = Tables(files.current(folder))
    records, count = Records(tables), len(tables["ids"])
    chance = random.Random(2026)
    names = [records.place(chance.randrange(count)).name for _ in range(options.names)]
    typed = [name[:length] for name in names for length in range(1, len(name) + 1)]
    positions = [
        (tables["lat"][at] + chance.gauss(0, 0.3), tables["lng"][at] + chance.gauss(0, 0.3))
        for at in (chance.randrange(count) for _ in range(10 * options.names))
    ]
    places = Places(folder)
    me = psutil.Process()

    def words(position: tuple[float, float]) -> None:
        places.words(max(-90.0, min(90.0, position[0])), position[1])

    rows = [
        _measured("search, in the process", count, places.search, typed, me),
        _measured("position in words", count, words, positions, me),
    ]
    with workshop.server() as target:
        rows.append(_over_http(target, count, typed))
    return rows


def _over_http(target: Target, count: int, typed: Sequence[str]) -> PlacesFigures:
    line = http.client.HTTPConnection(target.site.removeprefix("http://"), timeout=30)

    def ask(query: str) -> None:
        line.request("GET", "/api/places?" + urllib.parse.urlencode({"q": query}))
        answer = line.getresponse()
        answer.read()
        if answer.status == http.HTTPStatus.TOO_MANY_REQUESTS:
            raise BadRun("the server allows one address no more searches: fewer --names")
        if answer.status != http.HTTPStatus.OK:
            raise BadRun(f"the server answered {answer.status}")

    try:
        # A first request has other costs, which should not count as a search's.
        line.request("GET", "/healthz")
        line.getresponse().read()
        # A sample, no larger than the burst that one address is allowed.
        chosen = random.Random(1).sample(typed, min(len(typed), 2_900))
        server = psutil.Process(target.pid)
        return _measured("GET /api/places, one after the other", count, ask, chosen, server)
    finally:
        line.close()


def _measured(
    asked: str,
    places: int,
    ask: Callable[[Question], object],
    questions: Iterable[Question],
    process: psutil.Process,
) -> PlacesFigures:
    before = process.memory_info().rss
    taken: list[float] = []
    for question in questions:
        begun = perf_counter()
        ask(question)
        taken.append((perf_counter() - begun) * 1e3)
    return PlacesFigures(
        asked=asked,
        places=places,
        count=len(taken),
        p50=percentile(taken, 0.5),
        p99=percentile(taken, 0.99),
        longest=max(taken),
        each_second=len(taken) / sum(taken) * 1e3,
        before=before / 1e6,
        after=process.memory_info().rss / 1e6,
    )


def verdict(rows: Sequence[PlacesFigures]) -> str:
    return (
        f"A search is answered within {rows[-1].p99:.1f} ms (p99); "
        f"{rows[1].each_second:,.0f} positions a second are put into words."
    )


def goals(rows: Sequence[PlacesFigures]) -> Sequence[Goal]:
    return [
        Goal(
            "places",
            f"a search among {rows[-1].places:,} places takes at most {GOAL_MS:.0f} ms (p99)",
            f"{rows[-1].p99:.1f} ms",
            met=rows[-1].p99 <= GOAL_MS,
            bottleneck=False,
        ),
        Goal(
            "places",
            f"{GOAL_WORDS_EACH_SECOND:,} positions a second in words",
            f"{rows[1].each_second:,.0f}",
            met=rows[1].each_second >= GOAL_WORDS_EACH_SECOND,
            bottleneck=False,
        ),
    ]


SCENARIO = Scenario(
    "places", "searching for places and naming positions: time, memory", add_arguments, run,
    verdict, goals,
)  # fmt: skip
