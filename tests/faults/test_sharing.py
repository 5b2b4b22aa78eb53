"""People in one room see each other, whichever process they are connected to."""

import asyncio

from testkit.client import Client, agree, all_see, create_room
from testkit.server import ServerProcess
from tests.faults.conftest import Pair
from tests.faults.load import SHARED


async def _drag_is_seen(one: ServerProcess, other: ServerProcess) -> None:
    room = await create_room(one, question="Where shall we meet?")
    async with (
        Client(room.at(one)) as ada,
        Client(room.at(other)) as ben,
        Client(room.at(other), role="screen") as screen,
    ):
        marker = (await ada.change("add", lat=48.1, lng=11.5, label="Ada"))["marker"]
        grab = (await ada.change("grab", marker=marker))["rev"]
        await all_see(
            (ben, screen),
            lambda watcher: watcher.state.holder(marker) == ada.person,
            "who holds it",
        )
        # A drag is seen while it lasts, before anything of it is stored.
        await ada.move(marker, grab, 50.0, 12.0)
        await all_see(
            (ben, screen),
            lambda watcher: watcher.state.position(marker) == (50.0, 12.0),
            "the move",
        )
        await ada.change("drop", marker=marker, grab=grab, lat=51.0, lng=13.0)
        await ben.change("add", lat=-10.0, lng=-20.0, label="Ben")
        await agree(ada, ben, screen)
        assert ben.state.position(marker) == (51.0, 13.0)
        assert ben.state.names[ada.person or 0] == ada.name
        await screen.wait_for(
            lambda: (screen.state.people, screen.state.screens) == (2, 1), "who is here"
        )


async def test_a_drag_is_seen_live_on_one_server(calm_server: ServerProcess) -> None:
    """SQLite and the in-memory layer; equal states at the end (O4)."""
    await _drag_is_seen(calm_server, calm_server)


async def test_a_drag_in_one_process_is_seen_live_in_the_other(calm_pair: Pair) -> None:
    """PostgreSQL and Redis; equal states at the end (O4)."""
    await _drag_is_seen(calm_pair.one, calm_pair.other)


async def test_of_two_who_grab_in_two_processes_exactly_one_gets_the_marker(
    calm_pair: Pair,
) -> None:
    """The other one is told by name who holds it (H1)."""
    room = await create_room(calm_pair.one, **SHARED)
    async with Client(room.at(calm_pair.one)) as ada, Client(room.at(calm_pair.other)) as ben:
        marker = (await ada.change("add", lat=1, lng=1))["marker"]
        await ben.change("name", name="Ben")
        await agree(ada, ben)  # an answer may come before the tick that tells its change
        for lat in range(10):
            answers = await asyncio.gather(
                ada.change("grab", marker=marker), ben.change("grab", marker=marker)
            )
            assert sorted(answer["t"] for answer in answers) == ["ack", "refused"]
            first = 0 if answers[0]["t"] == "ack" else 1
            winner, refused = (ada, ben)[first], answers[1 - first]
            assert refused["code"] == "held"
            assert (refused["by"], refused["name"]) == (
                winner.person,
                winner.state.names[winner.person or 0],
            )
            dropped = await winner.change(
                "drop", marker=marker, grab=answers[first]["rev"], lat=lat, lng=lat
            )
            assert dropped["t"] == "ack"
        await agree(ada, ben)
