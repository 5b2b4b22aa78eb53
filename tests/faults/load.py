"""A room full of people who change as fast as they may."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from testkit.client import Client, agree
from testkit.mirror import Frame

# A room in which everybody may add and move as many markers as they like.
SHARED = {"rules": "shared", "anyone_adds": True}
# Refusals that are right when a hold ended because its holder was away.
_HOLD_ENDED = {"stale_grab", "held"}


class Load:
    """Clients that add, drag, drop and place until told to stop.

    Each does two of these at a time, so that something is always unanswered.
    """

    def __init__(self, clients: Sequence[Client]) -> None:
        self.clients = clients
        self._stopping = False
        self._workers = [
            asyncio.create_task(self._work(client, lane)) for client in clients for lane in "ab"
        ]

    async def _work(self, client: Client, lane: str) -> None:
        count = 0
        while not self._stopping:
            count += 1
            # Unlike any other, so that the log shows what became of it.
            lat, lng = count / 8, self.clients.index(client) / 8
            label = f"{client.id[:8]} {lane} {count}"
            added = await self._change(client, "add", lat=lat, lng=lng, label=label)
            marker = added["marker"]
            grabbed = await self._change(client, "grab", marker=marker)
            for step in range(3):
                await client.move(marker, grabbed["rev"], lat + step, lng)
            await self._change(
                client, "drop", marker=marker, grab=grabbed["rev"], lat=-lat, lng=lng
            )
            await self._change(client, "place", marker=marker, lat=-lat, lng=-lng)

    @property
    def answered(self) -> int:
        """How many answers have come to all of them."""
        return sum(len(client.answers) for client in self.clients)

    async def _change(self, client: Client, kind: str, **fields: object) -> Frame:
        answer = await client.change(kind, **fields)
        assert answer["t"] == "ack" or answer["code"] in _HOLD_ENDED, answer
        return answer

    async def more(self, count: int, seconds: float = 15.0) -> None:
        """Wait until this many more changes have been answered."""
        goal = self.answered + count
        async with asyncio.timeout(seconds):
            while self.answered < goal:
                self._raise_faults()
                await asyncio.sleep(0.01)

    async def finish(self, seconds: float = 20.0) -> None:
        """Stop; wait until everything has been answered and all hold equal states (D2, O4)."""
        self._stopping = True
        async with asyncio.timeout(seconds):
            await asyncio.gather(*self._workers)
        await agree(*self.clients)

    def _raise_faults(self) -> None:
        for worker in self._workers:
            if worker.done():
                worker.result()

    def cancel(self) -> None:
        for worker in self._workers:
            worker.cancel()


@asynccontextmanager
async def people_at(addresses: Sequence[Sequence[str]]) -> AsyncIterator[list[Client]]:
    """One client that comes back for each list of addresses."""
    async with AsyncExitStack() as stack:
        yield [
            await stack.enter_async_context(Client(*mine, comes_back=True)) for mine in addresses
        ]


@asynccontextmanager
async def load_at(addresses: Sequence[Sequence[str]]) -> AsyncIterator[Load]:
    """The same, at work."""
    async with people_at(addresses) as clients:
        load = Load(clients)
        try:
            yield load
        finally:
            load.cancel()
