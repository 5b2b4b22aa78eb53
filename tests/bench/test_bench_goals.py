"""What the load generator asked and measured, and the table that closes a run."""

from __future__ import annotations

import asyncio
import math
from dataclasses import replace

import pytest

from bench.__main__ import ALL, SCENARIOS
from bench.crowd import BadRun
from bench.figures import table
from bench.goals import Goal, no_goals, not_measured
from bench.metronome import Metronome
from bench.scenarios import drops, processes
from bench.scenarios.drops import DropFigures
from bench.scenarios.processes import ProcessFigures


def test_the_closing_table_puts_words_on_the_left_and_says_yes_or_no() -> None:
    goals = [
        Goal("idle", "at most 30 kB", "24.9 kB", met=True, bottleneck=False),
        Goal("drops", "1,000 a second", "768", met=False, bottleneck=True),
    ]
    assert table(goals).splitlines() == [
        "| scenario | asked          | measured | met | load was the bottleneck |",
        "| :------- | :------------- | :------- | --: | ----------------------: |",
        "| idle     | at most 30 kB  | 24.9 kB  | yes |                      no |",
        "| drops    | 1,000 a second | 768      |  no |                     yes |",
    ]


def test_a_scenario_that_could_not_be_measured_has_met_nothing_and_says_why() -> None:
    goal = not_measured("join", BadRun("somebody could not connect"))
    assert not goal.met
    assert goal.measured == "somebody could not connect"


def test_a_scenario_is_listed_under_its_own_name() -> None:
    assert all(scenario.name == name for name, scenario in SCENARIOS.items())


@pytest.mark.parametrize("name", ALL)
def test_whatever_runs_by_itself_says_what_was_asked(name: str) -> None:
    assert SCENARIOS[name].goals is not no_goals


def some_drops(done: float, ack_p99: float, problems: str = "") -> DropFigures:
    return DropFigures(
        database="postgres",
        people=500,
        asked=1000,
        done=done,
        missed=0,
        ack_p50=20,
        ack_p95=60,
        ack_p99=ack_p99,
        cpu_share=0.5,
        database_share=0.2,
        others_share=0.0,
        problems=problems,
        load_late=2,
        load_cpu=0.3,
        bottleneck="load",
    )


def test_drops_that_are_on_their_way_at_the_end_are_no_missed_goal() -> None:
    """But too few of them, slow ones and refused ones are."""
    rows = [
        some_drops(995, 250),
        some_drops(980, 250),
        some_drops(1000, 251),
        some_drops(1000, 250, "busy (1)"),
    ]
    goals = drops.goals(rows)
    assert [goal.met for goal in goals] == [True, False, False, False]
    assert all(goal.bottleneck for goal in goals)
    assert goals[0].measured == "995 a second, 250 ms; no problems"


def some_processes(
    people: int, rooms: int, *, ratio: float, commands: float, ticks: float
) -> ProcessFigures:
    return ProcessFigures(
        people=people,
        rooms=rooms,
        processes=2,
        between="Redis",
        positions=people * people * 10,
        cpu_share=0.3,
        cpu_each=0.2,
        ratio=ratio,
        redis_cpu=0.01,
        commands=commands,
        ticks=ticks,
        commands_each=commands / ticks / 2,
        age_p99=190,
        problems="",
        load_late=2,
        load_cpu=0.3,
        bottleneck="",
    )


def test_two_processes_are_compared_by_the_largest_crowd() -> None:
    """A few people cost two processes more: each has ticks of its own."""
    rows = [
        some_processes(100, 2, ratio=1.5, commands=80, ticks=40),
        some_processes(100, 1, ratio=2.5, commands=80, ticks=40),
        some_processes(400, 2, ratio=1.1, commands=20, ticks=10),
        some_processes(400, 1, ratio=1.3, commands=20, ticks=10),
    ]
    alone = [replace(row, processes=1, ratio=math.nan) for row in rows]
    goals = processes.goals([*alone, *rows])
    assert [goal.measured for goal in goals] == [
        "1.10 times; no problems",
        "1.30 times; no problems",
        "1.00 of 100 people, 80 a second; 1.00 of 400 people, 20 a second",
        "1.00 of 100 people, 80 a second; 1.00 of 400 people, 20 a second",
    ]
    assert [goal.met for goal in goals] == [True, False, True, True]


def test_more_commands_of_more_people_miss_the_goal() -> None:
    few = some_processes(100, 1, ratio=1.0, commands=20, ticks=10)
    for commands, ticks in ((80, 40), (200, 10)):
        many = some_processes(400, 1, ratio=1.0, commands=commands, ticks=ticks)
        shared = [replace(few, rooms=2), few, replace(many, rooms=2), many]
        alone = [replace(row, processes=1, ratio=math.nan) for row in shared]
        assert not processes.goals([*alone, *shared])[-1].met


async def test_what_was_late_before_a_measurement_is_not_made_up_for_in_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Or more drops would be done in it than were asked."""
    clock = 0.0
    monkeypatch.setattr("bench.metronome.now", lambda: clock)
    turns: asyncio.Queue[str] = asyncio.Queue()
    metronome = Metronome(["one"], turns.put_nowait, per_second=1000.0)
    running = asyncio.create_task(metronome.run())
    try:
        async with asyncio.timeout(10):
            await turns.get()
            clock = 0.2
            metronome.reset()
            await turns.get()
        assert turns.empty()
    finally:
        running.cancel()
        await asyncio.wait([running])


async def test_a_load_that_cannot_keep_up_still_lets_others_have_their_turns(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nobody would hear what the server says, and the measurement would never end."""
    clock, enough = 0.0, asyncio.Event()
    monkeypatch.setattr("bench.metronome.now", lambda: clock)

    def take_too_long(_: str) -> None:
        nonlocal clock
        clock += 0.01  # ten times as long as there is
        if clock > 5.0:
            enough.set()

    metronome = Metronome(["one"], take_too_long, per_second=1000.0)
    running = asyncio.create_task(metronome.run())
    try:
        async with asyncio.timeout(10):
            await enough.wait()
    finally:
        running.cancel()
        await asyncio.wait([running])
    assert metronome.was_bottleneck
    assert metronome.late_seconds < 1.0, "what is later is left out"
