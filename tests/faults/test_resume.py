"""Somebody who comes back gets exactly what changed since, or a snapshot (R1)."""

import asyncio

from testkit.client import Client, agree, create_room
from testkit.server import ServerProcess
from tests.faults.load import SHARED, people_at


async def test_with_epoch_and_revision_exactly_what_changed_since_is_sent(
    calm_server: ServerProcess,
) -> None:
    """One tick, no snapshot (R1)."""
    room = await create_room(calm_server)
    async with Client(room.at(calm_server)) as ada, Client(room.at(calm_server)) as ben:
        await ada.change("add", lat=1, lng=1)
        await agree(ada, ben)
        had = ben.state.rev
        await ben.leave()
        await ada.change("place", marker=1, lat=2, lng=2)
        grab = (await ada.change("grab", marker=1))["rev"]
        await ada.move(1, grab, 3, 3)
        # What a drag has come to is part of it.
        async with Client(room.at(calm_server)) as eve:
            await eve.wait_for(lambda: eve.state.position(1) == (3, 3), "the drag")
        await ben.connect()
        assert [frame["t"] for frame in ben.frames[:2]] == ["welcome", "tick"]
        assert "snapshot" not in {frame["t"] for frame in ben.frames}
        first = ben.frames[1]
        assert [change["rev"] for change in first["changes"]] == [had + 1, had + 2]
        assert first["moves"] == [[1, 3.0, 3.0]]
        await agree(ada, ben)


async def test_without_anything_new_no_change_is_sent(calm_server: ServerProcess) -> None:
    """R1."""
    room = await create_room(calm_server)
    async with Client(room.at(calm_server)) as ada:
        await ada.change("add", lat=1, lng=1)
        await agree(ada)
        await ada.leave()
        await ada.connect()
        await ada.wait_for(lambda: ada.state.people == 1, "the count of people")
        assert not any(frame.get("changes") for frame in ada.frames)
        assert "snapshot" not in {frame["t"] for frame in ada.frames}


async def _snapshot_at_the_end(server: ServerProcess, epoch: str | None, rev: int | None) -> None:
    room = await create_room(server)
    async with Client(room.at(server)) as ada:
        await ada.change("add", lat=1, lng=1)
        await agree(ada)
        await ada.leave()
        ada.state.epoch = epoch or ada.state.epoch
        ada.state.rev = ada.state.rev if rev is None else rev
        await ada.connect()
        await ada.wait_for(lambda: ada.state.rev == 2, "the state")
        assert [frame["t"] for frame in ada.frames[:2]] == ["welcome", "snapshot"]
        assert ada.state.position(1) == (1, 1)


async def test_a_wrong_epoch_gets_a_snapshot(calm_server: ServerProcess) -> None:
    """Revisions mean something only within one epoch (R1)."""
    await _snapshot_at_the_end(calm_server, "elsewhere", None)


async def test_a_revision_from_the_future_gets_a_snapshot(calm_server: ServerProcess) -> None:
    """R1."""
    await _snapshot_at_the_end(calm_server, None, 1_000)


async def test_a_revision_of_too_long_ago_gets_a_snapshot(calm_server: ServerProcess) -> None:
    """The last 1,000 changes are kept for resume (R1)."""
    room = await create_room(calm_server, **SHARED)
    async with people_at([[room.at(calm_server)]] * 31) as (ben, *others):
        await ben.leave()

        async def add_many(client: Client) -> None:
            for lat in range(36):  # not more than anybody may at once
                await client.change("add", lat=lat, lng=1)

        await asyncio.gather(*map(add_many, others))
        await ben.connect()
        assert [frame["t"] for frame in ben.frames[:2]] == ["welcome", "snapshot"]
        await agree(ben, *others)
        assert ben.state.rev > 1_000
