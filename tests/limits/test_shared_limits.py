"""Limits over several processes: in Redis or at the broker, and without waiting for it (A3)."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from mapapp.broker.broker import Broker, listen_at
from mapapp.limits import shared as shared_limits
from mapapp.limits.shared import SharedLimit, SharedLimits
from testkit.services import RedisServer


class Process:
    """One process's line to the limits, and what it has been told to hold."""

    def __init__(self, url: str = "", per_minute: int = 5, *, broker: str = "") -> None:
        self.over: list[str] = []
        self.shared = SharedLimits(url, broker)
        self.limit = SharedLimit("openings", per_minute, self.over.append)

    async def hit(self, key: str) -> bool:
        return await self.shared.hit(self.limit, key)


@pytest.fixture
async def processes(redis_server: RedisServer) -> AsyncIterator[tuple[Process, Process]]:
    async with AsyncExitStack() as stack:
        made = Process(redis_server.url), Process(redis_server.url)
        for process in made:
            stack.push_async_callback(close, process)
        yield made


async def close(process: Process) -> None:
    await process.shared.close()


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110  what is waited for has no event
            await asyncio.sleep(0.01)


@pytest.fixture
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A loaded machine is no Redis that hangs."""
    monkeypatch.setattr(shared_limits, "PATIENCE_SECONDS", 20.0)


@pytest.mark.usefixtures("patience")
async def test_what_one_process_lets_through_counts_at_the_other(
    processes: tuple[Process, Process],
) -> None:
    one, two = processes
    assert [await p.hit("hall") for p in (one, two, one, two, one)] == [True] * 5
    assert not await two.hit("hall")
    assert not await one.hit("hall")
    assert (one.over, two.over) == (["hall"], ["hall"])
    assert await two.hit("elsewhere")


@pytest.mark.usefixtures("patience")
async def test_what_is_told_in_the_background_is_counted_together(
    processes: tuple[Process, Process], redis_server: RedisServer
) -> None:
    one, two = processes
    for _ in range(4):
        one.shared.tell(one.limit, "hall")
    await until(lambda: one.shared._telling is not None and one.shared._telling.done())
    assert not one.over
    # A storm is few commands, whatever it counts.
    with redis_server.client() as client:
        before = client.info("stats")["total_commands_processed"]
        for _ in range(1_000):
            two.shared.tell(two.limit, "hall")
        await until(lambda: two.over == ["hall"])
        assert client.info("stats")["total_commands_processed"] - before < 50


@pytest.mark.usefixtures("patience")
async def test_redis_learns_no_address(
    processes: tuple[Process, Process], redis_server: RedisServer
) -> None:
    await processes[0].hit("192.0.2.7")
    with redis_server.client() as client:
        keys = [key.decode() for key in client.scan_iter()]
        assert keys
        assert not [key for key in keys if "192.0.2.7" in key]
        assert all(0 < client.pttl(key) <= 120_000 for key in keys)


@pytest.mark.parametrize("how", ["hangs", "is away"])
async def test_nobody_waits_for_a_redis_that_does_not_answer(
    processes: tuple[Process, Process], redis_server: RedisServer, how: str
) -> None:
    """Each process goes on with its own limits, and asks again later."""
    one, _ = processes
    redis_server.pause() if how == "hangs" else redis_server.kill()
    began = time.monotonic()
    assert all(await asyncio.gather(*(one.hit("hall") for _ in range(100))))
    asked = time.monotonic()
    assert one.shared._paused_until > asked - 1
    # From now on it is not even asked.
    one.shared._paused_until = asked + 1_000
    assert [await one.hit("hall") for _ in range(100)] == [True] * 100
    assert asked - began < 20 * shared_limits.PATIENCE_SECONDS + 5
    assert not one.over


@pytest.mark.usefixtures("patience")
async def test_a_redis_that_has_come_back_is_asked_again(
    processes: tuple[Process, Process], redis_server: RedisServer
) -> None:
    one, two = processes
    redis_server.kill()
    assert await one.hit("hall")
    redis_server.start()
    one.shared._paused_until = 0.0
    assert [await one.hit("hall") for _ in range(5)] == [True] * 5
    assert not await two.hit("hall")


@pytest.mark.usefixtures("patience")
async def test_workers_without_redis_count_at_their_broker(tmp_path: Path) -> None:
    path = tmp_path / "socket"
    broker = Broker()
    await broker.listen(listen_at(path))
    one, two = Process(broker=str(path)), Process(broker=str(path))
    assert all(await asyncio.gather(*(p.hit("hall") for p in (one, two, one, two, one))))
    assert not await two.hit("hall")
    assert not await one.hit("hall")
    assert (one.over, two.over) == (["hall"], ["hall"])
    assert await one.hit("elsewhere")
    for _ in range(1_000):
        two.shared.tell(two.limit, "elsewhere")
    await until(lambda: two.over == ["hall", "elsewhere"])
    await broker.close()
    assert await one.hit("hall"), "each goes on with its own limits"
    for process in (one, two):
        await close(process)


async def test_without_redis_nothing_is_asked_and_nothing_kept() -> None:
    process = Process("")
    assert all([await process.hit("hall") for _ in range(100)])
    process.shared.tell(process.limit, "hall")
    assert not process.shared._told
    assert process.shared._telling is None
