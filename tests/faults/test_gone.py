"""Those who are gone are not counted for long, and hold nothing for long (H2)."""

import asyncio

from testkit.client import Client, all_see, create_room
from testkit.server import ServerProcess
from tests.faults.conftest import Pair
from tests.faults.load import SHARED


def now() -> float:
    return asyncio.get_running_loop().time()


async def test_a_killed_process_takes_its_people_and_their_holds_with_it(pair: Pair) -> None:
    """The count is right again within 15 s, the marker free within the lease of 20 s (H2)."""
    room = await create_room(pair.one, **SHARED)
    here, there = room.at(pair.one), room.at(pair.other)
    async with (
        Client(here) as ada,
        Client(here),
        Client(here, role="screen"),
        Client(there) as ben,
        Client(there, role="screen") as screen,
    ):
        marker = (await ada.change("add", lat=0, lng=0))["marker"]
        await all_see(
            (ada, ben, screen), lambda c: (c.state.people, c.state.screens) == (3, 2), "everybody"
        )
        grab = (await ada.change("grab", marker=marker))["rev"]
        await ada.move(marker, grab, 3, 3)
        await ben.wait_for(lambda: ben.state.position(marker) == (3, 3), "the drag")
        moved = now()
        pair.one.kill()
        await all_see(
            (ben, screen),
            lambda c: (c.state.people, c.state.screens) == (1, 1),
            "those who are left",
            15,
        )
        refused = await ben.change("grab", marker=marker)
        assert refused["code"] == "held"
        await ben.wait_for(lambda: not ben.state.holder(marker), "the end of the hold", 30)
        assert 19 < now() - moved < 24
        # It stays where it was last seen.
        assert ben.state.position(marker) == (3, 3)
        assert (await ben.change("grab", marker=marker))["t"] == "ack"
    pair.other.assert_clean_log()


async def test_a_hold_ends_five_seconds_after_its_holder_has_gone(
    calm_server: ServerProcess,
) -> None:
    """Nobody has to unlock by hand (H2)."""
    room = await create_room(calm_server, **SHARED)
    async with Client(room.at(calm_server)) as ada, Client(room.at(calm_server)) as ben:
        marker = (await ada.change("add", lat=0, lng=0))["marker"]
        grab = (await ada.change("grab", marker=marker))["rev"]
        await ada.move(marker, grab, 3, 3)
        await ben.wait_for(lambda: ben.state.position(marker) == (3, 3), "the drag")
        gone = now()
        ada.cut()
        await ben.wait_for(lambda: not ben.state.holder(marker), "the end of the hold")
        assert 5 <= now() - gone < 8
        assert ben.state.position(marker) == (3, 3)
