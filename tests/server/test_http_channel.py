"""What the HTTP channel does with time: for requests, idle lines and unread answers (A3)."""

import asyncio
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from twisted.internet.error import ConnectionAborted

from mapapp.server import http_channel
from mapapp.server.arrivals import Arrivals
from mapapp.server.http_channel import LiveChannel, LiveRequest
from tests.server.waiting import until

WHOLE = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"


class Line:
    """A transport that remembers what was done to it."""

    on_lost: Callable[[], None]

    def __init__(self) -> None:
        self.written = b""
        self.ends: list[str] = []
        self.waiting = 0
        self.taken_at = 0.0
        self.ended = asyncio.Event()
        self.connected, self.disconnecting, self._reads = True, False, True

    def write(self, data: bytes) -> None:
        self.written += data

    def writeSequence(self, pieces: list[bytes]) -> None:
        self.write(b"".join(pieces))

    def _end(self, how: str) -> None:
        self.ends.append(how)
        self.ended.set()

    def loseConnection(self) -> None:
        self._end("closed")

    def abortConnection(self) -> None:
        self._end("aborted")

    def close_now(self, reason: Exception) -> None:
        self._end("aborted" if isinstance(reason, ConnectionAborted) else "closed")

    def loseWriteConnection(self) -> None:
        self.ends.append("said all")

    def getPeer(self) -> Any:
        return SimpleNamespace(host="192.0.2.7", port=1)

    def getHost(self) -> Any:
        return SimpleNamespace(host="192.0.2.1", port=80)

    def limit_send_buffer(self, size: int) -> None: ...
    def registerProducer(self, producer: Any, streaming: bool) -> None: ...
    def unregisterProducer(self) -> None: ...

    def pauseProducing(self) -> None:
        self._reads = False

    def resumeProducing(self) -> None:
        self._reads = True

    def is_read(self) -> bool:
        return self._reads


class Request(LiveRequest):
    """One that is answered when the test says so."""

    def process(self) -> Any:
        self.channel.factory.asked.append(self)


@pytest.fixture
def factory() -> Any:
    server = SimpleNamespace(
        protocol_connected=lambda protocol: None,
        protocol_disconnected=lambda protocol: None,
        log_action=lambda *args: None,
        server_name="",
    )
    arrivals = Arrivals(room=10, per_address=3)
    return SimpleNamespace(
        arrivals=arrivals, lingering=0, server=server, asked=[], log=lambda request: None
    )


def connect(factory: Any) -> tuple[Any, Line]:
    channel: Any = LiveChannel(factory, "192.0.2.7")
    line = Line()
    channel.requestFactory = Request
    channel.makeConnection(line)
    return channel, line


def answer(request: Any, body: bytes = b"") -> None:
    request.handle_reply({"type": "http.response.start", "status": 200, "headers": []})
    request.handle_reply({"type": "http.response.body", "body": body})


async def test_a_request_that_comes_byte_by_byte_is_ended(
    factory: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_channel, "REQUEST_SECONDS", 0.05)
    monkeypatch.setattr(http_channel, "_LINGER_SECONDS", 0.0)
    channel, line = connect(factory)

    async def dribble() -> None:
        while not line.written:
            channel.dataReceived(b"G")
            await asyncio.sleep(0)

    await asyncio.wait_for(dribble(), 10)
    assert line.written.startswith(b"HTTP/1.1 408 ")
    assert line.written.endswith(b"A request has to be complete within 0 seconds.\n")
    await asyncio.wait_for(line.ended.wait(), 10)
    assert line.ends == ["said all", "closed"]
    assert not factory.asked


async def test_so_is_a_body_that_does(factory: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_channel, "REQUEST_SECONDS", 0.05)
    channel, line = connect(factory)
    channel.dataReceived(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n\r\n")

    async def dribble() -> None:
        while not line.written:
            channel.dataReceived(b"x")
            await asyncio.sleep(0.01)

    await asyncio.wait_for(dribble(), 10)
    assert line.written.startswith(b"HTTP/1.1 408 ")


async def test_an_answer_may_take_longer_than_that(
    factory: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("REQUEST_SECONDS", "IDLE_SECONDS", "UNREAD_SECONDS"):
        monkeypatch.setattr(http_channel, name, 0.02)
    channel, line = connect(factory)
    channel.dataReceived(WHOLE)
    await asyncio.sleep(0.1)
    assert (line.written, line.ends) == (b"", [])
    answer(factory.asked[0])
    assert line.written.startswith(b"HTTP/1.1 200 ")
    await asyncio.wait_for(line.ended.wait(), 10)
    assert line.ends == ["closed"]  # nothing more was asked


async def test_the_next_request_has_a_time_of_its_own(
    factory: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel, line = connect(factory)
    channel.dataReceived(WHOLE + WHOLE[:10])
    monkeypatch.setattr(http_channel, "REQUEST_SECONDS", 0.02)
    answer(factory.asked[0])
    seen = len(line.written)
    await until(lambda: len(line.written) > seen, "the refusal")
    assert line.written[seen:].startswith(b"HTTP/1.1 408 ")


async def test_an_answer_that_nobody_takes_is_given_up(
    factory: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_channel, "UNREAD_SECONDS", 0.05)
    channel, line = connect(factory)
    channel.dataReceived(WHOLE)
    line.waiting = 300_000
    answer(factory.asked[0])
    await asyncio.wait_for(line.ended.wait(), 10)
    assert line.ends == ["aborted"]


async def test_one_that_is_taken_slowly_is_not(
    factory: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R4"""
    monkeypatch.setattr(http_channel, "UNREAD_SECONDS", 0.2)
    loop = asyncio.get_running_loop()
    channel, line = connect(factory)
    channel.dataReceived(WHOLE)
    line.waiting = 300_000
    answer(factory.asked[0])
    until = loop.time() + 0.7
    while loop.time() < until:
        line.taken_at = loop.time()
        await asyncio.sleep(0.01)
        assert line.ends == []
    line.waiting = 0
    await asyncio.sleep(0.3)
    assert line.ends in ([], ["closed"])


async def test_who_waits_longest_makes_way_and_who_is_answered_does_not(factory: Any) -> None:
    factory.arrivals = Arrivals(room=3, per_address=None)
    lines = [connect(factory) for _ in range(3)]
    lines[0][0].dataReceived(WHOLE)  # is being answered
    _newcomer, line = connect(factory)
    assert line.written == b""
    assert [line.ends for _, line in lines] == [[], ["aborted"], []]
    answer(factory.asked[0])  # now it waits again, behind the others
    connect(factory)
    assert [line.ends for _, line in lines] == [[], ["aborted"], ["aborted"]]


async def test_where_nobody_can_make_way_a_newcomer_reads_why(factory: Any) -> None:
    factory.arrivals = Arrivals(room=1, per_address=None)
    channel, line = connect(factory)
    channel.dataReceived(WHOLE)
    _refused, refused_line = connect(factory)
    assert refused_line.written.startswith(b"HTTP/1.1 503 Service Unavailable\r\n")
    assert b"Retry-After: 60\r\n" in refused_line.written
    assert refused_line.written.endswith(b"Please try again in a minute.\n")
    assert line.ends == []


async def test_connections_are_counted_for_each_address(factory: Any) -> None:
    lines = [connect(factory) for _ in range(3)]
    one_more, line = connect(factory)
    assert line.written.startswith(b"HTTP/1.1 429 ")
    one_more.connectionLost()
    assert factory.lingering == 0
    lines[0][0].become_socket()  # the gate counts those
    lines[0][0].become_socket()
    _channel, line = connect(factory)
    assert line.written == b""
    _channel, line = connect(factory)
    assert line.written.startswith(b"HTTP/1.1 429 ")


async def test_only_some_of_the_refused_may_linger(
    factory: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_channel, "_LINGERING_MOST", 2)
    factory.arrivals = Arrivals(room=0, per_address=None)
    lines = [connect(factory)[1] for _ in range(3)]
    assert [line.ends for line in lines] == [["said all"], ["said all"], ["closed"]]
    assert all(line.written for line in lines)


async def test_what_a_refused_client_goes_on_sending_is_thrown_away_up_to_a_bound(
    factory: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And then left unread, until the client has had time to read the answer."""
    monkeypatch.setattr(http_channel, "_LINGER_SECONDS", 0.1)
    channel, line = connect(factory)
    channel.dataReceived(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n")
    assert line.written.startswith(b"HTTP/1.1 413 ")
    written = line.written
    for _ in range(64):
        channel.dataReceived(b"x" * 4096)
    assert line.is_read()
    channel.dataReceived(b"x")
    assert not line.is_read()
    assert line.ends == ["said all"]
    await asyncio.wait_for(line.ended.wait(), 5)
    assert line.ends == ["said all", "closed"]
    assert line.written == written
    assert not factory.asked
