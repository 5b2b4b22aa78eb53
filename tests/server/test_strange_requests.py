"""Whatever a request says, it makes no error on the server and keeps nobody waiting (A3)."""

import asyncio
import itertools
import random

import pytest

from testkit.server import ServerProcess
from tests.server.raw import ask, ask_for_head, request, upgrade

LONG = "a" * 15_000
VALUES = (
    "",
    " ",
    "\xff\xfe",
    "%00%ff",
    "*",
    "0",
    "-1",
    "null",
    "a,b",
    "a, a",
    "[",
    "[::1",
    "]:80",
    ":",
    "localhost:99999999",
    "a" * 250 + ".example",
    LONG,
    "\t;=\"'<>",
    "http://[",
    "bytes=5-1",
    "bytes=0-" + "9" * 5000,
    'W/"',
    "Thu, 99 Foo 0000 99:99:99 GMT",
    "1.9, br;q=x, *;q=" + "9" * 400,
)
HEADERS = (
    "Host",
    "X-Forwarded-Host",
    "X-Forwarded-For",
    "X-Forwarded-Proto",
    "Forwarded",
    "Origin",
    "Referer",
    "Cookie",
    "Authorization",
    "Content-Type",
    "Content-Length",
    "Transfer-Encoding",
    "Expect",
    "Accept-Language",
    "Accept-Encoding",
    "If-None-Match",
    "If-Modified-Since",
    "Range",
    "Connection",
    "Daphne-Root-Path",
    "Sec-WebSocket-Protocol",
    "Sec-WebSocket-Key",
    "Sec-WebSocket-Version",
    "Sec-WebSocket-Extensions",
    "X_Under-Score",
)
PATHS = (
    "/",
    "/000000",
    "/000000/screen",
    "/000000/qr.svg",
    "/api/rooms",
    "/healthz",
    "/static/none.0123456789ab.css",
    "/staff/login/",
    "/admin/",
    "*",
    "//",
    "/%ff%00",
    "http://other.example/",
    "/?" + "a=b&" * 3000,
    "/static/%2e%2e/secret_key",
    "/" + "\N{LATIN SMALL LETTER E WITH ACUTE}",
)
METHODS = ("GET", "HEAD", "POST", "OPTIONS", "PUT", "TRACE", "BREW")
SOCKETS = ("/ws/000000", "/ws/", "//ws/000000", "/ws/%ff", "*", "/?a", "http://[/")
# Statuses of mistakes that are the client's.
OURS = frozenset({500, 501, 502, 504})
KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="


def strange(number: int) -> list[bytes]:
    """Some hundred requests of everything above, the same ones each time."""
    chance = random.Random(number)
    made = [
        request(path, f"{name}: {value}", method=chance.choice(METHODS))
        for path, (name, value) in zip(
            itertools.cycle(PATHS), itertools.product(HEADERS, VALUES), strict=False
        )
    ]
    made += [
        upgrade(path, f"{name}: {value}")
        for path, (name, value) in zip(
            itertools.cycle(SOCKETS), itertools.product(HEADERS, VALUES), strict=False
        )
    ]
    # In place of a good one instead of beside it.
    made += [
        upgrade(path).replace(
            next(line for line in upgrade(path).split(b"\r\n") if line.startswith(name.encode())),
            f"{name}: {value}".encode("latin-1"),
        )
        for path in SOCKETS[:1]
        for name, value in itertools.product(("Host", "Sec-WebSocket", "Upgrade"), VALUES)
    ]
    chance.shuffle(made)
    return made


@pytest.mark.timeout(240)
async def test_no_header_and_no_path_makes_an_error_on_the_server(server: ServerProcess) -> None:
    room = asyncio.Semaphore(50)

    async def try_one(data: bytes) -> tuple[int, bytes]:
        async with room:
            reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
            writer.write(data)
            try:
                async with asyncio.timeout(10):
                    first = await reader.readline()
            except (TimeoutError, ConnectionError):
                first = b""  # a body is waited for
            writer.close()
            return int(first.split()[1]) if first else 0, data[:300]

    answers = await asyncio.gather(*map(try_one, strange(1)))
    assert [answer for answer in answers if answer[0] in OURS] == []
    # The log is looked at by the fixture.


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"GET",
        b"GET /",
        b"GET / HTTP/9.9",
        b"GET  / HTTP/1.1",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET /\xff HTTP/1.1",
        b"G\xc3\x89T / HTTP/1.1",
        b"PRI * HTTP/2.0",
        b"a" * 20_000,
    ],
)
async def test_what_is_no_request_is_told_so(server: ServerProcess, line: bytes) -> None:
    answer = await ask(server, line + b"\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    assert answer.status in (400, 431)
    if answer.headers.get("content-type") == "text/plain; charset=utf-8":
        assert answer.body.endswith(b".\n")


async def test_a_subprotocol_that_is_not_ascii_is_refused(server: ServerProcess) -> None:
    answer = await ask(server, upgrade(protocol="map.v1, caf\xe9"))
    assert answer.status == 400
    assert b"Sec-WebSocket-Protocol" in answer.body


async def test_a_subprotocol_is_taken_as_it_is_written(server: ServerProcess) -> None:
    """Decoded it would be one that the client has not offered, and no handshake ends."""
    answer = await ask(server, upgrade("/ws/000000", protocol="map%2Ev1"))
    assert answer.status == 101
    assert "sec-websocket-protocol" not in answer.headers


@pytest.mark.parametrize("value", ["/x", "/ws", "\xff"])
async def test_where_the_application_lies_is_not_for_a_client_to_say(
    server: ServerProcess, value: str
) -> None:
    header = f"Daphne-Root-Path: {value}"
    assert (await ask(server, request("/x/healthz", header))).status == 404
    assert (await ask(server, request("/healthz", header))).status == 200
    assert (await ask_for_head(server, upgrade("/ws/000000", header))).status == 101
