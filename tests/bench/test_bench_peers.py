"""The peers that the benchmark compares with, and the clients that drag on them."""

from __future__ import annotations

import asyncio
import json
import shutil
import struct
import subprocess
import sys
from collections import Counter
from typing import Any

import msgspec
import pytest
from websockets.asyncio.server import ServerConnection, serve

from bench.ages import age, now
from bench.comparison import OURS, BesideFigures
from bench.crowd import BadRun
from bench.ladder import climb, is_good, most
from bench.peers import colyseus_wire
from bench.peers.clients import SocketIOClient, event_move, one_move
from bench.peers.servers import PEERS
from bench.wire import longitudes
from testkit.services import LOOPBACK, ROOT
from tests.bench.rows import beside_figures
from tests.conftest import leave_out

MOVE = '{"id":7,"lat":1.5,"lng":-3.25}'


def test_positions_are_found_in_what_each_peer_sends() -> None:
    assert list(one_move(MOVE.encode())) == [(7, -3.25)]
    assert list(event_move(f'42["move",{MOVE}]'.encode())) == [(7, -3.25)]
    assert list(longitudes(b'{"moves":[[7,1.5,-3.25],[8,2,4]]}')) == [(7, -3.25), (8, 4)]


@pytest.mark.parametrize("packet", [b'0{"sid":"a"}', b'40{"sid":"b"}', b"2"])
def test_packets_that_are_no_events_hold_no_positions(packet: bytes) -> None:
    assert list(event_move(packet)) == []


def test_what_colyseus_says_is_read_as_its_format_has_it() -> None:
    """A state of two markers, and then a change of both, one of them in one field."""
    marker = b"\x80" + bytes(8) + b"\x81" + bytes(8)
    state = (
        b"\x0e"
        + (b"\x80\x01" + b"\xff\x01" + b"\x80\x00\xa3ada\x02" + b"\x80\x01\xa3bob\xcd\x00\x01")
        + (b"\xff\x02" + marker + b"\xff\xcd\x00\x01" + marker)
    )
    assert colyseus_wire.read(state).markers == {"ada": 2, "bob": 256}
    assert colyseus_wire.reference_of("bob", state) == 256
    assert list(colyseus_wire.positions(state)) == [], "it tells where all are, not who moves"

    east = struct.pack("<d", -3.25)
    moved = b"\xff\x02\x00" + bytes(8) + b"\x01" + east + b"\xff\xcd\x00\x01\x01" + east
    assert list(colyseus_wire.positions(b"\x0f" + moved)) == [(2, -3.25), (256, -3.25)]
    somebody_left = b"\xff\x01\x40\x00"
    assert next(iter(colyseus_wire.positions(b"\x0f" + somebody_left + moved))) == (2, -3.25)
    with pytest.raises((ValueError, struct.error)):
        colyseus_wire.read(b"\x0f" + moved[:-1])


def test_a_move_for_colyseus_is_a_message_in_messagepack() -> None:
    message = colyseus_wire.move(1.5, -3.25)
    assert message[0] == colyseus_wire.ROOM_DATA
    kind, body = message[1:6], message[6:]
    assert msgspec.msgpack.decode(kind) == "move"
    assert msgspec.msgpack.decode(body) == {"lat": 1.5, "lng": -3.25}


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


def figures(people: int, p99: float, bottleneck: str = "") -> BesideFigures:
    return beside_figures(people=people, age_p99=p99, bottleneck=bottleneck)


async def test_the_climb_ends_between_the_last_size_that_held_and_the_first_that_did_not() -> None:
    tried: list[int] = []

    async def measure(people: int) -> BesideFigures:
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

    async def measure(people: int) -> BesideFigures:
        if failures:
            raise failures.pop()
        return figures(people, 100.0)

    assert most(await climb([20], measure)) == "at least 20 people"


def test_the_end_of_the_load_is_not_called_the_end_of_the_server() -> None:
    assert most([figures(20, 900.0)]) == "fewer people than were tried"
    rows = [figures(20, 100.0), figures(100, 900.0, "load")]
    assert most(rows) == "at least 20 people (the load, not the server, set the end)"


def run_bench(*arguments: str) -> list[dict[str, Any]]:
    """The rows that `python -m bench --json` prints."""
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            leave_out(f"{program} is not installed")
    done = subprocess.run(
        [sys.executable, "-m", "bench", "--json", *arguments],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.faults
@pytest.mark.timeout(180)
def test_positions_get_from_one_person_to_the_others() -> None:
    rows = run_bench("peers", "--only", *PEERS, "--people", "3", "--seconds", "1")
    assert {row["server"] for row in rows} == set(PEERS)
    for row in rows:
        assert row["people"] == 3
        assert row["lost"] == 0
        assert row["problems"] == ""
        assert row["updates"] > 0
        # Of others' positions: one's own do not count.
        assert 0 < row["age_p50"] <= row["age_p95"] <= row["age_p99"]
        assert row["bytes_each"] > 5
        assert 0 <= row["cpu_share"] < 1  # it is read in steps of 10 ms


@pytest.mark.faults
@pytest.mark.timeout(180)
def test_people_in_one_room_see_nothing_of_another() -> None:
    """A server that told everybody everything would be seen to move twice as much."""
    servers = (OURS, *PEERS)
    arguments = ("--rooms", "2", "--each", "3", "--seconds", "2", "--times", "1")
    rows = [row for row in run_bench("rooms", "--only", *servers, *arguments) if "rooms" in row]
    assert [row["server"] for row in rows] == list(servers)
    for row in rows:
        assert (row["rooms"], row["people"]) == (2, 3)
        assert (row["lost"], row["problems"]) == (0, "")
        assert 0 < row["updates"] <= row["sent"] * 1.2


@pytest.mark.faults
@pytest.mark.timeout(180)
def test_who_drags_at_a_server_that_is_disturbed_or_does_not_obey_is_measured_all_the_same() -> (
    None
):
    arguments = ("--people", "4", "--seconds", "2", "--times", "1", "--only", OURS, "picows")
    ours, picows, *goals = run_bench("disobedient", *arguments, "--changers", "2")
    assert [(row["server"], row["obedient"]) for row in (ours, picows)] == [
        (OURS, 0),
        ("picows", 0),
    ]
    assert ours["add_p99"] > 0
    assert ours["drop_p99"] > 0
    assert [goal["met"] for goal in goals][:1] == [True], "two changes a second are answered"

    ours, picows, goal = run_bench("disturbed", *arguments, "--share", "0.3")
    for row in (ours, picows):
        assert (row["lost"], row["problems"]) == (0, "")
        assert row["updates"] > 0
        assert row["others_share"] > 0.1, "the other program"
    assert "picows" in goal["goal"]
