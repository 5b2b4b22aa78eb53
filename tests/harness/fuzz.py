"""`make fuzz`: odd frames and requests against a real server.

None of them may cause an error in the server (a traceback, a 500), change the room
for anybody else, or leak memory.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import psutil
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from testkit.client import Client, Closed, Room, agree, create_room
from testkit.server import ServerProcess, prepare_once
from tests.harness import checks, odd
from tests.harness.faults.raw import RawSocket
from tests.harness.installation import another_venue

# The memory that a server may keep afterwards; the allocator returns little at once.
MEMORY_BYTES = 40e6
FRAMES_OF_A_CLIENT = 100
REQUESTS_OF_A_VENUE = 200


class Fuzz:
    """One run: a room with somebody in it who must notice nothing, and fuzzers beside them."""

    def __init__(self, server: ServerProcess, room: Room, seed: str) -> None:
        self.wrong: list[str] = []
        self.frames = 0
        self.requests = 0
        self._server = server
        self._room = room
        self._other = ""
        self._rng = random.Random(seed)

    async def run(self, frames: int, requests: int) -> None:
        async with (
            Client(self._room.at(self._server)) as ada,
            Client(self._room.at(self._server), role="screen") as screen,
        ):
            for lat in range(3):
                await ada.change("add", lat=lat, lng=lat, label=f"Ada {lat}")
            before = ada.state.digest()
            # In a room of their own, where valid changes do not matter.
            self._other = (await create_room(self._server, rules="shared", anyone_adds=True)).code
            await asyncio.gather(
                *(
                    self._send_frames(random.Random(self._rng.random()), frames // 4)
                    for _ in "abcd"
                ),
                *(self._ask(random.Random(self._rng.random()), requests // 2) for _ in "ab"),
                self._look(ada),
            )
            await agree(ada, screen)
            if ada.state.digest() != before:
                self.wrong.append("the room of somebody else has changed")

    async def _look(self, ada: Client) -> None:
        """Check that the person in the other room is answered all the time."""
        for _ in range(20):
            await ada.round_trip()
            await asyncio.sleep(0.05)

    async def _send_frames(self, rng: random.Random, count: int) -> None:
        sent = 0
        while sent < count:
            # Mostly in a room where a frame that happens to be valid may take effect.
            address = f"{self._server.websocket_url}/ws/{self._other}"
            client = odd.Fuzzer(
                address,
                role=rng.choice(["participant", "participant", "screen"]),
                local_addr=(another_venue(), 0),
            )
            if rng.random() < 0.2:
                client.hello_frame = odd.frame(rng)
            with suppress(Closed, ConnectionClosed, InvalidHandshake, TimeoutError, OSError):
                await client.connect()
                for _ in range(FRAMES_OF_A_CLIENT):
                    await client.send(odd.frame(rng))
                    sent += 1
                    self.frames += 1
            sent += 1
            await client.leave()

    async def _ask(self, rng: random.Random, count: int) -> None:
        venue = another_venue()
        for number in range(count):
            if number % REQUESTS_OF_A_VENUE == 0:
                venue = another_venue()
            what, request = odd.request(rng, self._room.code)
            self.requests += 1
            with suppress(OSError):
                socket = await RawSocket.open(self._server, venue)
                await socket.send(request)
                status = await socket.status(0.5)
                if status is not None and status >= 500 and "/readyz" not in what:
                    self.wrong.append(f"{status} for {what}")
                socket.close()


async def fuzz(server: ServerProcess, seed: str, frames: int, requests: int) -> Fuzz:
    """Fuzz a running server; `wrong` lists the broken promises."""
    room = await create_room(server)
    process = psutil.Process(server.process.pid)
    since = len(server.log)
    # Once through everything, to warm the caches.
    warm = Fuzz(server, room, f"warm {seed}")
    await warm.run(min(frames, 400), min(requests, 100))
    before = process.memory_info().rss
    run = Fuzz(server, room, seed)
    await run.run(frames, requests)
    run.wrong += warm.wrong
    run.wrong += checks.clean(server.log[since:])
    grown = process.memory_info().rss - before
    if grown > MEMORY_BYTES:
        run.wrong.append(f"{grown / 1e6:.0f} MB more than before")
    return run


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.harness.fuzz", description=__doc__)
    parser.add_argument("--frames", type=int, default=100_000)
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--seed", default=str(random.randrange(10_000)))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="livemap-fuzz-") as name:
        static_files = prepare_once()
        env = {"ROOM_CREATION_PER_MINUTE": "1000"}
        with ServerProcess(Path(name) / "server", env, static_files=static_files) as server:
            run = asyncio.run(fuzz(server, options.seed, options.frames, options.requests))
    print(f"seed {options.seed}: {run.frames} frames, {run.requests} requests")
    print("\n".join(dict.fromkeys(run.wrong)) or "nothing was wrong")
    return 1 if run.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
