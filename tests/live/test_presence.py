"""How many are here: told to whoever comes, and right again after a process has died."""

from __future__ import annotations

import uuid

import pytest

from mapapp.live.presence import EXPIRY_SECONDS, Presence
from mapapp.live.relay.messages import RelayMessage, Seal, Want
from mapapp.rooms.creation import CreatedRoom
from tests.live.conftest import World


def test_a_person_with_two_tabs_counts_once_and_the_remote_not_at_all() -> None:
    presence, ada = Presence(), uuid.uuid4()
    presence.arrive(ada)
    presence.arrive(ada)
    presence.arrive(uuid.uuid4(), host=True)
    presence.arrive(None)
    assert presence.here == (1, 1)
    presence.leave(ada)
    assert presence.here == (1, 1)
    presence.leave(ada)
    presence.leave(None)
    assert presence.here == (0, 0)


def test_a_process_that_fell_silent_is_counted_a_while_and_then_no_more() -> None:
    presence = Presence()
    presence.arrive(uuid.uuid4())
    presence.hear("elsewhere", (3, 2), 10.0)
    assert presence.total == (4, 2)
    presence.expire(10.0 + EXPIRY_SECONDS)
    assert presence.total == (4, 2)
    presence.hear("elsewhere", (5, 1), 12.0)
    presence.expire(12.01 + EXPIRY_SECONDS)
    assert presence.total == (1, 0)


def test_whoever_comes_is_told_how_many_are_here_and_nobody_is_told_what_they_know(
    world: World, shared_room: CreatedRoom
) -> None:
    one = world.process()
    ada = world.client(one, shared_room)
    assert ada.counts == (1, 0)
    screen = world.client(one, shared_room, "screen")
    assert ada.counts == screen.counts == (1, 1)
    frames = ada.frames
    world.pass_time(10)
    assert ada.frames == frames, "nothing is new"
    bob = world.client(one, shared_room)
    assert bob.counts == ada.counts == (2, 1)


def test_a_remote_is_told_how_many_are_here_though_its_coming_changes_nothing(
    world: World, shared_room: CreatedRoom
) -> None:
    one = world.process()
    world.client(one, shared_room)
    remote = world.client(one, shared_room, "host")
    assert remote.counts == (1, 0)


@pytest.mark.parametrize("role", ["participant", "screen", "host"])
@pytest.mark.parametrize("moves", ["json", "packed"])
def test_who_resumes_with_all_there_is_gets_one_tick_that_tells_who_is_here(
    world: World, shared_room: CreatedRoom, role: str, moves: str
) -> None:
    """R1. Without it, a client that waits for its state would wait for the next change."""
    one = world.process()
    world.client(one, shared_room)
    back = world.client(one, shared_room, role, moves)
    before, frames = back.counts, back.frames
    world.loop.run(back.break_line())
    back.counts = (-1, -1)
    world.loop.run(back.connect(one))
    world.pass_time(0.1)
    assert back.counts == before
    assert back.frames == frames + 2, "welcome and tick"


def test_who_could_take_nothing_for_a_while_is_not_told_again_how_many_are_here(
    world: World, shared_room: CreatedRoom
) -> None:
    one = world.process()
    ada, bob = world.client(one, shared_room), world.client(one, shared_room)
    bob.change("add", lat=9.0, lng=0.0)
    world.pass_time(1)  # and that one person has answered
    ada.can_take.clear()
    for place in range(3):
        bob.change("add", lat=float(place), lng=0.0)
        world.pass_time(1)
    ada.counts = (-1, -1)
    ada.can_take.set()
    world.until(lambda: ada.comparable() == bob.comparable())
    assert ada.counts == (-1, -1), "said although it is as before"
    _third = world.client(one, shared_room)
    assert ada.counts == bob.counts == (3, 0)


def test_a_relay_that_is_back_asks_at_once_for_what_it_missed(
    world: World, shared_room: CreatedRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """O4: not only once the next heartbeat of somebody else shows a gap."""
    one, two = world.process(), world.process()
    ada, _bob = world.client(one, shared_room), world.client(two, shared_room)
    ada.change("add", lat=1.0, lng=2.0)
    world.until(lambda: not ada.unanswered)
    world.pass_time(5)
    two.layer.down = True
    world.until(lambda: not two.hub.relay.up)
    sent: list[RelayMessage] = []
    wrap = Seal.wrap

    def noted(seal: Seal, message: RelayMessage) -> dict[str, object]:
        if message.process == two.hub.process:
            sent.append(message)
        return wrap(seal, message)

    monkeypatch.setattr(Seal, "wrap", noted)
    two.layer.down = False
    world.until(lambda: two.hub.relay.up)
    world.pass_time(0.01)
    assert Want(two.hub.process, shared_room.room.pk, shared_room.room.epoch) in sent
