"""Bytes through a real socket pair: in order, uncopied, and no more than the client takes."""

import asyncio
import socket
from types import SimpleNamespace
from typing import Any

import pytest
from twisted.internet.protocol import Protocol

from mapapp.server.outbox import Backlog
from mapapp.server.transport import LiveTransport
from tests.server.waiting import until

LARGE = bytes(range(256)) * 8192  # 2 MiB


class Reactor:
    """What a transport asks of Twisted's reactor, on asyncio's loop."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.writers: dict[Any, int] = {}

    def addWriter(self, transport: Any) -> None:
        self.writers[transport] = transport.fileno()
        self.loop.add_writer(transport.fileno(), self._write, transport)

    def _write(self, transport: Any) -> None:
        if why := transport.doWrite():
            self._disconnectSelectable(transport, why, False)

    def removeWriter(self, transport: Any) -> None:
        if transport in self.writers:
            self.loop.remove_writer(self.writers.pop(transport))

    def _disconnectSelectable(self, transport: Any, why: Any, is_read: bool) -> None:
        self.removeWriter(transport)
        transport.connectionLost(SimpleNamespace(check=lambda *kinds: None, value=why))

    def callLater(self, seconds: float, call: Any, *args: Any) -> None:
        self.loop.call_later(seconds, call, *args)


class Heard(Protocol):
    """Notes what happens to it."""

    def __init__(self) -> None:
        self.data = b""
        self.lost = asyncio.Event()

    def dataReceived(self, data: bytes) -> None:
        self.data += data

    def connectionLost(self, reason: Any = None) -> None:
        self.lost.set()


class Producer:
    def __init__(self) -> None:
        self.said: list[str] = []

    def pauseProducing(self) -> None:
        self.said.append("pause")

    def resumeProducing(self) -> None:
        self.said.append("resume")

    def stopProducing(self) -> None:
        self.said.append("stop")


class Pair:
    def __init__(self) -> None:
        ours, self.theirs = socket.socketpair()
        self.theirs.setblocking(False)
        self.protocol = Heard()
        port = SimpleNamespace(_realPortNumber=1)
        self.transport: Any = LiveTransport(
            ours, self.protocol, ("192.0.2.7", 1), port, 1, Reactor()
        )
        self.transport.backlog = Backlog()
        self.protocol.makeConnection(self.transport)  # type: ignore[no-untyped-call]

    async def read(self, size: int) -> bytes:
        data = b""
        async with asyncio.timeout(20):
            while len(data) < size:
                more = await asyncio.get_running_loop().sock_recv(self.theirs, size - len(data))
                if not more:
                    break
                data += more
        return data


@pytest.fixture
async def pair() -> Any:
    pair = Pair()
    yield pair
    pair.theirs.close()
    if pair.transport.connected:
        pair.transport.abortConnection()
        await pair.protocol.lost.wait()


async def test_what_does_not_fit_waits_uncopied_and_comes_in_order(pair: Pair) -> None:
    pair.transport.write(LARGE)
    assert 0 < pair.transport.waiting < len(LARGE)
    assert pair.transport.backlog.bytes == len(LARGE)  # the very same bytes
    pair.transport.writeSequence([b"and ", b"then"])
    assert await pair.read(len(LARGE) + 8) == LARGE + b"and then"
    assert pair.transport.waiting == 0
    assert pair.transport.backlog.bytes == 0
    assert pair.transport.taken_at > 0


async def test_the_producer_hears_that_something_waits_and_that_nothing_does(pair: Pair) -> None:
    producer = Producer()
    pair.transport.registerProducer(producer, True)
    pair.transport.write(b"short")
    assert producer.said == []
    pair.transport.write(LARGE)
    assert producer.said == ["pause"]
    assert await pair.read(5 + len(LARGE)) == b"short" + LARGE
    await until(lambda: producer.said[-1] == "resume", "the end of waiting")
    assert producer.said == ["pause", "resume"]
    pair.transport.unregisterProducer()


async def test_an_orderly_end_comes_after_what_waits(pair: Pair) -> None:
    pair.transport.write(LARGE)
    pair.transport.loseConnection()
    assert await pair.read(len(LARGE) + 1) == LARGE
    await asyncio.wait_for(pair.protocol.lost.wait(), 10)


async def test_a_half_close_comes_after_what_waits_and_reading_goes_on(pair: Pair) -> None:
    pair.transport.write(LARGE)
    pair.transport.loseWriteConnection()
    assert await pair.read(len(LARGE) + 1) == LARGE
    assert pair.transport.connected
    pair.theirs.send(b"still here")
    await until(lambda: pair.protocol.data == b"still here", "what was sent")
    pair.transport.write(b"too late")
    assert pair.transport.waiting == 0
    pair.transport.loseConnection()
    await asyncio.wait_for(pair.protocol.lost.wait(), 10)


async def test_an_end_at_once_frees_what_waits_at_once(pair: Pair) -> None:
    ends: list[str] = []
    pair.transport.on_lost = lambda: ends.append("lost")
    pair.transport.write(LARGE)
    pair.transport.abortConnection()
    assert pair.transport.backlog.bytes == 0
    pair.transport.write(LARGE)
    assert pair.transport.waiting == 0
    await asyncio.wait_for(pair.protocol.lost.wait(), 10)
    assert ends == ["lost"]


async def test_a_client_that_goes_away_frees_what_waits(pair: Pair) -> None:
    ends: list[str] = []
    pair.transport.on_lost = lambda: ends.append("lost")
    pair.transport.write(LARGE)
    pair.theirs.close()
    await asyncio.wait_for(pair.protocol.lost.wait(), 10)
    assert pair.transport.backlog.bytes == 0
    assert ends == ["lost"]


async def test_who_holds_too_much_is_cut_off(pair: Pair) -> None:
    pair.transport.backlog = Backlog(most=len(LARGE) - 1)
    pair.transport.write(LARGE)
    assert pair.transport.waiting == 0
    await asyncio.wait_for(pair.protocol.lost.wait(), 10)


async def test_what_is_left_to_the_kernel_arrives_after_the_end(pair: Pair) -> None:
    pair.transport.write(b"last words")
    pair.transport.leave_to_kernel()
    await asyncio.wait_for(pair.protocol.lost.wait(), 10)
    assert await pair.read(100) == b"last words"
