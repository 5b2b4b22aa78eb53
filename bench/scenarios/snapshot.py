"""Somebody comes into a room whose map is full, with a phone on a line that gives it its budget."""

from __future__ import annotations

import asyncio
import random
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import dataclass

from bench.ages import now, percentile
from bench.crowd import PATIENCE_SECONDS, SNAPSHOT_KINDS, BadRun, Crowd, Person, in_turns
from bench.figures import Figures, column
from bench.goals import Goal
from bench.scenario import Scenario
from bench.slow_reader import SlowReader
from bench.target import PHONE_BYTES, Target, Workshop
from mapapp.domain.names import ADJECTIVES, ANIMALS

FORMS = ("json", "packed", "deflated")
# A compressed snapshot takes at most this share of the bytes of one in JSON.
GOAL_SHARE = 1 / 3
# What one person may change at once; beyond that they would wait.
MARKERS_EACH = 40


@dataclass(frozen=True)
class SnapshotFigures(Figures):
    form: str = column("snapshot", "<")
    markers: int = column("markers", ",")
    times: int = column("times")
    kilobytes: float = column("read until it is there (kB)", ".0f")
    bytes_each: float = column("B/marker", ".1f")
    line: int = column("the line gives (B/s)", ",")
    seconds: float = column("is there after p50 (s)", ".2f")
    worst: float = column("worst", ".2f")


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--markers", type=int, default=10_000, help="with a label each")
    parser.add_argument("--times", type=int, default=2, help="how often each form is measured")
    parser.add_argument("--line", type=int, default=PHONE_BYTES, help="bytes a second")


async def run(workshop: Workshop, options: Namespace) -> Sequence[SnapshotFigures]:
    """Both forms of the same room, in turns."""
    with workshop.server(PHONE_BYTES) as target:
        crowd = await _fill(target, options.markers)
        try:
            runs = [
                (form, await _come(crowd.url, form, options.line))
                for _ in range(options.times)
                for form in FORMS
            ]
        finally:
            crowd.leave()
    return [_row(form, [took for one, took in runs if one == form], options) for form in FORMS]


async def _fill(target: Target, markers: int) -> Crowd:
    """A room in which people have put that many markers, each with two words for a label."""
    crowd = Crowd(target.create_room(markers_each=MARKERS_EACH))
    chance = random.Random(2026)

    async def answer(person: Person) -> None:
        for _ in range(min(MARKERS_EACH, markers - MARKERS_EACH * crowd.people.index(person))):
            where = {"lat": chance.uniform(-60, 70), "lng": chance.uniform(-180, 180)}
            label = f"{chance.choice(ADJECTIVES)} {chance.choice(ANIMALS)}"
            await person.change({"t": "add", **where, "label": label})

    await crowd.join(-(-markers // MARKERS_EACH))
    await in_turns(crowd.people, answer, at_once=100)
    return crowd


@dataclass(frozen=True)
class Coming:
    """One newcomer: the seconds from connecting until the map was there, and what was read."""

    seconds: float
    bytes_read: int


async def _come(url: str, form: str, line: int) -> Coming:
    phone = SlowReader(line, snapshot=form)
    began = now()
    await phone.join(url)
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            if not await phone.read_until(_is_snapshot):
                raise BadRun("the line ended before the map was there")
    except TimeoutError:
        raise BadRun(f"the map was not there within {PATIENCE_SECONDS:.0f} s") from None
    finally:
        phone.leave()
    return Coming(now() - began, phone.bytes_read)


def _is_snapshot(payload: bytes) -> bool:
    return payload[0] in SNAPSHOT_KINDS or payload.startswith(b'{"t":"snapshot"')


def _row(form: str, comings: Sequence[Coming], options: Namespace) -> SnapshotFigures:
    size = percentile((coming.bytes_read for coming in comings), 0.5)
    seconds = [coming.seconds for coming in comings]
    return SnapshotFigures(
        form=form,
        markers=options.markers,
        times=len(comings),
        kilobytes=size / 1000,
        bytes_each=size / options.markers,
        line=options.line,
        seconds=percentile(seconds, 0.5),
        worst=max(seconds),
    )


def verdict(rows: Sequence[SnapshotFigures]) -> str:
    """The time and the size of each, in one sentence."""
    each = ", ".join(
        f"after {row.seconds:.1f} s and {row.kilobytes:,.0f} kB as {row.form}" for row in rows
    )
    return (
        f"On {rows[0].line:,} bytes a second a map of {rows[0].markers:,} markers is there {each}."
    )


def goals(rows: Sequence[SnapshotFigures]) -> Sequence[Goal]:
    json, *_, packed = rows
    return [
        Goal(
            "snapshot",
            f"a compressed snapshot of {packed.markers:,} markers with labels takes at most a "
            "third of the bytes of one in JSON",
            f"{packed.kilobytes:,.0f} of {json.kilobytes:,.0f} kB "
            f"({packed.kilobytes / json.kilobytes:.0%}); {packed.seconds:.1f} instead of "
            f"{json.seconds:.1f} s",
            met=packed.kilobytes <= GOAL_SHARE * json.kilobytes,
            bottleneck=False,
        )
    ]


SCENARIO = Scenario(
    "snapshot",
    "a newcomer on a slow line and a full map with labels: time and bytes, by its form",
    add_arguments,
    run,
    verdict,
    goals,
)
