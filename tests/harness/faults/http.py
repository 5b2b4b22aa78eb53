"""Requests that no browser sends: endless bodies, strange headers."""

from __future__ import annotations

import asyncio

from tests.harness.faults.raw import RawSocket, others_live
from tests.harness.installation import another_venue
from tests.harness.scenario import Scenario, family

ROUTES = ("/", "/{code}", "/{code}/screen", "/{code}/host", "/{code}/qr.svg", "/api/rooms",
          "/api/rooms/{code}", "/healthz", "/readyz", "/static/nothing.js", "/admin/", "/ws/{code}",
          "/nowhere", "//", "/%00", "/..%2f..%2fetc/passwd")  # fmt: skip


@family("bodies", alone=True)
async def bodies(scenario: Scenario) -> None:
    """Large, chunked, dribbled, and on an upgrade."""
    rng, venue = scenario.rng, another_venue()
    server = rng.choice(scenario.world.servers)
    how = rng.choice(["large", "chunked", "upgrade", "dribbled"])
    path = rng.choice(["/", "/api/rooms", "/nowhere", f"/{scenario.room.code}"])
    megabyte = bytes(1024 * 1024)
    before = scenario.world.vitals()[scenario.world.servers.index(server)].memory
    most = before
    async with others_live(scenario, f"a body that is {how}"):
        attacker = await RawSocket.open(server, venue)
        head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        if how == "upgrade":
            head = (
                f"GET /ws/{scenario.room.code} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: map.v1\r\n"
            )
        if how == "chunked":
            await attacker.send(f"{head}Transfer-Encoding: chunked\r\n\r\n".encode())
            megabyte = b"100000\r\n" + megabyte + b"\r\n"
        else:
            await attacker.send(f"{head}Content-Length: {200 << 20}\r\n\r\n".encode())
        for _ in range(200):
            data = b"a" if how == "dribbled" else megabyte
            try:
                async with asyncio.timeout(10):
                    if not await attacker.send(data):
                        break
            except TimeoutError:
                break
            if how == "dribbled":
                await asyncio.sleep(0.02)
            index = scenario.world.servers.index(server)
            most = max(most, scenario.world.vitals()[index].memory)
        attacker.close()
    if most > before + 60e6:
        scenario.wrong(f"a body that is {how} cost {(most - before) / 1e6:.0f} MB")
    scenario.note(f"a body that is {how} to {path}")


@family("strange headers")
async def headers(scenario: Scenario) -> None:
    """On every route: none is a fault of the server's."""
    rng, venue = scenario.rng, another_venue()
    odd = [
        "Host: " + "a" * 2200,
        "Host: " + "a." * 120 + "example",
        "Host: münchen.example",
        "Host: [::1",
        "Host: a b c",
        "Host: 127.0.0.1:99999999",
        "Origin: null",
        "Origin: http://" + "b" * 3000,
        "Origin: http://[",
        "X-Forwarded-For: " + "1.2.3.4, " * 300,
        "X-Forwarded-For: \xff\xfe",
        "X-Forwarded-Host: evil.example",
        "X-Forwarded-Proto: https, gopher",
        "Daphne-Root-Path: /x",
        "Daphne-Root-Path: %ff%00",
        "Content-Length: -1",
        "Content-Length: 1e9",
        "Cookie: " + "c=" * 2000,
        "Cookie: sessionid=\x80\x81",
        "Accept-Language: " + "xx-YY;q=9," * 400,
        "Range: bytes=0-,-5,9999999999-",
        "If-Modified-Since: tomorrow",
        "Accept-Encoding: br;q=nan, \x7f",
        "Sec-WebSocket-Protocol: m\xc3\xa4p.v1",
        "Sec-WebSocket-Version: 99999",
        "Sec-WebSocket-Key: short",
        "Transfer-Encoding: gzip, chunked",
        "Content-Type: application/json; charset=\xe9",
        "Expect: 100-continue",
        "Connection: " + "keep-alive, " * 200,
    ]
    async with others_live(scenario, "strange headers"):
        for path in ROUTES:
            for header in rng.sample(odd, 8):
                server = rng.choice(scenario.world.servers)
                attacker = await RawSocket.open(server, venue)
                upgrade = path.startswith("/ws/") or rng.random() < 0.15
                lines = [f"{rng.choice(['GET', 'POST', 'PUT', 'HEAD'])} "
                         f"{path.format(code=scenario.room.code)} HTTP/1.1"]  # fmt: skip
                if not header.startswith("Host:"):
                    lines.append("Host: 127.0.0.1")
                if upgrade:
                    lines += ["Upgrade: websocket", "Connection: Upgrade",
                              "Sec-WebSocket-Version: 13",
                              "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=="]  # fmt: skip
                lines += [header, "Connection: close" if not upgrade else "X-A: b", "", ""]
                await attacker.send("\r\n".join(lines).encode("latin-1"))
                # Without a body that was announced, a server may wait for it.
                status = await attacker.status(1.0)
                if status is not None and status >= 500 and path != "/readyz":
                    scenario.wrong(f"{status} for {path} with {header[:60]!r}")
                attacker.close()
    scenario.note(f"{8 * len(ROUTES)} requests with strange headers")
