"""The examples of deploy/ in front of two real processes, as an operator runs them (S1, A3)."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import httpx
import pytest

from bench.bot import Bot
from testkit.client import Client, Room
from testkit.proxies import EXAMPLES, Caddy, Nginx, ProxyServer
from testkit.services import RedisServer
from tests.conftest import StartServer, leave_out

pytestmark = pytest.mark.timeout(240)

ROOMS_PER_MINUTE = 4


@pytest.fixture(params=[Nginx, Caddy])
def proxy(
    request: pytest.FixtureRequest,
    start_server: StartServer,
    redis_server: RedisServer,
    postgres_url: str,
    tmp_path: Path,
) -> Iterator[ProxyServer]:
    """The example in front of two servers that share a PostgreSQL and a Redis."""
    if not request.param.is_here():
        leave_out(f"{request.param.program} is not installed")
    env = {
        "DATABASE_URL": postgres_url,
        "REDIS_URL": redis_server.url,
        "PUBLIC_URL": "https://localhost",
        "BEHIND_PROXY": "1",
        "ROOM_CREATION_PER_MINUTE": str(ROOMS_PER_MINUTE),
    }
    servers = [start_server(env), start_server(env)]
    with request.param(tmp_path / "proxy", servers) as proxy:
        yield proxy
    for server in servers:
        server.assert_clean_log()


def browser(proxy: ProxyServer, address: str = "127.0.0.1") -> httpx.AsyncClient:
    """Somebody at this address, who sees what the proxy sees of them."""
    transport = httpx.AsyncHTTPTransport(verify=proxy.trust, local_address=address)
    return httpx.AsyncClient(transport=transport, base_url=proxy.url, timeout=20)


async def open_room(proxy: ProxyServer) -> Room:
    async with browser(proxy) as http:
        opened = await http.post("/api/rooms", json={"rules": "shared", "anyone_adds": True})
    opened.raise_for_status()
    return Room(opened.json()["code"], opened.json()["host_key"])


@asynccontextmanager
async def a_bot(
    proxy: ProxyServer, room: Room, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[None]:
    monkeypatch.setenv("SSL_CERT_FILE", str(proxy.certificate))
    bot = asyncio.create_task(Bot(f"{proxy.websocket_url}/ws/{room.code}").run())
    try:
        yield
    finally:
        bot.cancel()
        with suppress(asyncio.CancelledError):
            await bot


async def sees_a_drag(watcher: Client) -> None:
    """The bot's marker has moved on from where it was."""
    await watcher.wait_for(lambda: bool(watcher.state.markers), "the bot's marker", 60)
    [marker] = watcher.state.markers
    await watcher.wait_for(watcher.is_up_to_date, "the room", 60)
    place = watcher.state.position(marker)
    await watcher.wait_for(lambda: watcher.state.position(marker) != place, "a drag", 60)


async def test_a_room_lives_through_restarts_of_its_servers_and_of_the_proxy(
    proxy: ProxyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = await open_room(proxy)
    address = f"{proxy.websocket_url}/ws/{room.code}"
    watcher = Client(address, ssl=proxy.trust, comes_back=True)
    async with a_bot(proxy, room, monkeypatch), watcher, browser(proxy) as http:
        await sees_a_drag(watcher)
        person = watcher.person
        for server in proxy.servers:
            gone = asyncio.create_task(asyncio.to_thread(server.restart))
            while not gone.done():
                page = await http.get(f"/{room.code}")
                assert page.status_code == 200, f"while one is replaced: {page.text[:200]}"
                await sees_a_drag(watcher)
            await gone
            await sees_a_drag(watcher)
        ended = len(watcher.ends)
        assert {code for code, _bye in watcher.ends} <= {1012}

        await asyncio.to_thread(proxy.stop)
        await asyncio.to_thread(proxy.start)
        await watcher.wait_for(lambda: len(watcher.ends) > ended, "the end of its line")
        await sees_a_drag(watcher)
        assert watcher.person == person
        assert len(watcher.state.markers) == 1, "the bot is who it was"


async def test_limits_go_by_the_address_that_the_proxy_sees(proxy: ProxyServer) -> None:
    """Whatever a client says of itself (A3)."""

    async def opened(address: str, times: int) -> list[int]:
        async with browser(proxy, address) as http:
            return [
                (
                    await http.post(
                        "/api/rooms",
                        json={},
                        headers={"X-Forwarded-For": f"203.0.113.{n}", "Forwarded": "for=192.0.2.1"},
                    )
                ).status_code
                for n in range(times)
            ]

    assert await opened("127.0.0.2", ROOMS_PER_MINUTE + 2) == [201] * ROOMS_PER_MINUTE + [429] * 2
    assert await opened("127.0.0.3", 1) == [201]


async def test_pages_are_https_pages_and_other_hosts_are_not_answered(proxy: ProxyServer) -> None:
    room = await open_room(proxy)
    async with browser(proxy) as http:
        page = await http.get(f"/{room.code}")
        assert page.headers["strict-transport-security"].startswith("max-age=2592000")
        assert "wss://localhost" in page.headers["content-security-policy"]
        script = page.text.partition('<script type="module" src="')[2].partition('"')[0]
        for _ in range(2):
            assert (await http.get(script)).status_code == 200
        other = await http.get("/", headers={"Host": "other.example"})
        assert "<html" not in other.text
        large = await http.post("/api/rooms", content=b"x" * 100_000)
        assert large.status_code == 413
        # A browser's page may post here, and one of another site may not.
        site = {"Origin": "https://localhost"}
        assert (await http.post("/api/rooms", json={}, headers=site)).status_code == 201
        site = {"Origin": "https://other.example"}
        assert (await http.post("/api/rooms", json={}, headers=site)).status_code == 403


async def test_nginx_keeps_join_codes_out_of_its_log_and_turns_http_away(
    proxy: ProxyServer,
) -> None:
    if not isinstance(proxy, Nginx):
        pytest.skip("Caddy logs no requests and redirects by itself")
    room = await open_room(proxy)
    address = f"{proxy.websocket_url}/ws/{room.code}"
    async with browser(proxy) as http, Client(address, ssl=proxy.trust) as ada:
        for path in (f"/{room.code}", f"/{room.code}/screen", f"/{room.code}/qr.svg"):
            await http.get(path)
        await http.get("/staff/login/", headers={"Referer": f"{proxy.url}/{room.code}"})
        plain = await http.get(f"http://127.0.0.1:{proxy.http_port}/{room.code}?a=b")
        assert (plain.status_code, plain.headers["location"]) == (
            301,
            f"https://127.0.0.1/{room.code}?a=b",
        )
        # A new configuration ends nobody's connection.
        proxy.reload()
        await ada.change("add", lat=1, lng=1)
        assert ada.connections == 1
    assert "/staff/login/" in proxy.access_log
    assert room.code not in proxy.access_log


def test_systemd_accepts_the_unit(tmp_path: Path) -> None:
    unit = (EXAMPLES / "livemap@.service").read_text()
    for path in ("/srv/livemap/.venv/bin/python",):
        assert path in unit
        unit = unit.replace(path, "/bin/true")
    file = tmp_path / "livemap@.service"
    file.write_text(unit)
    try:
        checked = subprocess.run(
            ["systemd-analyze", "verify", "--man=no", str(file)],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    except FileNotFoundError:
        leave_out("systemd is not installed")
    assert (checked.returncode, checked.stderr.replace("\n", "")) == (0, "")
