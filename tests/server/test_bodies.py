"""A body that is too large is refused before it is there, on every path (A3)."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import suppress

import psutil
import pytest

from mapapp.server.http_channel import BODY_BYTES
from testkit.server import ServerProcess
from testkit.services import LOOPBACK
from tests.server.raw import ask, request, upgrade

PATHS = ("/", "/nothing/here", "/api/rooms", "/staff/login/", "/static/none.css")
# Would be seen in the server's memory.
LARGE = 60_000_000


def chunks(size: int, each: int = 50_000) -> Iterator[bytes]:
    """A body of so many bytes in chunks, without the last one."""
    for _ in range(size // each):
        yield b"%x\r\n%s\r\n" % (each, b"x" * each)


def memory(server: ServerProcess) -> int:
    resident: int = psutil.Process(server.process.pid).memory_info().rss
    return resident


@pytest.mark.parametrize("path", PATHS)
async def test_what_says_that_it_is_too_large_is_refused_at_once(
    server: ServerProcess, path: str
) -> None:
    head = request(path, f"Content-Length: {BODY_BYTES + 1}", method="POST")
    answer = await ask(server, head)
    assert answer.status == 413
    assert answer.body == b"A request may hold at most 64 kB.\n"


async def test_who_sends_it_all_the_same_reads_the_refusal_and_costs_no_memory(
    server: ServerProcess,
) -> None:
    before = memory(server)
    pieces = [request("/", f"Content-Length: {LARGE}", method="POST"), *[b"x" * 100_000] * 600]
    assert (await ask(server, pieces)).status == 413
    assert memory(server) - before < 10_000_000


async def test_chunks_are_counted(server: ServerProcess) -> None:
    before = memory(server)
    head = request("/", "Transfer-Encoding: chunked", method="POST")
    assert (await ask(server, [head, *chunks(LARGE)])).status == 413
    assert memory(server) - before < 10_000_000


@pytest.mark.parametrize("size", [BODY_BYTES, BODY_BYTES + 1])
async def test_the_limit_is_exact(server: ServerProcess, size: int) -> None:
    head = request("/api/rooms", "Transfer-Encoding: chunked", method="POST")
    chunk = b"%x\r\n%s\r\n" % (size, b" " * size)
    answer = await ask(server, [head, chunk, b"0\r\n\r\n"])
    assert (answer.status == 413) == (size > BODY_BYTES)
    whole = request("/api/rooms", f"Content-Length: {size}", method="POST") + b" " * size
    answer = await ask(server, whole)
    assert (answer.status == 413) == (size > BODY_BYTES)


@pytest.mark.parametrize("length", ["9" * 30, "9" * 5000])
async def test_a_length_of_thousands_of_digits_is_only_too_large(
    server: ServerProcess, length: str
) -> None:
    answer = await ask(server, request("/", f"Content-Length: {length}", method="POST"))
    assert answer.status == 413


@pytest.mark.parametrize(
    "header", ["Content-Length: 1", "Content-Length: 50000", "Transfer-Encoding: chunked"]
)
async def test_an_upgrade_with_a_body_is_refused(server: ServerProcess, header: str) -> None:
    answer = await ask(server, upgrade("/ws/000000", header))
    assert answer.status == 400
    assert answer.body == b"A request for an upgrade has no body.\n"


async def test_an_upgrade_that_says_it_has_no_body_is_none(server: ServerProcess) -> None:
    answer = await ask(server, upgrade("/ws/nowhere", "Content-Length: 0"))
    assert answer.status == 101


async def test_an_ordinary_request_keeps_its_connection(server: ServerProcess) -> None:
    first, last = request("/healthz", close=False), request("/healthz")
    answer = await ask(server, first + first + last)
    assert answer.status == 200
    assert answer.body.count(b"HTTP/1.1 200") == 2


async def test_the_refusal_can_be_read_by_who_sends_first_and_reads_then(
    server: ServerProcess,
) -> None:
    """The server stops reading, and keeps the line meanwhile."""

    def send_all_that_fits_and_read() -> bytes:
        with socket.create_connection((LOOPBACK, server.port), timeout=0.2) as line:
            line.sendall(request("/", f"Content-Length: {LARGE}", method="POST"))
            with suppress(TimeoutError):
                while True:
                    line.sendall(b"x" * 100_000)
            return line.recv(1_000)

    answer = await asyncio.to_thread(send_all_that_fits_and_read)
    assert answer.startswith(b"HTTP/1.1 413 ")
