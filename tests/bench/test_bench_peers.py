"""The peers that the benchmark compares with, and the clients that drag on them."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import sys
from collections import Counter

import pytest
from websockets.asyncio.server import ServerConnection, serve

from bench.ages import age, now
from bench.crowd import BadRun
from bench.ladder import climb, is_good, most
from bench.peers.clients import SocketIOClient, event_move, one_move
from bench.peers.servers import PEERS
from bench.scenarios.peers import PeerFigures
from bench.wire import longitudes
from testkit.services import LOOPBACK, ROOT
from tests.conftest import leave_out

MOVE = '{"id":7,"lat":1.5,"lng":-3.25}'


def test_positions_are_found_in_what_each_peer_sends() -> None:
    assert list(one_move(MOVE.encode())) == [(7, -3.25)]
    assert list(event_move(f'42["move",{MOVE}]'.encode())) == [(7, -3.25)]
    assert list(longitudes(b'{"moves":[[7,1.5,-3.25],[8,2,4]]}')) == [(7, -3.25), (8, 4)]


@pytest.mark.parametrize("packet", [b'0{"sid":"a"}', b'40{"sid":"b"}', b"2"])
def test_packets_that_are_no_events_hold_no_positions(packet: bytes) -> None:
    assert list(event_move(packet)) == []


async def test_a_socketio_client_is_admitted_answers_pings_and_sends_events() -> None:
    heard: asyncio.Queue[str | bytes] = asyncio.Queue()

    async def speak(socket: ServerConnection) -> None:
        await socket.send('0{"sid":"a","upgrades":[],"pingInterval":25000,"pingTimeout":20000}')
        assert await socket.recv() == "40"
        await socket.send('40{"sid":"b"}')
        await socket.send("2")
        async for packet in socket:
            heard.put_nowait(packet)

    async with serve(speak, LOOPBACK, 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        client = SocketIOClient(Counter())
        client.marker = 7
        await client.join(f"ws://{LOOPBACK}:{port}/socket.io/?EIO=4&transport=websocket")
        assert await heard.get() == "3"
        client.move()
        event = await heard.get()
        client.leave()
    assert isinstance(event, str)
    [(marker, lng)] = event_move(event.encode())
    assert marker == 7
    assert age(lng, now()) < 10
    assert not client.problems


async def test_a_socketio_client_that_is_turned_away_says_so() -> None:
    async def turn_away(socket: ServerConnection) -> None:
        await socket.close()

    async with serve(turn_away, LOOPBACK, 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        with pytest.raises(BadRun, match="before it was admitted"):
            await SocketIOClient(Counter()).join(f"ws://{LOOPBACK}:{port}/")


def figures(people: int, p99: float, bottleneck: str = "") -> PeerFigures:
    return PeerFigures(
        *("a server", people, 10, 10.0, 50.0, 99.0, p99, 28.0, 0.5, 0.0, 0, "", 1.0, 0.5),
        bottleneck,
    )


async def test_the_climb_ends_between_the_last_size_that_held_and_the_first_that_did_not() -> None:
    tried: list[int] = []

    async def measure(people: int) -> PeerFigures:
        tried.append(people)
        return figures(people, 100.0 if people <= 70 else 900.0)

    rows = await climb([20, 100, 300], measure)
    assert tried == [20, 100, 100, 100, 60, 80, 80, 80]
    assert [(row.people, is_good(row)) for row in rows] == [
        *((20, True), (60, True)),
        *((80, False), (100, False)),
    ]
    assert most(rows) == "60 people"


async def test_a_size_that_cannot_be_set_up_is_tried_again() -> None:
    failures = [BadRun("somebody could not connect")]

    async def measure(people: int) -> PeerFigures:
        if failures:
            raise failures.pop()
        return figures(people, 100.0)

    assert most(await climb([20], measure)) == "at least 20 people"


def test_the_end_of_the_load_is_not_called_the_end_of_the_server() -> None:
    assert most([figures(20, 900.0)]) == "fewer people than were tried"
    rows = [figures(20, 100.0), figures(100, 900.0, "load")]
    assert most(rows) == "at least 20 people (the load, not the server, set the end)"


@pytest.mark.faults
@pytest.mark.timeout(180)
def test_positions_get_from_one_person_to_the_others() -> None:
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            leave_out(f"{program} is not installed")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "bench", "--json", "peers"),
            *("--only", *PEERS, "--people", "3", "--seconds", "1"),
        ],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert {row["built_as"] for row in rows} == {peer.built_as for peer in PEERS.values()}
    for row in rows:
        assert row["people"] == 3
        assert row["lost"] == 0
        assert row["problems"] == ""
        assert row["updates"] > 0
        # Of others' positions: one's own do not count.
        assert 0 < row["age_p50"] <= row["age_p95"] <= row["age_p99"]
        assert row["bytes_each"] > 20
        assert 0 <= row["cpu_share"] < 1  # it is read in steps of 10 ms
