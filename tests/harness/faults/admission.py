"""Attackers who create endless rooms, mint people, or guess codes."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from contextlib import AsyncExitStack, suppress

import httpx

from testkit.client import Client, Closed
from testkit.server import ServerProcess
from tests.harness.faults.raw import others_live
from tests.harness.installation import LIMITS, another_venue
from tests.harness.scenario import Scenario, family


def _http(venue: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=httpx.AsyncHTTPTransport(local_address=venue, limits=httpx.Limits()), timeout=30
    )


@family("rooms opened at once", alone=True)
async def openings(scenario: Scenario) -> None:
    """One address asks for many more rooms at once than it may create: the limit holds."""
    rng, venue = scenario.rng, another_venue()
    server = rng.choice(scenario.world.servers)
    limit = int(LIMITS["ROOM_CREATION_PER_MINUTE"])
    count = limit + rng.randint(20, 60)
    async with others_live(scenario, "rooms opened at once"), _http(venue) as http:
        answers = await asyncio.gather(
            *(http.post(f"{server.url}/api/rooms", json={}) for _ in range(count)),
            return_exceptions=True,
        )
    found = Counter(a.status_code if isinstance(a, httpx.Response) else type(a) for a in answers)
    scenario.note(f"{count} rooms asked for at once: {dict(found)}")
    # The bucket refills while they are answered.
    if found[201] > limit * 1.5:
        scenario.wrong(f"{found[201]} rooms were opened at a limit of {limit}")
    if found[500]:
        scenario.wrong(f"{found[500]} openings answered 500")


@family("rooms held by one address", alone=True)
async def max_rooms(scenario: Scenario) -> None:
    """One address keeps many rooms open: somebody else's new room opens all the same."""
    rng, venue = scenario.rng, another_venue()
    index = rng.randrange(len(scenario.world.servers))
    server = scenario.world.servers[index]
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(_http(venue))
        held = 0
        for _ in range(int(LIMITS["MAX_ROOMS"]) + 5):
            answer = await http.post(f"{server.url}/api/rooms", json={})
            if answer.status_code != 201:
                break
            client = Client(
                f"{server.websocket_url}/ws/{answer.json()['code']}",
                role="screen",
                local_addr=(venue, 0),
            )
            stack.push_async_callback(client.leave)
            with suppress(Closed):
                await client.connect()
                held += 1
        honest = another_venue()
        room = await scenario.world.create_room(honest)
        newcomer = Client(
            f"{server.websocket_url}/ws/{room.code}", comes_back=True, local_addr=(honest, 0)
        )
        stack.push_async_callback(newcomer.leave)
        try:
            await newcomer.connect()
        except Closed as closed:
            scenario.wrong(f"{held} rooms of one address keep another's out: {closed}")
    scenario.note(f"one address holds {held} rooms")


@family("people minted", alone=True)
async def identities(scenario: Scenario) -> None:
    """One address sends endless newcomers: people who have taken part get back in."""
    rng, venue = scenario.rng, another_venue()
    server = rng.choice(scenario.world.servers)
    address = f"{server.websocket_url}/ws/{scenario.room.code}"
    stayed: list[Client] = []
    turned = Counter[int]()
    until = time.monotonic() + rng.uniform(3, 8)

    async def mint() -> None:
        while time.monotonic() < until:
            client = Client(address, local_addr=(venue, 0))
            try:
                await client.connect()
                stayed.append(client)
            except Closed as closed:
                turned[closed.code] += 1
            except (OSError, TimeoutError):
                turned[0] += 1

    async with others_live(scenario, "people minted"):
        await asyncio.gather(*(mint() for _ in range(12)))
        some = rng.choice(scenario.crowd.clients)
        # On a phone of their own, with what it has kept.
        again = Client(address, local_addr=(another_venue(), 0))
        again.token = some.token
        try:
            await again.connect()
        except Closed as closed:
            scenario.wrong(f"somebody with a marker cannot come back: {closed}")
        finally:
            await again.leave()
    for client in stayed:
        await client.leave()
    scenario.note(f"{len(stayed)} newcomers of one address came in, {dict(turned)} did not")


@family("codes guessed", alone=True)
async def guesses(scenario: Scenario) -> None:
    """Guesses come from the venue's own address: its people and new rooms still get in."""
    rng, venue = scenario.rng, another_venue()
    world = scenario.world
    server = rng.choice(world.servers)
    answers = Counter[int]()
    until = time.monotonic() + rng.uniform(5, 10)
    async with _http(venue) as http:

        async def guess(server: ServerProcess) -> None:
            while time.monotonic() < until:
                code = f"{rng.randrange(10**6):06d}"
                answers[(await http.get(f"{server.url}/{code}")).status_code] += 1

        await asyncio.gather(*(guess(server) for _ in range(6)))
        if rng.random() < 0.3:
            await asyncio.to_thread(server.restart)
            scenario.note("the process is replaced after the storm")
        room = await world.create_room(venue)
        page = await http.get(f"{server.url}/{room.code}/screen")
        if page.status_code != 200:
            scenario.wrong(f"the presenter's own screen answers {page.status_code}")
    for role in ("screen", "participant"):
        client = Client(f"{server.websocket_url}/ws/{room.code}", role=role, local_addr=(venue, 0))
        try:
            await client.connect()
        except Closed as closed:
            scenario.wrong(f"after wrong codes a {role} of the same venue is refused: {closed}")
        finally:
            await client.leave()
    scenario.note(f"codes guessed: {dict(answers)}")
