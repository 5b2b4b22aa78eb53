"""The cost of one more recipient of a tick, next to a bare `socket.send` of the same bytes."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Awaitable, Callable, Sequence

from bench.costs import (
    CostFigures,
    Slope,
    Stretch,
    add_round_arguments,
    beating,
    in_rounds,
    measure,
    ratio_goal,
)
from bench.crowd import MOVES_PER_SECOND, BadRun, Crowd, Person, in_turns
from bench.goals import Goal
from bench.metronome import Metronome
from bench.scenario import Scenario
from bench.target import Running, Workshop

GOAL_RATIO = 1.5
# Of a frame with 126 to 65,535 bytes; ticks are as large as this from 13 draggers on.
HEADER_BYTES = 4


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--people", type=int, default=1000, help="many, the draggers among them")
    parser.add_argument("--few", type=int, default=400, help="200 at least, to tick as often")
    parser.add_argument("--draggers", type=int, default=300, help="they make the tick's size")
    add_round_arguments(parser)


async def run(workshop: Workshop, options: Namespace) -> Sequence[CostFigures]:
    if not 13 <= options.draggers <= options.few < options.people:
        raise BadRun("it takes 13 draggers, as many as few people at most, and fewer than many")

    async def compare() -> CostFigures:
        ours = await _ours(workshop, options)
        ours.check_ticks()
        bare = await _bare(workshop, options, round(ours.many.frame_bytes) - HEADER_BYTES)
        bare.check_ticks()
        return CostFigures.of(ours, bare)

    return await in_rounds(options.rounds, compare)


async def _ours(workshop: Workshop, options: Namespace) -> Slope:
    """A room in which some drag and the others only watch."""
    with workshop.server() as target:
        crowd = Crowd(target.create_room())
        try:
            await crowd.join(options.draggers)
            await in_turns(crowd.people, Person.place, at_once=500)
            await in_turns(crowd.people, Person.take, at_once=500)
            return await _slope(target, crowd, crowd.join, Person.move, options)
        finally:
            crowd.leave()


async def _bare(workshop: Workshop, options: Namespace, payload: int) -> Slope:
    """As many who only watch; the load is as awake as it is when some drag."""
    command = [sys.executable, "-m", "bench.peers.bare_send", "--payload", str(payload)]
    with workshop.peer(command) as peer:
        crowd = Crowd(peer.websocket_url)
        try:
            await crowd.connect(options.draggers)
            return await _slope(peer, crowd, crowd.connect, _watch, options)
        finally:
            crowd.leave()


async def _slope(
    server: Running,
    crowd: Crowd,
    come: Callable[[int], Awaitable[None]],
    action: Callable[[Person], None],
    options: Namespace,
) -> Slope:
    """More people `come`, while those who are here already do something."""
    metronome = Metronome(list(crowd.people), action, MOVES_PER_SECOND)

    async def with_people(number: int) -> Stretch:
        await come(number - len(crowd.people))
        return await measure(server, crowd.people, metronome, _frames, options.seconds)

    async with beating(metronome):
        return Slope(await with_people(options.few), await with_people(options.people))


def _watch(person: Person) -> None:
    """Send nothing."""


def _frames(person: Person) -> int:
    return person.frames


def verdict(rows: Sequence[CostFigures]) -> str:
    last = rows[-1]
    return (
        f"A recipient costs {last.ours:.1f} µs a tick, {last.ratio:.2f} times a bare send "
        f"({last.bare:.1f} µs)."
    )


def goals(rows: Sequence[CostFigures]) -> Sequence[Goal]:
    asked = f"a recipient of a tick costs at most {GOAL_RATIO} times a bare socket.send"
    told = f", with {rows[-1].tick_bytes:,} bytes"
    return [ratio_goal("outbound", asked, rows[-1], GOAL_RATIO, told)]


SCENARIO = Scenario(
    "outbound",
    "server CPU for each recipient of a tick, next to a bare socket.send",
    add_arguments,
    run,
    verdict,
    goals,
)
