"""The parts that the benchmarks with crowds are made of."""

from __future__ import annotations

import asyncio
import struct
from argparse import ArgumentParser
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.typing import Subprotocol

from bench.ages import longitude
from bench.crowd import BadRun, Client
from bench.kernel import sum_send_queues
from bench.metronome import Metronome
from bench.scenario import Scenario
from bench.scenarios import arrive, rush, slow, small, snapshot
from bench.slow_reader import SlowReader, catch_up
from bench.target import Workshop
from testkit.services import LOOPBACK

# Two sockets of port 8000 (1F40), one of them with a client that does not read,
# and the client's end of it.
TABLE = """\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid
   0: 0100007F:1F40 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0
   1: 0100007F:1F40 0100007F:C350 01 00010000:00000007 01:00000014 00000000     0
   2: 0100007F:C350 0100007F:1F40 01 00000020:00001000 00:00000000 00000000     0
"""


def moves(*sent: float) -> bytes:
    """A binary frame with markers 1, 2, ... that say that they were sent at these times."""
    lngs = [round(longitude(when) * 1e6) for when in sent]
    count = len(sent)
    numbers = range(1, count + 1)
    return struct.pack(f"<4B{count}i{count}i{count}H", 1, 0, 0, 0, *[0] * count, *lngs, *numbers)


def test_send_queues_are_those_of_the_servers_own_sockets() -> None:
    assert sum_send_queues(TABLE, 8000) == 0x10000
    assert sum_send_queues(TABLE, 50000) == 0x20
    assert sum_send_queues(TABLE, 9) == 0


def test_what_had_to_be_read_before_the_present_came_is_stale() -> None:
    kept = [
        (9.9, moves(2.0, 2.0)),  # while it still read slowly
        (10.1, moves(3.0, 3.0)),  # 24 bytes and 2 of the header
        (10.2, b'{"t":"tick","rev":9}'),  # nothing in it is young or old
        (10.3, moves(3.5, 10.25)),
        (10.4, moves(10.3, 10.2)),
        (10.5, moves(10.45)),
    ]
    done = catch_up(kept, began=10.0, fresh=0.3)
    assert done is not None
    assert done.stale_bytes == 26 + 22 + 26
    assert done.seconds == pytest.approx(0.4)
    assert done.ages == pytest.approx([0.1, 0.2, 0.05], abs=1e-5)


def test_who_has_nothing_stale_to_read_is_current_at_once() -> None:
    done = catch_up([(10.0, moves(9.9))], began=10.0, fresh=0.3)
    assert done is not None
    assert (done.stale_bytes, done.seconds) == (0, 0.0)


def test_who_gets_only_what_is_old_has_not_caught_up() -> None:
    assert catch_up([(10.0, moves(2.0)), (11.0, moves(3.0))], began=10.0, fresh=0.3) is None


@pytest.mark.parametrize("evenly", [True, False])
async def test_a_metronome_lets_all_have_their_turns_at_its_pace(evenly: bool) -> None:
    turns: list[str] = []
    enough = asyncio.Event()

    def action(person: str) -> None:
        turns.append(person)
        if len(turns) >= 300:
            enough.set()

    began = asyncio.get_running_loop().time()
    running = asyncio.create_task(Metronome("abc", action, 200, evenly=evenly).run())
    await enough.wait()
    lasted = asyncio.get_running_loop().time() - began
    running.cancel()
    assert "".join(turns[:300]) == "abc" * 100
    # Half a second; at random moments some more or less, and more on a busy machine.
    assert lasted > (0.49 if evenly else 0.3)


def test_who_obeys_sends_as_often_as_asked_and_evenly() -> None:
    class Counting(Client):
        def move(self) -> None:
            self.moves_sent += 1

    client = Counting(Counter())
    sent = []
    for client.pace in (10, 5, 1):
        before = client.moves_sent
        for _ in range(100):
            client.take_turn()
        sent.append(client.moves_sent - before)
    assert sent == pytest.approx([100, 50, 10], abs=1)
    client.obeys = False
    client.take_turn()
    client.take_turn()
    assert client.moves_sent == sum(sent) + 2, "whatever the pace"


@asynccontextmanager
async def server(stay: asyncio.Event, payload: bytes) -> AsyncIterator[str]:
    """The address of one that answers a hello with one frame, and goes when it need not stay."""

    async def answer(connection: ServerConnection) -> None:
        await connection.recv()
        await connection.send(payload)
        await stay.wait()

    async with serve(
        answer,
        LOOPBACK,
        0,
        subprotocols=[Subprotocol("map.v1")],
        compression=None,
        close_timeout=0.1,
    ) as listening:
        port = next(iter(listening.sockets)).getsockname()[1]
        yield f"ws://{LOOPBACK}:{port}/ws/314159"


async def test_a_slow_reader_gets_the_same_bytes_only_later() -> None:
    payload, stay = bytes(20_000), asyncio.Event()
    stay.set()
    async with server(stay, payload) as url:
        reader = SlowReader(40_000)
        await reader.join(url)
        began = asyncio.get_running_loop().time()
        await reader.read()
    assert asyncio.get_running_loop().time() - began >= 0.45
    assert [frame for _, frame in reader.kept] == [payload]
    reader.leave()


async def test_who_has_read_nothing_finds_the_close_code_at_the_end() -> None:
    stay = asyncio.Event()
    async with server(stay, b"unread") as url:
        reader = SlowReader(0)
        await reader.join(url)
        stay.set()
        assert await reader.read_to_the_end() == 1000
    assert [payload for _, payload in reader.kept] == [b"unread"]
    reader.leave()


async def test_a_slow_reader_that_is_not_let_in_is_a_bad_run() -> None:
    async def refuse(connection: ServerConnection) -> None: ...

    async with serve(
        refuse, LOOPBACK, 0, process_request=lambda c, r: c.respond(404, "")
    ) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        reader = SlowReader(0)
        with pytest.raises(BadRun, match="not let in"):
            await reader.join(f"ws://{LOOPBACK}:{port}/ws/000000")
        reader.leave()


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    return Workshop(tmp_path_factory.mktemp("workshop"))


def figures(workshop: Workshop, scenario: Scenario[Any], *arguments: str) -> Sequence[Any]:
    """The rows of a scenario."""
    parser = ArgumentParser()
    scenario.add_arguments(parser)
    with asyncio.Runner() as runner:
        return runner.run(scenario.run(workshop, parser.parse_args(arguments)))


@pytest.mark.faults
@pytest.mark.timeout(180)
def test_a_few_people_hear_all_moves_of_each_other(workshop: Workshop) -> None:
    (row,) = figures(workshop, small.SCENARIO, "--people", "3", "--seconds", "2")
    assert row.problems == ""
    assert 0 < row.updates < 15
    assert 0 <= row.delay_p50 <= row.delay_p95 <= row.delay_p99


@pytest.mark.faults
@pytest.mark.timeout(180)
def test_all_newcomers_get_the_map_while_others_drag(workshop: Workshop) -> None:
    (row,) = figures(
        workshop, arrive.SCENARIO, "--people", "10", "--within", "1", "--draggers", "3"
    )
    assert row.problems == ""
    assert row.people == 10
    assert 0 < row.map_p50 <= row.map_p99 <= row.map_max
    assert row.age_p99 > 0


@pytest.mark.faults
@pytest.mark.timeout(180)
def test_a_rush_beyond_the_budget_loses_nobody(workshop: Workshop) -> None:
    (row,) = figures(
        *(workshop, rush.SCENARIO),
        *("--people", "40", "--changers", "2", "--seconds", "2", "--phone-bytes", "1000"),
    )
    assert row.lost == 0
    assert row.problems == ""
    # All positions of all of them would be 4,000 bytes a second.
    assert 0 < row.bytes_each <= row.bytes_most < 4000
    assert row.add_p99 > 0
    assert row.drop_p99 > 0


@pytest.mark.faults
@pytest.mark.timeout(180)
def test_slow_readers_are_there_and_see_the_present_in_the_end(workshop: Workshop) -> None:
    before, after = figures(
        *(workshop, slow.SCENARIO),
        *("--people", "5", "--draggers", "3", "--stuck", "1", "--slow", "2"),
        *("--seconds", "2"),
    )
    assert (before.stuck, before.slow) == (0, 0)
    assert (after.stuck, after.slow) == (1, 2)
    assert after.problems == ""
    assert after.came_back == 0
    assert after.stale_max < 10
    assert after.age_then > 0


@pytest.mark.faults
@pytest.mark.timeout(180)
def test_a_newcomer_on_a_slow_line_waits_for_the_whole_map(workshop: Workshop) -> None:
    json, packed, deflated = figures(
        *(workshop, snapshot.SCENARIO), *("--markers", "200", "--times", "1", "--line", "20000")
    )
    assert (json.form, packed.form, deflated.form) == snapshot.FORMS
    assert json.kilobytes > packed.kilobytes > deflated.kilobytes > 0.2 * 8
    assert json.seconds > json.kilobytes * 1000 / 20_000 / 2
