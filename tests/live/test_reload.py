"""A room that has missed so much that it is read anew, while people drag in it."""

from __future__ import annotations

import pytest

from mapapp.rooms.creation import CreatedRoom
from tests.live.conftest import World
from tests.live.simulation import Client


def _grabbed(world: World, client: Client) -> tuple[int, int]:
    """A new marker in somebody's hand: its number, and the grab."""
    added = client.change("add", lat=10.0, lng=20.0)
    world.until(lambda: not client.unanswered)
    number = client.answers[added]["marker"]
    grab = client.change("grab", marker=number)
    world.until(lambda: not client.unanswered)
    return number, client.answers[grab]["rev"]


def test_markers_that_are_held_stay_where_they_were_seen(
    world: World, shared_room: CreatedRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """O4, H2: also when the holder goes away about then, and for newcomers."""
    monkeypatch.setattr("mapapp.live.reader.FETCH_LIMIT", 3)
    one, two = world.process(), world.process()
    ada, carol = world.client(one, shared_room), world.client(one, shared_room)
    bob = world.client(two, shared_room)
    number, grab = _grabbed(world, ada)
    other, _grab = _grabbed(world, bob)
    ada.move(number, grab, 33.0, 44.0)
    world.until(lambda: carol.markers[number]["lat"] == bob.markers[number]["lat"] == 33.0)
    one.layer.down = two.layer.down = True
    world.until(lambda: not one.hub.relay.up and not two.hub.relay.up)
    world.loop.run(ada.break_line())
    for lat in range(5):
        bob.change("place", marker=other, lat=float(lat), lng=0.0)
    world.until(lambda: not bob.unanswered and carol.rev == bob.rev, within=3)
    newcomer = world.client(one, shared_room)
    assert carol.markers[number]["lat"] == newcomer.markers[number]["lat"] == 33.0
    world.until(lambda: carol.markers[number]["holder"] == 0, within=7)
    assert carol.markers[number]["lat"] == 33.0


def test_what_was_moved_elsewhere_while_a_room_was_read_anew_is_told_again(
    world: World, shared_room: CreatedRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """O4: a move whose grab is not yet known is not taken."""
    monkeypatch.setattr("mapapp.live.reader.FETCH_LIMIT", 3)
    one, two = world.process(), world.process()
    ada, bob = world.client(one, shared_room), world.client(two, shared_room)
    ada.change("add", lat=0.0, lng=0.0)
    world.until(lambda: 1 in bob.markers)
    world.pass_time(5)  # each process has heard of the other
    world.slow_down_reading(one, monkeypatch)
    with monkeypatch.context() as patch:
        patch.setattr(world.broker, "send", lambda *_: None)
        for lat in range(5):
            bob.change("place", marker=1, lat=float(lat), lng=0.0)
        number, grab = _grabbed(world, bob)
        world.pass_time(0.1)
    assert number not in ada.markers
    bob.move(number, grab, 50.0, 50.0)
    world.until(lambda: number in ada.markers, within=3)
    world.until(lambda: ada.markers[number]["lat"] == 50.0, within=1)


@pytest.mark.parametrize(("kind", "code"), [("ban", 4411), ("close", 4410)])
def test_who_was_removed_meanwhile_is_sent_away_and_so_is_everybody_from_a_closed_room(
    world: World,
    shared_room: CreatedRoom,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    code: int,
) -> None:
    """O2, A1."""
    monkeypatch.setattr("mapapp.live.reader.FETCH_LIMIT", 3)
    one, two = world.process(), world.process()
    host, ada = world.client(one, shared_room, "host"), world.client(two, shared_room)
    ada.change("add", lat=1.0, lng=1.0)
    world.until(lambda: not ada.unanswered)
    two.layer.down = True
    for number in range(8):
        host.change("add", lat=float(number), lng=0.0)
    host.change(kind, **({"person": ada.person} if kind == "ban" else {}))
    world.until(lambda: ada.closed == code)


def test_who_became_somebody_meanwhile_is_known_as_that_person(
    world: World, shared_room: CreatedRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R2: their first change was made in another tab, at another process."""
    monkeypatch.setattr("mapapp.live.reader.FETCH_LIMIT", 3)
    one, two = world.process(), world.process()
    ada, tab = world.client(one, shared_room), world.client(two, shared_room)
    world.loop.run(tab.break_line())
    tab.token = ada.token
    world.loop.run(tab.connect(two))
    one.layer.down = two.layer.down = True
    world.until(lambda: not one.hub.relay.up and not two.hub.relay.up)
    for lat in range(8):
        tab.change("add", lat=float(lat), lng=0.0)
    world.until(lambda: not tab.unanswered and ada.rev == tab.rev, within=5)
    (room,) = one.hub.rooms.values()
    assert [connection.person for connection in room.connections] == [tab.person]
    assert tab.person
