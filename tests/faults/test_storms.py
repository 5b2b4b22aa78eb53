"""A whole hall asks at the same moment: few threads and few database connections are enough."""

import asyncio

import psutil

from testkit.client import create_room
from testkit.server import ServerProcess
from testkit.services import LOOPBACK, RedisServer
from tests.conftest import StartServer

PHONES = 400


async def ask(server: ServerProcess, what: str, body: bytes = b"") -> int:
    """One request over a connection of its own; returns the status.

    A client library with a pool spends more time on four hundred than the server.
    """
    reader, writer = await asyncio.open_connection(LOOPBACK, server.port)
    head = (
        f"{what} HTTP/1.1\r\nHost: {LOOPBACK}:{server.port}\r\nConnection: close\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    try:
        writer.write(head.encode() + body)
        answer = await reader.read()
    finally:
        writer.close()
        await writer.wait_closed()
    return int(answer.split(b" ", 2)[1])


async def test_four_hundred_phones_ask_at_once_where_the_database_has_a_hundred_connections(
    start_server: StartServer, postgres_url: str
) -> None:
    """A3: they were 401 threads and 181 times "too many clients already"."""
    settings = {"DATABASE_URL": postgres_url, "ROOM_CREATION_PER_MINUTE": "1000"}
    server = start_server(settings)
    room = await create_room(server)
    threads = psutil.Process(server.process.pid).num_threads()
    paths = [f"/{room.code}{page}" for page in ("", "/screen", "/qr.svg")]
    for _ in range(3):
        asking = (ask(server, f"GET {paths[n % 3]}") for n in range(PHONES))
        assert set(await asyncio.gather(*asking)) == {200}
    opening = (ask(server, "POST /api/rooms", b"{}") for _ in range(PHONES))
    assert set(await asyncio.gather(*opening)) == {201}
    assert psutil.Process(server.process.pid).num_threads() <= threads + 10
    assert "too many clients" not in server.process.log_text()
    server.assert_clean_log()


async def test_the_limit_on_rooms_holds_over_processes(
    start_server: StartServer, postgres_url: str, redis_server: RedisServer
) -> None:
    """A3: two processes were twice the limit."""
    settings = {
        "DATABASE_URL": postgres_url,
        "REDIS_URL": redis_server.url,
        "ROOM_CREATION_PER_MINUTE": "4",
    }
    servers = [start_server(settings) for _ in range(2)]
    statuses = [await ask(servers[n % 2], "POST /api/rooms", b"{}") for n in range(10)]
    assert statuses == [201] * 4 + [429] * 6
    # One that hangs keeps nobody out and makes nobody wait: each counts for itself.
    redis_server.pause()
    for server in servers:
        assert await ask(server, "GET /healthz") == 200
