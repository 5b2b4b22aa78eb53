from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from mapapp.domain.caps import RoomCaps
from mapapp.rooms.creation import CreatedRoom, create_room
from mapapp.storage.store import DatabaseStore
from tests.live.simulation import Broker, Client, Process, VirtualLoop

# The virtual clock starts here, in seconds since 1970: just before a room that
# is opened by the real one, so that it is neither expired nor from the future.
START = time.time()


@dataclass
class World:
    """Virtual time, a store, a broker, and processes as the test makes them."""

    loop: VirtualLoop
    store: DatabaseStore
    broker: Broker
    processes: list[Process] = field(default_factory=list)

    def process(self, phone_budget: int | None = None, **options: Any) -> Process:
        async def make() -> Process:
            return Process(
                self.store,
                self.broker,
                lambda: START + self.loop.now,
                phone_budget=phone_budget,
                **options,
            )

        process = self.loop.run(make())
        self.processes.append(process)
        return process

    def client(
        self,
        process: Process,
        room: CreatedRoom,
        role: str = "participant",
        moves: str = "json",
    ) -> Client:
        async def make() -> Client:
            key = room.host_key if role == "host" else None
            client = Client(room.room.code, role=role, key=key, moves=moves)
            await client.connect(process)
            return client

        client = self.loop.run(make())
        self.loop.pass_time(1.0)
        return client

    def slow_down_reading(
        self, process: Process, monkeypatch: pytest.MonkeyPatch, seconds: float = 0.5
    ) -> None:
        """From now on this process gets from its database only after so long what it reads."""
        read = process.hub.reader.read

        async def slowly(*args: Any) -> Any:
            await asyncio.sleep(seconds)
            return await read(*args)

        monkeypatch.setattr(process.hub.reader, "read", slowly)

    def pass_time(self, seconds: float) -> None:
        self.loop.pass_time(seconds)

    def until(self, condition: Callable[[], bool], within: float = 60.0) -> None:
        """Let time pass until the condition holds; fail after `within` virtual seconds."""
        end = self.loop.now + within
        while not condition():
            assert self.loop.now < end, f"not so within {within} virtual seconds"
            self.loop.pass_time(0.01)


@pytest.fixture
def world(transactional_db: None) -> Iterator[World]:
    loop = VirtualLoop()
    store = DatabaseStore(caps=RoomCaps(room_markers=10_000), clock=lambda: START + loop.now)
    yield World(loop, store, Broker(random.Random(1)))
    loop.finish()


@pytest.fixture
def shared_room(transactional_db: None) -> CreatedRoom:
    return create_room(rules="shared", anyone_adds=True)


@pytest.fixture
def own_room(transactional_db: None) -> CreatedRoom:
    return create_room(rules="own")
