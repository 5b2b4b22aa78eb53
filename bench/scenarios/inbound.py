"""The cost of one more move, from the socket to the map, next to a bare ASGI receive loop."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence

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
from bench.crowd import BadRun, Crowd, Person, in_turns
from bench.goals import Goal
from bench.metronome import Metronome
from bench.scenario import Scenario
from bench.target import Running, Workshop

GOAL_RATIO = 1.0
# With the fastest of its three websocket protocols, which is also its choice.
UVICORN = (
    *("-m", "uvicorn", "bench.peers.receive_loop:application"),
    *("--loop", "uvloop", "--ws", "websockets-sansio"),
    *("--lifespan", "off", "--log-level", "warning"),
)


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--people", type=int, default=500, help="200 at least, to tick as often")
    # Each marker is in each tick, however often it moves: so both rates make
    # the same ticks, if the lower one is not below the ticks'.
    parser.add_argument("--slow", type=float, default=10.0, help="moves of each in a second")
    parser.add_argument("--fast", type=float, default=28.0, help="30 at most: more are left out")
    add_round_arguments(parser)


async def run(workshop: Workshop, options: Namespace) -> Sequence[CostFigures]:
    if not 0 < options.slow < options.fast <= 30:
        raise BadRun("it takes a slow rate, a faster one, and 30 moves a second at most")

    async def compare() -> CostFigures:
        ours = await _ours(workshop, options)
        ours.check_ticks()
        return CostFigures.of(ours, await _bare(workshop, options))

    return await in_rounds(options.rounds, compare)


async def _ours(workshop: Workshop, options: Namespace) -> Slope:
    """A room in which all drag."""
    with workshop.server() as target:
        crowd = Crowd(target.create_room())
        try:
            await crowd.join(options.people)
            await in_turns(crowd.people, Person.place, at_once=500)
            await in_turns(crowd.people, Person.take, at_once=500)
            return await _slope(target, crowd.people, options)
        finally:
            crowd.leave()


async def _bare(workshop: Workshop, options: Namespace) -> Slope:
    """As many send frames that look the same to a server that does nothing with them."""
    with workshop.peer([sys.executable, *UVICORN]) as peer:
        crowd = Crowd(peer.websocket_url)
        try:
            await crowd.connect(options.people)
            for number, person in enumerate(crowd.people, start=1):
                # As in a new room: a person, a marker and a grab take a revision each.
                person.marker, person.grab = number, 2 * options.people + number
            return await _slope(peer, crowd.people, options)
        finally:
            crowd.leave()


async def _slope(server: Running, people: Sequence[Person], options: Namespace) -> Slope:
    """All move, slowly and then fast. Whatever pace the server asks for, they do not listen."""
    metronome = Metronome(people, Person.move, options.slow)

    async def at_rate(per_second: float) -> Stretch:
        metronome.per_second = per_second
        return await measure(server, people, metronome, _moves, options.seconds)

    async with beating(metronome):
        return Slope(await at_rate(options.slow), await at_rate(options.fast))


def _moves(person: Person) -> int:
    return person.moves_sent


def verdict(rows: Sequence[CostFigures]) -> str:
    last = rows[-1]
    return (
        f"A move costs {last.ours:.1f} µs, {last.ratio:.2f} times a bare receive loop on uvicorn "
        f"({last.bare:.1f} µs)."
    )


def goals(rows: Sequence[CostFigures]) -> Sequence[Goal]:
    asked = f"a move costs at most {GOAL_RATIO} times a bare receive loop on uvicorn and uvloop"
    return [ratio_goal("inbound", asked, rows[-1], GOAL_RATIO)]


SCENARIO = Scenario(
    "inbound",
    "server CPU for each move that comes in, next to a bare ASGI receive loop",
    add_arguments,
    run,
    verdict,
    goals,
)
