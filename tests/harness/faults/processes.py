"""Processes are killed, ended, replaced."""

from __future__ import annotations

import asyncio
import re
import signal
import time
from contextlib import suppress

import httpx

from testkit.client import Client
from testkit.server import ServerProcess
from tests.harness.installation import PAIR
from tests.harness.scenario import Scenario, family

# For how long, in seconds; then healing starts it.
_SUPERVISED = 60.0
# The most that a supervisor waits before it starts a killed process (deploy/livemap@.service).
SUPERVISOR_SECONDS = 0.1


def _people_of(scenario: Scenario) -> list[Client]:
    return [client for client in scenario.crowd.clients if client.close_code is None]


@family("process killed")
async def killed(scenario: Scenario) -> None:
    """`kill -9`: its people go to the other process, or wait for the new one."""
    world, rng = scenario.world, scenario.rng
    for _ in range(rng.randint(1, 2)):
        victim = rng.choice(world.servers)
        if not victim.running:
            continue
        crowd = [(client, len(client.ends)) for client in scenario.crowd.clients]
        victim.kill()
        began = time.monotonic()
        starting = asyncio.create_task(_start(victim, rng.uniform(0, SUPERVISOR_SECONDS)))
        what = "people of a killed process live again"
        if len(world.servers) == 1:
            what += " (it has to start first)"
        await asyncio.gather(*(_if_lost(scenario, *one, what, began) for one in crowd))
        await starting
        await scenario.wait(0.5, 2.0)
    scenario.note("kill -9 of a process")


@family("process ended")
async def ended(scenario: Scenario) -> None:
    """SIGTERM, and a new one: nobody sees an error."""
    world, rng = scenario.world, scenario.rng
    victims = rng.sample(world.servers, rng.randint(1, len(world.servers)))
    for victim in victims:
        if not victim.running:
            continue
        ends = {client: len(client.ends) for client in scenario.crowd.clients}
        began = time.monotonic()
        status = await asyncio.to_thread(victim.terminate)
        # Another fault of the same scenario may have killed it in the meantime.
        other_kills = "process killed" in scenario.report.families
        if status != 0 and not (other_kills and status == -signal.SIGKILL):
            scenario.wrong(f"SIGTERM ended with {status}")
        scenario.measured("a process ends after SIGTERM", time.monotonic() - began)
        lost = [c for c in scenario.crowd.clients if len(c.ends) > ends[c]]
        for client in lost:
            code, bye = client.ends[-1]
            if code == 1012 and (bye or {}).get("retry_ms") is None:
                scenario.wrong(f"1012 without a delay: {bye}")
        what = "people of an ended process live again"
        if len(world.servers) == 1:
            what += " (it has to start first)"
        back = (_live_again(scenario, client, what, began) for client in lost)
        await asyncio.gather(_start(victim), *back)
        await scenario.wait(0.3, 1.0)
    scenario.note(f"{len(victims)} processes replaced, one after another")


@family("pages during a roll", PAIR)
async def pages(scenario: Scenario) -> None:
    """A newcomer gets the page from one process and its files from the other."""
    world = scenario.world
    one, other = scenario.rng.sample(world.servers, 2)
    restarting = asyncio.create_task(_restart(other))
    async with httpx.AsyncClient(timeout=10) as http:
        page = await http.get(f"{one.url}/{scenario.room.code}")
        if page.status_code != 200:
            scenario.wrong(f"the page answered {page.status_code}")
        await restarting
        for path in set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text)):
            for server in (one, other):
                answer = await http.get(server.url + path)
                if answer.status_code != 200:
                    scenario.wrong(f"{path} answered {answer.status_code}")
    scenario.note("page from one process, files from both, while one restarts")


async def _start(server: ServerProcess, delay: float = 0.0) -> None:
    """Start it again, and again, as a supervisor would while another fault prevents it."""
    await asyncio.sleep(delay)
    until = time.monotonic() + _SUPERVISED
    while not server.running and time.monotonic() < until:
        with suppress(RuntimeError, TimeoutError):
            await asyncio.to_thread(server.start)
            return
        await asyncio.sleep(1.0)


async def _restart(server: ServerProcess) -> None:
    await asyncio.to_thread(server.terminate)
    await _start(server)


async def _if_lost(scenario: Scenario, client: Client, ends: int, what: str, began: float) -> None:
    """Wait for somebody who notices within a second that their connection has ended."""
    while len(client.ends) == ends:
        await asyncio.sleep(0.02)
        if time.monotonic() - began > 1.0:
            return
    await _live_again(scenario, client, what, began)


async def _live_again(scenario: Scenario, client: Client, what: str, began: float) -> None:
    while not _is_live(client):
        await asyncio.sleep(0.02)
        if time.monotonic() - began > 60:
            scenario.wrong(f"{client} was not back after 60 s")
            return
    scenario.measured(what, time.monotonic() - began)


def _is_live(client: Client) -> bool:
    """Whether it has been welcomed on its present connection, and knows the room's state."""
    welcomed = any(frame["t"] == "welcome" for frame in client.frames[:1])
    return client.close_code is None and welcomed and client.is_up_to_date()
