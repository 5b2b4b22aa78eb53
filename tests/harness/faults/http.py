"""Requests that no browser sends: endless bodies, strange headers."""

from __future__ import annotations

import asyncio

from tests.harness import odd
from tests.harness.faults.raw import RawSocket, others_live
from tests.harness.installation import another_venue
from tests.harness.scenario import Scenario, family


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


@family("strange headers", alone=True)
async def headers(scenario: Scenario) -> None:
    """Odd headers on every route: none causes an error in the server."""
    rng, venue = scenario.rng, another_venue()
    count = 0
    async with others_live(scenario, "strange headers"):
        for path in odd.ROUTES * 6:
            server = rng.choice(scenario.world.servers)
            what, request = odd.request(rng, scenario.room.code, path)
            attacker = await RawSocket.open(server, venue)
            await attacker.send(request)
            count += 1
            # The server may wait for a body that was announced.
            status = await attacker.status(1.0)
            if status is not None and status >= 500 and path != "/readyz":
                scenario.wrong(f"{status} for {what}")
            attacker.close()
    scenario.note(f"{count} requests with strange headers")
