"""Redis Sentinel names another master, and the map is live between processes again."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from testkit.client import Client, agree, create_room
from testkit.services import LOOPBACK, RedisServer, Unavailable
from tests.conftest import StartServer, leave_out
from tests.faults.load import SHARED

MASTER = "mymaster"


@dataclass(frozen=True)
class Watched:
    """A master, its replica, and the sentinel that watches them."""

    master: RedisServer
    replica: RedisServer
    sentinel: RedisServer

    @property
    def url(self) -> str:
        return f"sentinel://{LOOPBACK}:{self.sentinel.port}/{MASTER}/0"


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    try:
        master = RedisServer(tmp_path / "master")
    except Unavailable as error:
        leave_out(str(error))
    replica = RedisServer(
        tmp_path / "replica", arguments=("--replicaof", f"{LOOPBACK} {master.port}")
    )
    config = tmp_path / "sentinel.conf"  # the sentinel writes into it
    config.write_text(
        f"sentinel monitor {MASTER} {LOOPBACK} {master.port} 1\n"
        f"sentinel down-after-milliseconds {MASTER} 1000\n"
        f"sentinel failover-timeout {MASTER} 3000\n"
    )
    sentinel = RedisServer(tmp_path / "sentinel", sentinel=config)
    with master, replica:
        with replica.client() as client:
            while client.info("replication")["master_link_status"] != "up":
                pass
        with sentinel:
            with sentinel.client() as client:
                while not client.execute_command("SENTINEL", "REPLICAS", MASTER):
                    pass
            yield Watched(master, replica, sentinel)


@pytest.mark.timeout(240)
async def test_after_a_failover_a_drag_is_seen_in_the_other_process_again(
    start_server: StartServer, watched: Watched, postgres_url: str
) -> None:
    """And meanwhile nobody is sent away, and changes go on."""
    env = {"DATABASE_URL": postgres_url, "REDIS_URL": watched.url}
    one, two = start_server(env), start_server(env)
    room = await create_room(one, **SHARED)
    async with Client(room.at(one)) as ada, Client(room.at(two)) as ben:
        marker = (await ada.change("add", lat=1, lng=1))["marker"]
        grab = (await ada.change("grab", marker=marker))["rev"]
        lat = await _seen_live(ada, ben, marker, grab, 10.0)
        watched.master.kill()
        assert (await ben.change("add", lat=2, lng=2))["t"] == "ack"
        await _seen_live(ada, ben, marker, grab, lat)
        assert (await ada.change("drop", marker=marker, grab=grab, lat=9, lng=9))["t"] == "ack"
        await agree(ada, ben)
        assert (ada.connections, ben.connections) == (1, 1)
    for server in (one, two):
        server.assert_clean_log()


async def _seen_live(ada: Client, ben: Client, marker: int, grab: int, lat: float) -> float:
    """Move until the other one sees it: moves travel only through Redis."""
    async with asyncio.timeout(40):
        while True:
            lat += 0.125
            await ada.move(marker, grab, lat, lat)
            try:
                await ben.wait_for(
                    lambda lat=lat: ben.state.position(marker) == (lat, lat),  # type: ignore[misc]
                    "a move",
                    0.3,
                )
            except TimeoutError:
                continue
            return lat
