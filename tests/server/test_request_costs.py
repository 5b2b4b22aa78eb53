"""No header of any route keeps the server's loop busy (A3).

All that a process does holds its loop up, threads included, because they share one
interpreter. What a request costs is read from the process' own CPU clock, which runs
the same on a busy machine; and it is compared with an ordinary page, so that a slow
machine makes no difference either.
"""

import asyncio
import statistics
import time
from collections.abc import Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from mapapp.rooms.result_links import TOKEN_LENGTH
from mapapp.streets.served import STREETS_PATH
from testkit.client import create_room
from testkit.server import ServerProcess
from testkit.services import LOOPBACK
from tests.server.raw import request, upgrade
from tests.server.test_strange_requests import HEADERS, LONG, VALUES

ROUTES = {
    "home": "/",
    "audience": "/{code}",
    "screen": "/{code}/screen",
    "host": "/{code}/host",
    "edit": "/{code}/edit",
    "qr-code": "/{code}/qr.svg",
    "tidy_code": "/{code}/",
    "api-rooms": "/api/rooms",
    "api-room": "/api/rooms/{code}",
    "api-activities": "/api/rooms/{code}/activities",
    "api-addresses": "/api/addresses",
    "api-places": "/api/places?q=Trier",
    "api-place-names": "/api/places/names/3/4/2",
    "api-templates": "/api/templates",
    "api-pairings": "/api/rooms/{code}/pairings",
    "api-keys": "/api/rooms/{code}/keys",
    "api-concerned": "/api/rooms/{code}/concerned",
    "api-results": "/api/rooms/{code}/results.csv",
    "api-result-links": "/api/rooms/{code}/result-links",
    "api-shared-results": "/api/results/{token}",
    "shared-results": "/results/{token}",
    "healthz": "/healthz",
    "readyz": "/readyz",
    "staff-login": "/staff/login/",
    "admin": "/admin/",
}
# What Django does not route.
OTHERS = ("/nowhere", "/static/none.0123456789ab.css", STREETS_PATH)
SOCKETS = ("/ws/{code}", "/ws/nowhere")
# An ordinary page costs about 3 ms of a core; 50 ms are what nobody may be kept waiting.
MOST = 15
# The least of so many counts, because each may have a collection of garbage in it.
TIMES = 3


class Meter:
    """What single requests cost a server, in seconds of CPU."""

    def __init__(self, server: ServerProcess) -> None:
        self._port = server.port
        # The CPU clock of another process (CPUCLOCK_SCHED in the kernel's posix-timers.h).
        self._clock = (~server.process.pid << 3) | 2

    async def cost(self, data: bytes, times: int = TIMES) -> float:
        """The least that this request costs in some tries."""
        return min([await self._once(data) for _ in range(times)])

    async def _once(self, data: bytes) -> float:
        began = time.clock_gettime(self._clock)
        reader, writer = await asyncio.open_connection(LOOPBACK, self._port)
        writer.write(data)
        try:
            async with asyncio.timeout(0.3):  # a body or a hello is waited for
                await reader.readuntil(b"\r\n\r\n")
                if not data.startswith(b"GET /ws/"):
                    await reader.read()
        except (TimeoutError, ConnectionError, asyncio.IncompleteReadError):
            pass
        writer.transport.abort()
        return time.clock_gettime(self._clock) - began


def names_of_routes() -> set[str]:
    """As `mapapp.urls` has them, by name or by what answers."""
    found = set()
    for pattern in get_resolver().url_patterns:
        match pattern:
            case URLPattern():
                found.add(pattern.name or pattern.callback.__name__)
            case URLResolver():
                found.add(str(pattern.namespace))
    return found


def test_each_route_is_tried() -> None:
    assert names_of_routes() == ROUTES.keys()


def strange(paths: list[str], sockets: list[str]) -> Iterator[bytes]:
    """Each header for each path, with a very long value and with one of the others."""
    for number, name in enumerate(HEADERS):
        for turn, path in enumerate((*paths, *sockets)):
            made = upgrade if path in sockets else request
            for value in (LONG, VALUES[(number + turn) % len(VALUES)]):
                yield made(path, f"{name}: {value}")


@pytest.mark.timeout(600)
async def test_no_header_of_any_route_keeps_the_loop_busy(server: ServerProcess) -> None:
    values = {"code": (await create_room(server)).code, "token": "a" * TOKEN_LENGTH}
    paths = [path.format(**values) for path in (*ROUTES.values(), *OTHERS)]
    sockets = [path.format(**values) for path in SOCKETS]
    meter = Meter(server)
    for data in (*map(request, paths), *map(upgrade, sockets)):
        await meter.cost(data, 1)  # what is imported or made once
    page = statistics.median([await meter.cost(request("/"), 1) for _ in range(15)])

    dear = []
    for data in strange(paths, sockets):
        # Most are cheap at once.
        if await meter.cost(data, 1) > MOST * page:
            cost = await meter.cost(data)
            if cost > MOST * page:
                dear.append((round(cost / page, 1), data[:200]))
    assert dear == []
