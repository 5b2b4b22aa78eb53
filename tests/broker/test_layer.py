"""The channel layer between workers: what every layer does, and what a broker can do to it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from channels.exceptions import ChannelFull
from channels.layers import InMemoryChannelLayer

from mapapp.broker import layer as layer_module
from mapapp.broker.broker import Broker, listen_at
from mapapp.broker.frames import Frame, Verb, packed
from mapapp.broker.layer import UnixSocketChannelLayer

Layer: TypeAlias = Any
HELLO = {"type": "test.hello", "number": 1}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "socket"


@pytest.fixture
async def broker(path: Path) -> AsyncIterator[Broker]:
    """A broker that listens at `path`."""
    made = Broker()
    await made.listen(listen_at(path))
    yield made
    await made.close()


@pytest.fixture
async def processes(
    request: pytest.FixtureRequest, broker: Broker, path: Path
) -> AsyncIterator[tuple[Layer, Layer]]:
    """The layers of two processes; with Channels' own layer, twice that of one."""
    if getattr(request, "param", "broker") == "memory":
        memory = InMemoryChannelLayer(capacity=2)
        yield memory, memory
        return
    async with AsyncExitStack() as stack:
        made = [UnixSocketChannelLayer(str(path), capacity=2) for _ in range(2)]
        for one in made:
            stack.push_async_callback(one.close)
        yield made[0], made[1]


every_layer = pytest.mark.parametrize("processes", ["memory", "broker"], indirect=True)


async def received(layer: Layer, channel: str) -> dict[str, Any]:
    async with asyncio.timeout(20):
        message: dict[str, Any] = await layer.receive(channel)
        return message


async def has_nothing(layer: Layer, channel: str) -> bool:
    """Whether nothing has come: what is sent now comes first."""
    mark = {"type": "test.mark"}
    await layer.send(channel, mark)
    return await received(layer, channel) == mark


# --- every layer -------------------------------------------------------------------


@every_layer
async def test_a_group_is_all_of_its_channels_wherever_they_are(
    processes: tuple[Layer, Layer],
) -> None:
    here, there = processes
    mine, another, theirs = [await at.new_channel() for at in (here, here, there)]
    outside = await there.new_channel()
    for at, channel in ((here, mine), (here, another), (there, theirs)):
        await at.group_add("room", channel)
    await there.group_add("elsewhere", outside)
    await here.group_send("room", HELLO)
    for at, channel in ((here, mine), (here, another), (there, theirs)):
        assert await received(at, channel) == HELLO
    assert await has_nothing(there, outside)


@every_layer
async def test_messages_come_in_the_order_in_which_one_process_sent_them(
    processes: tuple[Layer, Layer],
) -> None:
    here, there = processes
    theirs = await there.new_channel()
    await there.group_add("room", theirs)
    for number in range(100):
        await here.group_send("room", {"type": "test", "number": number})
        assert (await received(there, theirs))["number"] == number


@every_layer
async def test_who_has_left_a_group_hears_nothing_more_of_it(
    processes: tuple[Layer, Layer],
) -> None:
    here, there = processes
    stays, leaves = await there.new_channel(), await there.new_channel()
    for channel in (stays, leaves):
        await there.group_add("room", channel)
    await there.group_discard("room", leaves)
    await there.group_discard("room", leaves)
    await here.group_send("room", HELLO)
    assert await received(there, stays) == HELLO
    assert await has_nothing(there, leaves)


@every_layer
async def test_a_channel_is_reached_from_everywhere_and_alone(
    processes: tuple[Layer, Layer],
) -> None:
    here, there = processes
    one, two = await there.new_channel(), await there.new_channel()
    await here.send(one, HELLO)
    assert await received(there, one) == HELLO
    assert await has_nothing(there, two)


@every_layer
async def test_a_message_is_the_readers_own(processes: tuple[Layer, Layer]) -> None:
    here, there = processes
    one, two = await there.new_channel(), await there.new_channel()
    for channel in (one, two):
        await there.group_add("room", channel)
    message = {"type": "test", "body": b"\x00\xff", "list": [1, 2.5, None, True, "ü", {"a": -1}]}
    await here.group_send("room", message)
    first = await received(there, one)
    assert first == message
    first["list"].clear()
    assert await received(there, two) == message


@every_layer
async def test_a_full_channel_drops_what_comes_and_holds_nobody_up(
    processes: tuple[Layer, Layer],
) -> None:
    here, there = processes
    full, other = await there.new_channel(), await there.new_channel()
    for channel in (full, other):
        await there.group_add("room", channel)
    for number in range(4):
        await here.group_send("room", {"type": "test", "number": number})
        assert (await received(there, other))["number"] == number
    assert [(await received(there, full))["number"] for _ in range(2)] == [0, 1]
    assert await has_nothing(there, full)


@every_layer
@pytest.mark.parametrize("name", ["", "a b", "ü", "x" * 100, 7])
async def test_names_that_channels_does_not_allow_are_refused(
    processes: tuple[Layer, Layer], name: Any
) -> None:
    here, _ = processes
    channel = await here.new_channel()
    for call in (
        here.group_send(name, HELLO),
        here.group_add(name, channel),
        here.group_discard(name, channel),
        here.send(name, HELLO),
    ):
        with pytest.raises(TypeError):
            await call


# --- this one ------------------------------------------------------------------------


async def test_two_who_read_the_same_channel_share_its_messages(
    processes: tuple[Layer, Layer],
) -> None:
    here, there = processes
    channel = await there.new_channel()
    readers = [asyncio.create_task(received(there, channel)) for _ in range(2)]
    for number in range(2):
        await here.send(channel, {"type": "test", "number": number})
    came = await asyncio.gather(*readers)
    assert sorted(message["number"] for message in came) == [0, 1]


async def test_what_nobody_reads_expires_and_with_it_the_channel(
    processes: tuple[Layer, Layer], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or a consumer that has ended without a goodbye would be kept for good."""
    here, there = processes
    now = 1_000.0
    monkeypatch.setattr(layer_module, "monotonic", lambda: now)
    abandoned, witness = await there.new_channel(), await there.new_channel()
    for channel in (abandoned, witness):
        await there.group_add("room", channel)
    await here.group_send("room", HELLO)
    assert await received(there, witness) == HELLO
    now += there.expiry + 1
    for _ in range(2):
        await here.group_send("room", HELLO)
        assert await received(there, witness) == HELLO
    assert await has_nothing(there, abandoned)


async def test_a_message_that_has_expired_is_not_read(
    processes: tuple[Layer, Layer], monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = processes
    now = 1_000.0
    monkeypatch.setattr(layer_module, "monotonic", lambda: now)
    old, witness = await there.new_channel(), await there.new_channel()
    for channel in (old, witness):
        await there.group_add("room", channel)
    await here.group_send("room", HELLO)
    assert await received(there, witness) == HELLO
    now += there.expiry - 1
    await here.group_send("room", {"type": "test.newer"})
    assert (await received(there, witness))["type"] == "test.newer"
    now += 2
    assert (await received(there, old))["type"] == "test.newer"


async def test_without_a_broker_there_is_an_error_and_with_the_next_all_is_as_before(
    broker: Broker, processes: tuple[Layer, Layer], path: Path
) -> None:
    here, there = processes
    theirs = await there.new_channel()
    await there.group_add("room", theirs)
    await here.group_send("room", HELLO)
    assert await received(there, theirs) == HELLO
    await broker.close()
    path.unlink(missing_ok=True)
    async with asyncio.timeout(20):
        with pytest.raises(OSError):  # noqa: PT012, PT011  it has not noticed at once
            while True:
                await here.group_send("room", HELLO)
                await asyncio.sleep(0)
    waiting = asyncio.create_task(received(there, theirs))
    again = Broker()
    await again.listen(listen_at(path))
    try:
        # The one who only listens comes back by itself.
        async with asyncio.timeout(20):
            while not waiting.done():
                await here.group_send("room", HELLO)
                await asyncio.wait([waiting], timeout=0.01)
        assert waiting.result() == HELLO
    finally:
        await again.close()


async def test_a_process_that_does_not_read_misses_messages_and_holds_nobody_up(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The broker keeps a bounded amount for it, says so once, and serves it again."""
    small = Broker(waiting_bytes=10_000)
    await small.listen(listen_at(path))
    here, there = (UnixSocketChannelLayer(str(path)) for _ in range(2))
    stuck = socket.socket(socket.AF_UNIX)
    stuck.settimeout(20)
    try:
        await asyncio.to_thread(stuck.connect, str(path))
        subscription = packed(Frame(Verb.SUBSCRIBE, "room"))
        stuck.sendall(subscription)
        assert await asyncio.to_thread(stuck.recv, 1_000) == subscription
        theirs = await there.new_channel()
        await there.group_add("room", theirs)
        body = {"type": "test", "body": bytes(10_000)}
        for _ in range(500):
            await here.group_send("room", body)
            await received(there, theirs)
        assert caplog.text.count("A worker does not read") == 1
        stuck.setblocking(False)
        taken, newest = 0, b""
        async with asyncio.timeout(20):
            while b"test.hello" not in newest:
                await here.group_send("room", HELLO)
                data = await asyncio.get_running_loop().sock_recv(stuck, 100_000)
                taken, newest = taken + len(data), newest[-100:] + data
        assert taken < 300 * 10_000, "the rest was dropped"
    finally:
        stuck.close()
        for layer in (here, there):
            await layer.close()
        await small.close()


async def test_a_broker_that_does_not_read_is_noticed(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its process hangs. What waits for it is bounded."""
    monkeypatch.setattr(layer_module, "WAITING_BYTES", 10_000)
    with listen_at(path):
        layer = UnixSocketChannelLayer(str(path))
        with pytest.raises(ChannelFull):  # noqa: PT012  the system takes some
            for _ in range(1_000):
                await layer.group_send("room", {"type": "test", "body": bytes(10_000)})
        await layer.close()


async def test_who_sends_no_frames_is_cut_off_and_nobody_else(
    broker: Broker, processes: tuple[Layer, Layer], path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    here, there = processes
    theirs = await there.new_channel()
    await there.group_add("room", theirs)
    with socket.socket(socket.AF_UNIX) as stranger:
        stranger.settimeout(20)
        stranger.connect(str(path))
        stranger.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert await asyncio.to_thread(stranger.recv, 100) == b""
    assert "sends no frames" in caplog.text
    await here.group_send("room", HELLO)
    assert await received(there, theirs) == HELLO


def test_the_socket_is_for_this_user_alone(path: Path) -> None:
    with listen_at(path):
        assert path.stat().st_mode & 0o777 == 0o600
    with listen_at(path):
        pass  # what a run that was killed has left there is replaced
