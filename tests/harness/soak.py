"""`make soak`: hundreds of people come and go, and the installation stays as it was.

After half an hour all resources of a process must be within five per cent of their
values after warming up: memory, files, threads, tasks of the loop, and its keys in
Redis and connections to PostgreSQL.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import signal
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg
from websockets.exceptions import ConnectionClosed

from testkit.client import Client, Closed, Room
from testkit.server import ServerProcess, prepare_once
from testkit.services import wait_until
from tests.harness import checks
from tests.harness.installation import PAIR, SINGLE, Installation, Pair, Single, another_venue

# Memory is the lowest of several readings, because work under way comes and goes.
LOOKS, LOOK_SECONDS = 5, 2.0
SHARE = 0.05
# Growth that is allowed in any case: five per cent of a small figure would be too strict.
SPARE = {"memory MB": 6.0, "files": 6, "threads": 3, "tasks": 6, "keys": 4, "connections": 3}
# The shortest and the longest stay of a person, in seconds.
STAY = 1.0, 60.0
# They come one by one in the first seconds.
ARRIVE_SECONDS = 10.0

# The warming up takes at most so much longer, until everybody has been everywhere.
MORE_MINUTES = 30


class Person:
    """Comes, adds, drags, goes; and comes back to each room as the same person.

    A room keeps whoever has changed anything, so people who are always new would make
    it grow on purpose.
    """

    def __init__(self, world: Installation, rooms: list[Room], rng: random.Random) -> None:
        self._world, self._rng = world, rng
        self._tokens: dict[str, str | None] = {}
        self._venue = another_venue()
        # Everywhere once, in any order, before anywhere again: limits keep a key for each
        # person, room and process, and all of them should exist when the soak begins.
        self._everywhere = [(room, n) for room in rooms for n in range(len(world.servers))]
        self._unseen = rng.sample(self._everywhere, len(self._everywhere))

    @property
    def has_been_everywhere(self) -> bool:
        """Whether this person has been in each room at each process."""
        return not self._unseen

    async def live(self, until: float) -> None:
        rng = self._rng
        await asyncio.sleep(rng.uniform(0, ARRIVE_SECONDS))
        while time.monotonic() < until:
            is_new = not self.has_been_everywhere
            room, index = place = self._unseen[-1] if is_new else rng.choice(self._everywhere)
            client = Client(
                self._world.address(room, index, road=False),
                role="participant" if is_new or rng.random() < 0.95 else "screen",
                local_addr=(self._venue, 0),
            )
            if client.role != "screen":
                client.token = self._tokens.get(room.code)
            with suppress(Closed, ConnectionClosed, TimeoutError, OSError):
                await client.connect()
                if client.role != "screen":
                    self._tokens[room.code] = client.token
                    if is_new:
                        self._unseen.remove(place)
                    await self._take_part(client)
                await asyncio.sleep(rng.uniform(*STAY))
            if rng.random() < 0.3 and client.close_code is None:
                with suppress(AssertionError, AttributeError):
                    client.cut()
            await client.leave()

    async def _take_part(self, client: Client) -> None:
        rng = self._rng
        answer = await client.change("add", lat=rng.uniform(-80, 80), lng=rng.uniform(-170, 170))
        mine = [n for n, m in client.state.markers.items() if m.owner == client.person]
        marker = answer.get("marker") or (mine[0] if mine else None)
        if marker is None:
            return
        grab = await client.change("grab", marker=marker)
        if grab["t"] != "ack":
            return
        for step in range(rng.randint(3, 20)):
            await client.move(marker, grab["rev"], step, step)
            await asyncio.sleep(0.1)
        await client.change("drop", marker=marker, grab=grab["rev"], lat=1, lng=1)
        # Each visit removes the marker that it added, so that the room does not fill up.
        await client.change("remove", marker=marker)


class Crowd:
    """The same people again and again, because new ones would make their rooms grow."""

    def __init__(self, world: Installation, rooms: list[Room], people: int, seed: str) -> None:
        rng = random.Random(seed)
        self._people = [Person(world, rooms, random.Random(rng.random())) for _ in range(people)]

    @property
    def has_been_everywhere(self) -> bool:
        """Whether each person has been in each room at each process."""
        return all(person.has_been_everywhere for person in self._people)

    async def come_and_go(self, seconds: float) -> None:
        """Return when the last one has gone, up to a minute after these seconds."""
        until = time.monotonic() + seconds
        await asyncio.gather(*(person.live(until) for person in self._people))


class Observed(ServerProcess):
    """A server that collects garbage and writes the number of its tasks on SIGUSR2."""

    @property
    def counts(self) -> Path:
        return self.folder / "counts.json"

    def spawn(self) -> None:
        self.env["LIVEMAP_COUNTS"] = str(self.counts)
        self.process.spawn(
            [sys.executable, "-m", "tests.harness.observed", *self.arguments],
            cwd=Path(__file__).resolve().parents[2],
            env=self.env,
        )

    def tasks(self) -> int:
        self.counts.unlink(missing_ok=True)
        self.process.send(signal.SIGUSR2)
        wait_until(lambda: self._counted() is not None, 10, "the number of tasks")
        counted = self._counted()
        assert counted is not None
        return counted

    def _counted(self) -> int | None:
        with suppress(FileNotFoundError, json.JSONDecodeError):
            count: int = json.loads(self.counts.read_text())["tasks"]
            return count
        return None


def held(world: Installation) -> dict[str, float]:
    """The resources that the installation holds now, summed over its servers."""
    # First, because this collects their garbage.
    tasks = sum(s.tasks() for s in world.servers if isinstance(s, Observed))
    processes = [psutil.Process(server.process.pid) for server in world.servers]
    found: dict[str, float] = {
        "memory MB": sum(p.memory_info().rss for p in processes) / 1e6,
        "files": sum(p.num_fds() for p in processes),
        "threads": sum(p.num_threads() for p in processes),
        "tasks": tasks,
    }
    if isinstance(world, Pair):
        with world.redis.client() as client:
            found["keys"] = client.dbsize() + len(client.pubsub_channels())
        with psycopg.connect(world.postgres.url()) as postgres:
            row = postgres.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname LIKE 'test%'"
            ).fetchone()
            found["connections"] = row[0] if row else 0
    return found


async def at_rest(world: Installation) -> dict[str, float]:
    """The least of several readings."""
    looks = []
    for _ in range(LOOKS):
        looks.append(await asyncio.to_thread(held, world))
        await asyncio.sleep(LOOK_SECONDS)
    return {what: min(look[what] for look in looks) for what in looks[0]}


async def soak(world: Installation, *, people: int, minutes: float, seed: str) -> list[str]:
    """Let people come and go; return the resources that have grown."""
    rooms = [await world.create_room(another_venue(), markers_each=3) for _ in range(5)]
    crowd = Crowd(world, rooms, people, seed)

    warm = max(60.0, minutes * 60 / 5)
    started = time.monotonic()
    await crowd.come_and_go(warm)
    for _ in range(MORE_MINUTES):
        if not crowd.has_been_everywhere:
            await crowd.come_and_go(60)
    if not crowd.has_been_everywhere:
        return ["some people did not come in everywhere"]
    warm = time.monotonic() - started
    # A hold ends within 25 s, and an empty room is dropped after 30 s more.
    await asyncio.sleep(100)
    before = await at_rest(world)
    print(f"after warming up for {warm:.0f} s: {_line(before)}", flush=True)
    await crowd.come_and_go(minutes * 60)
    await asyncio.sleep(100)
    after = await at_rest(world)
    print(f"after {minutes:.0f} minutes more: {_line(after)}", flush=True)
    return [
        f"{what}: {after[what]:.0f}, {before[what]:.0f} before"
        for what in before
        if after[what] > before[what] * (1 + SHARE) + SPARE[what]
    ]


def _line(found: dict[str, float]) -> str:
    return ", ".join(f"{what} {value:.0f}" for what, value in found.items())


async def run(options: argparse.Namespace) -> int:
    with tempfile.TemporaryDirectory(prefix="livemap-soak-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        static_files = await asyncio.to_thread(prepare_once)
        worlds: dict[str, type[Installation]] = {SINGLE: Single, PAIR: Pair}
        world = worlds[options.kind](folder / options.kind, static_files)
        world.server_class = Observed
        async with world:
            grown = await soak(
                world, people=options.people, minutes=options.minutes, seed=options.seed
            )
            wrong = [sign for log in world.new_log().values() for sign in checks.clean(log)]
        print("\n".join([*grown, *wrong]) or "everything is as it was")
        return 1 if grown or wrong else 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.harness.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--people", type=int, default=500)
    parser.add_argument("--kind", choices=[SINGLE, PAIR], default=PAIR)
    parser.add_argument("--seed", default=str(random.randrange(10_000)))
    return asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    sys.exit(main())
