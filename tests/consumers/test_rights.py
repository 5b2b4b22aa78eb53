"""Somebody else's things, old holds, repeats: refused with a stable code, for that one alone."""

import pytest

from testkit.client import Client, Closed, agree, create_room
from testkit.mirror import Frame
from testkit.server import ServerProcess
from tests.consumers.conftest import Others


async def test_somebody_elses_marker_can_be_neither_moved_nor_changed(
    server: ServerProcess, others: Others
) -> None:
    """A1."""
    changes: dict[str, Frame] = {
        "grab": {},
        "place": {"lat": 5, "lng": 5},
        "drop": {"grab": others.grab, "lat": 5, "lng": 5},
        "edit": {"label": "mine"},
        "remove": {},
    }
    for kind, fields in changes.items():
        refused = await others.ben.change(kind, marker=others.marker, **fields)
        assert (refused["t"], refused["code"]) == ("refused", "not_yours"), kind
    # A move has no answer; it is simply not taken.
    await others.ben.move(others.marker, others.grab, 80, 80)
    await others.assert_unaffected()
    assert others.ada.state.position(others.marker) != (80, 80)


async def test_a_marker_that_does_not_exist_cannot_be_touched(
    server: ServerProcess, others: Others
) -> None:
    assert (await others.ada.change("grab", marker=2_000_000_000))["code"] == "no_marker"
    await others.ada.move(2_000_000_000, 1, 1, 1)
    await others.assert_unaffected()


async def test_only_the_host_steers(server: ServerProcess, others: Others) -> None:
    """A1."""
    changes: dict[str, Frame] = {
        "lock": {},
        "unlock": {},
        "question": {"question": "Why?"},
        "ban": {"person": others.ada.person},
        "close": {},
    }
    for kind, fields in changes.items():
        refused = await others.ben.change(kind, **fields)
        assert (refused["t"], refused["code"]) == ("refused", "host_only"), kind
    await others.assert_unaffected()


async def test_a_screen_changes_nothing(server: ServerProcess, others: Others) -> None:
    async with Client(others.room.at(server), role="screen") as screen:
        answer = await screen.change("add", lat=1, lng=1)
        assert (answer["t"], answer["code"]) == ("error", "read_only")
    await others.assert_unaffected()


async def test_the_same_op_twice_takes_effect_once_and_gets_the_same_answer(
    server: ServerProcess, others: Others
) -> None:
    """Refusals too, and whatever the repeat says (D2)."""
    ben = others.ben
    added = await ben.change("add", lat=1, lng=1)
    refused = await ben.change("add", lat=2, lng=2)
    assert refused["code"] == "too_many_markers"
    for op, first in ((1, added), (2, refused)):
        for again in (ben.sent[op], {"t": "add", "op": op, "lat": 9, "lng": 9}):
            ben.frames.clear()
            await ben.send(again)
            await ben.wait_for(lambda: any("op" in frame for frame in ben.frames), "an answer")
            assert [frame for frame in ben.frames if "op" in frame] == [first]
    await agree(others.ada, ben)
    assert len(others.ada.state.markers) == 2


async def test_an_op_of_long_ago_is_refused(server: ServerProcess, others: Others) -> None:
    """Only the last 64 answers are kept, and an older op is never carried out again (D2)."""
    ben = others.ben
    await ben.change("add", lat=1, lng=1)
    await ben.send({"t": "place", "op": 100, "marker": 2, "lat": 2, "lng": 2})
    await ben.wait_for(lambda: 100 in ben.answers, "an answer")
    ben.frames.clear()
    await ben.send({"t": "place", "op": 7, "marker": 2, "lat": 3, "lng": 3})
    await ben.wait_for(lambda: 7 in ben.answers, "an answer")
    assert ben.answers[7]["code"] == "old_op"


async def test_the_hold_of_an_earlier_grab_moves_and_drops_nothing(
    server: ServerProcess, others: Others
) -> None:
    """O3."""
    ada, marker, old = others.ada, others.marker, others.grab
    await ada.change("drop", marker=marker, grab=old, lat=1, lng=1)
    for stale in (old, old + 1, 9_007_199_254_740_991):
        refused = await ada.change("drop", marker=marker, grab=stale, lat=5, lng=5)
        assert (refused["t"], refused["code"]) == ("refused", "stale_grab")
        await ada.move(marker, stale, 80, 80)
    others.grab = (await ada.change("grab", marker=marker))["rev"]
    await ada.move(marker, old, 80, 80)
    await others.assert_unaffected()
    async with Client(others.room.at(server), role="screen") as screen:
        assert screen.state.position(marker) != (80, 80)


async def test_a_removed_person_is_sent_away_for_good(
    server: ServerProcess, others: Others
) -> None:
    """With their marker; nobody else notices more than that."""
    async with (
        Client(others.room.at(server)) as eve,
        Client(others.room.at(server), role="host", key=others.room.host_key) as host,
    ):
        await eve.change("add", lat=7, lng=7)
        assert (await host.change("ban", person=4_711))["code"] == "no_person"
        await host.change("ban", person=eve.person)
        assert await eve.wait_closed() == 4411
        assert eve.bye is not None
        assert eve.bye["code"] == "removed"
        eve.state.epoch = ""
        with pytest.raises(Closed) as turned_away:
            await eve.connect()
        assert turned_away.value.code == 4411
        await agree(others.ada, others.ben, host)
        assert list(host.state.markers) == [others.marker]
    await others.assert_unaffected()


async def test_a_closed_room_lets_nobody_in(server: ServerProcess) -> None:
    room = await create_room(server)
    async with (
        Client(room.at(server)) as ada,
        Client(room.at(server), role="host", key=room.host_key) as host,
    ):
        await host.change("close")
        for client in (ada, host):
            assert await client.wait_closed() == 4410
            assert client.state.phase == "closed"
    for newcomer in (
        Client(room.at(server)),
        Client(room.at(server), role="screen"),
        Client(room.at(server), role="host", key=room.host_key),
    ):
        with pytest.raises(Closed) as turned_away:
            await newcomer.connect()
        assert turned_away.value.code == 4410
