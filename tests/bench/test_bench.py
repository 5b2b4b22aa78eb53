"""The load generator measures what it says, and the bot comes back."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from functools import partial
from itertools import pairwise

import pytest

from bench.ages import WRAP_SECONDS, Ages, age, longitude
from bench.bot import Bot
from bench.observation import Observation
from testkit.client import Client, create_room
from testkit.server import ServerProcess
from testkit.services import ROOT


def tick(*positions: tuple[int, float]) -> bytes:
    """A tick in which these markers are where they were sent from at these times."""
    moves = [[number, 1.0, round(longitude(sent), 6)] for number, sent in positions]
    return json.dumps({"t": "tick", "rev": 9, "changes": [], "moves": moves}).encode()


@pytest.mark.parametrize("sent", [0.0, 1.234567, WRAP_SECONDS - 0.001, 1e6 + 0.5])
def test_a_longitude_tells_when_it_was_sent_also_over_the_wrap(sent: float) -> None:
    assert -180 <= longitude(sent) <= 180
    assert age(round(longitude(sent), 6), sent + 0.25) == pytest.approx(0.25, abs=2e-6)


def test_percentiles_of_ages_are_those_of_what_was_counted() -> None:
    ages = Ages()
    for milliseconds in range(1, 101):
        ages.add(milliseconds / 1000)
    assert ages.percentiles(0.5, 0.99) == pytest.approx([0.050, 0.099], abs=0.0001)


def test_what_is_on_screen_grows_older_until_the_next_position_comes() -> None:
    """Sent every 100 ms and 20 ms on the way: 20 to 120 ms old at any moment."""
    frames = [(10.0 + n / 10, tick((7, 10.0 + n / 10 - 0.02))) for n in range(11)]
    seen = Observation(10.0, 11.0)
    seen.add(1, frames)
    assert seen.positions == 11
    assert seen.arriving.percentiles(0.5, 0.99) == pytest.approx([0.02, 0.02], abs=0.0015)
    assert seen.on_screen.percentiles(0.01, 0.5, 0.99) == pytest.approx(
        [0.021, 0.070, 0.119], abs=0.0015
    )


def test_a_marker_that_stands_still_for_the_others_counts_as_old() -> None:
    seen = Observation(10.0, 20.0)
    seen.add(1, [(10.0, tick((7, 10.0)))])
    assert seen.on_screen.percentiles(0.5)[0] == pytest.approx(5.0, abs=0.01)


def test_what_came_before_or_after_is_not_measured_and_ones_own_marker_is_not_either() -> None:
    frames = [(9.5, tick((7, 9.4))), (10.5, tick((1, 3.0))), (12.0, tick((7, 11.0)))]
    seen = Observation(10.0, 11.0)
    seen.add(1, frames)
    assert seen.positions == 1
    # Half a second after it came it was 0.6 s old, and it stayed until the end.
    assert seen.on_screen.percentiles(0.001, 1.0) == pytest.approx([0.6, 1.6], abs=0.0025)


@pytest.mark.faults
@pytest.mark.timeout(180)
def test_a_small_run_loses_nobody_and_sees_every_marker_at_its_pace() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench", "--json", "drag", "--people", "5", "--seconds", "2"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    row, goal = map(json.loads, done.stdout.splitlines())
    assert goal["goal"]
    assert row["people"] == 5
    assert row["lost"] == 0
    assert row["problems"] == ""
    # Ten moves a second of each; a busy machine may merge some, never add any.
    assert 0 < row["updates"] < 11
    assert row["positions"] == pytest.approx(row["updates"] * 5 * 5, rel=0.05)
    ages = [row["age_p50"], row["age_p95"], row["age_p99"]]
    assert all(young <= old for young, old in pairwise(ages))
    # What is on screen is at least as old as it was when it came.
    assert 0 <= row["delay_p50"] <= row["age_p50"]
    # With a move every 100 ms, half of all moments are 50 ms or more after the last one.
    assert row["age_p50"] >= 45
    assert row["cpu_each"] > 0
    assert row["bytes_each"] > 0


@pytest.mark.faults
@pytest.mark.timeout(180)
async def test_the_bot_drags_on_as_the_same_person_after_a_restart(server: ServerProcess) -> None:
    """R2."""
    room = await create_room(server)
    bot = Bot(room.at(server))
    running = asyncio.create_task(bot.run())
    try:
        async with Client(room.at(server), role="screen") as screen:
            await screen.wait_for(lambda: 1 in screen.state.markers, "the bot's marker")
        server.restart()
        async with Client(room.at(server), role="screen") as screen:
            before = screen.state.position(1)
            await screen.wait_for(lambda: screen.state.position(1) != before, "a drag")
            assert list(screen.state.markers) == list(screen.state.names) == [1]
    finally:
        running.cancel()
        await asyncio.wait([running])


def _has_only(client: Client, number: int) -> bool:
    return list(client.state.markers) == [number]


@pytest.mark.faults
@pytest.mark.timeout(180)
async def test_the_bot_plays_a_whole_session(server: ServerProcess) -> None:
    """Written from the document alone, it answers each question once, wherever that is asked."""
    plane = {"kind": "plane", "zones": [{"id": "yes", "label": "Yes", "box": [-1, 0, 1, 1]}]}
    activities: list[dict[str, object]] = [
        {"question": "Where from?"},
        {"question": "Yes?", "kind": "zones", "surface": plane, "settings": {"hidden": True}},
        {"question": "Guess!", "kind": "guess"},
    ]
    room = await create_room(server, activities=activities)
    bot = Bot(room.at(server))
    running = asyncio.create_task(bot.run())
    try:
        async with Client(room.at(server), role="host", key=room.host_key) as host:
            await host.wait_for(lambda: list(host.state.markers) == [1], "the first answer")
            for number in (2, 3):
                await host.change("go", activity=number)
                saw = {"activity": number, "stage": "prepare", "round": 1}
                await host.change("stage", stage="answer", **{"from": saw})
                await host.wait_for(partial(_has_only, host, number), "an answer")
            await host.change("go", activity=2)
            await host.wait_for(lambda: list(host.state.markers) == [2], "the second question")
            lat, lng = host.state.position(2) or (9, 9)
            assert max(abs(lat), abs(lng)) <= 1, "on the plane"
            before = host.state.position(2)
            await host.wait_for(lambda: host.state.position(2) != before, "a drag")
            await host.change("lock")
            await host.wait_for(lambda: not host.state.holder(2), "the end of its hold")
            assert len(host.state.names) == 2, "the bot, and the host"
    finally:
        running.cancel()
        await asyncio.wait([running])
