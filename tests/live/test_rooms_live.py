"""What people in a room see of each other."""

from __future__ import annotations

import asyncio

import pytest

from mapapp.domain.refusals import StoreUnavailable
from mapapp.rooms.creation import CreatedRoom
from tests.live.conftest import World


def placed(world: World, room: CreatedRoom) -> None:
    """A marker in the room, made by a host who then leaves."""
    host = world.client(world.processes[0], room, "host")
    host.change("add", lat=10.0, lng=20.0)
    world.until(lambda: not host.unanswered)
    world.loop.run(host.break_line())


def test_a_drag_in_one_process_is_seen_in_the_other(world: World, shared_room: CreatedRoom) -> None:
    """O3, F1."""
    one, two = world.process(), world.process()
    placed(world, shared_room)
    ada, bob = world.client(one, shared_room), world.client(two, shared_room)
    ada.change("grab", marker=1)
    world.until(lambda: not ada.unanswered)
    grab = ada.answers[1]["rev"]
    ada.move(1, grab, 11.0, 21.0)
    world.until(lambda: bob.markers[1]["lat"] == 11.0)
    ada.change("drop", marker=1, grab=grab, lat=12.0, lng=22.0)
    world.until(lambda: bob.markers[1]["holder"] == 0)
    assert (bob.markers[1]["lat"], bob.markers[1]["lng"]) == (12.0, 22.0)
    assert ada.comparable() == bob.comparable()


def test_a_room_open_in_one_process_alone_costs_the_relay_nothing(
    world: World, shared_room: CreatedRoom
) -> None:
    """F5; whoever opens it later is told all there is."""
    one, two = world.process(), world.process()
    placed(world, shared_room)
    ada = world.client(one, shared_room)
    ada.change("grab", marker=1)
    world.until(lambda: not ada.unanswered)
    grab = ada.answers[1]["rev"]
    world.pass_time(10)
    sent = world.broker.sent
    world.pass_time(10)
    heartbeats, sent = world.broker.sent - sent, world.broker.sent
    for step in range(100):
        ada.move(1, grab, step / 10, 21.0)
        world.pass_time(0.1)
    assert world.broker.sent - sent == heartbeats

    bob = world.client(two, shared_room)
    world.until(lambda: bob.markers.get(1, {}).get("lat") == 9.9)
    ada.move(1, grab, 50.0, 21.0)
    world.until(lambda: bob.markers[1]["lat"] == 50.0)
    world.loop.run(bob.break_line())
    world.pass_time(60)  # until the other process has dropped the room
    sent = world.broker.sent
    for step in range(100):
        ada.move(1, grab, step / 10, 21.0)
        world.pass_time(0.1)
    assert world.broker.sent - sent == heartbeats


def test_only_one_of_two_grabs_succeeds_and_the_other_hears_who_holds_it(
    world: World, shared_room: CreatedRoom
) -> None:
    """H1."""
    one, two = world.process(), world.process()
    placed(world, shared_room)
    ada, bob = world.client(one, shared_room), world.client(two, shared_room)
    ada.change("grab", marker=1)
    bob.change("grab", marker=1)
    world.until(lambda: not ada.unanswered and not bob.unanswered)
    won, lost = sorted((ada, bob), key=lambda client: client.answers[1]["t"])
    assert won.answers[1]["t"] == "ack"
    assert lost.answers[1]["code"] == "held"
    assert lost.answers[1]["by"] == won.person
    assert lost.answers[1]["name"] == won.people[won.person or 0]


def test_a_move_without_the_present_hold_is_ignored(world: World, shared_room: CreatedRoom) -> None:
    """O3."""
    one = world.process()
    placed(world, shared_room)
    ada, bob = world.client(one, shared_room), world.client(one, shared_room)
    ada.change("grab", marker=1)
    world.until(lambda: not ada.unanswered)
    bob.move(1, ada.answers[1]["rev"], 50.0, 50.0)  # not his hold
    ada.move(1, 1, 60.0, 60.0)  # not this hold
    world.pass_time(1)
    assert bob.markers[1]["lat"] == 10.0


def test_a_hold_ends_shortly_after_its_holder_is_gone_where_the_marker_was_seen(
    world: World, shared_room: CreatedRoom
) -> None:
    """H2."""
    one = world.process()
    placed(world, shared_room)
    ada, bob = world.client(one, shared_room), world.client(one, shared_room)
    ada.change("grab", marker=1)
    world.until(lambda: not ada.unanswered)
    ada.move(1, ada.answers[1]["rev"], 33.0, 44.0)
    world.until(lambda: bob.markers[1]["lat"] == 33.0)
    world.loop.run(ada.break_line())
    world.pass_time(3)
    assert bob.markers[1]["holder"] == ada.person
    world.until(lambda: bob.markers[1]["holder"] == 0, within=4)
    assert bob.markers[1]["lat"] == 33.0


def test_a_holder_who_comes_back_in_time_keeps_the_hold(
    world: World, shared_room: CreatedRoom
) -> None:
    """H2, R2."""
    one = world.process()
    placed(world, shared_room)
    ada = world.client(one, shared_room)
    ada.change("grab", marker=1)
    world.until(lambda: not ada.unanswered)
    world.loop.run(ada.break_line())
    world.pass_time(3)
    world.loop.run(ada.connect(one))
    world.pass_time(5)
    assert ada.markers[1]["holder"] == ada.person


def test_a_hold_without_moves_ends_and_one_with_moves_lasts(
    world: World, shared_room: CreatedRoom
) -> None:
    """H2."""
    one = world.process()
    placed(world, shared_room)
    ada = world.client(one, shared_room)
    ada.change("grab", marker=1)
    world.until(lambda: not ada.unanswered)
    for step in range(60):
        ada.move(1, ada.answers[1]["rev"], step / 2, 0.0)
        world.pass_time(1)
    assert ada.markers[1]["holder"] == ada.person
    world.pass_time(15)
    assert ada.markers[1]["holder"] == ada.person
    world.until(lambda: ada.markers[1]["holder"] == 0, within=10)
    assert ada.markers[1]["lat"] == 29.5


def test_a_hold_of_a_killed_process_ends_with_its_lease(
    world: World, shared_room: CreatedRoom
) -> None:
    """H2."""
    one, two = world.process(), world.process()
    placed(world, shared_room)
    ada, bob = world.client(one, shared_room), world.client(two, shared_room)
    ada.change("grab", marker=1)
    world.until(lambda: not ada.unanswered)
    ada.move(1, ada.answers[1]["rev"], 33.0, 44.0)
    world.until(lambda: bob.markers[1]["lat"] == 33.0)
    world.loop.run(one.kill())
    world.until(lambda: bob.markers[1]["holder"] == 0, within=25)
    assert bob.markers[1]["lat"] == 33.0


def test_locking_the_map_ends_the_holds_of_everybody_but_the_host(
    world: World, shared_room: CreatedRoom
) -> None:
    one = world.process()
    placed(world, shared_room)
    ada, host = world.client(one, shared_room), world.client(one, shared_room, "host")
    ada.change("grab", marker=1)
    world.until(lambda: not ada.unanswered)
    host.change("lock")
    world.until(lambda: ada.markers[1]["holder"] == 0, within=3)
    ada.change("place", marker=1, lat=0.0, lng=0.0)
    host.change("place", marker=1, lat=1.0, lng=1.0)
    world.until(lambda: not ada.unanswered and ada.markers[1]["lat"] == 1.0)
    assert ada.answers[ada.op]["code"] == "locked"


def test_who_comes_back_gets_what_changed_and_no_snapshot(
    world: World, shared_room: CreatedRoom
) -> None:
    """R1."""
    one = world.process()
    placed(world, shared_room)
    ada, bob = world.client(one, shared_room), world.client(one, shared_room)
    world.loop.run(ada.break_line())
    for lat in (1.0, 2.0, 3.0):
        bob.change("place", marker=1, lat=lat, lng=0.0)
    world.until(lambda: not bob.unanswered)
    before = ada.frames
    world.loop.run(ada.connect(one))
    world.until(lambda: ada.rev == bob.rev)
    assert ada.frames == before + 2  # welcome, and one tick
    assert ada.comparable() == bob.comparable()


def test_who_comes_back_to_a_restarted_server_gets_what_changed_and_no_snapshot(
    world: World, shared_room: CreatedRoom
) -> None:
    """R1."""
    one = world.process()
    placed(world, shared_room)
    ada, bob = world.client(one, shared_room), world.client(one, shared_room)
    world.loop.run(ada.break_line())
    bob.change("place", marker=1, lat=1.0, lng=0.0)
    world.until(lambda: not bob.unanswered)
    world.loop.run(one.kill())
    two = world.process()
    before = ada.frames
    world.loop.run(ada.connect(two))
    world.until(lambda: ada.rev == bob.rev and ada.markers[1]["lat"] == 1.0)
    assert ada.frames == before + 2  # welcome, and one tick


def test_who_was_away_too_long_or_has_another_epoch_gets_a_snapshot(
    world: World, shared_room: CreatedRoom
) -> None:
    """R1."""
    one = world.process()
    placed(world, shared_room)
    ada, bob, eve = (world.client(one, shared_room) for _ in range(3))
    for client in (ada, eve):
        world.loop.run(client.break_line())
    eve.epoch = "another"
    for index in range(1_100):
        bob.change("place", marker=1, lat=index / 100, lng=0.0)
        if index % 10 == 0:
            world.until(lambda: not bob.unanswered)
    world.until(lambda: not bob.unanswered, within=200)
    for client in (ada, eve):
        world.loop.run(client.connect(one))
        world.until(lambda client=client: client.rev == bob.rev)  # type: ignore[misc]
        assert client.comparable() == bob.comparable()


def test_people_and_screens_are_counted_over_all_processes(
    world: World, own_room: CreatedRoom
) -> None:
    one, two = world.process(), world.process()
    ada = world.client(one, own_room)
    bob = world.client(two, own_room)
    screen = world.client(two, own_room, "screen")
    world.until(lambda: ada.counts == bob.counts == screen.counts == (2, 1), within=3)
    world.loop.run(two.kill())
    world.until(lambda: ada.counts == (1, 0), within=15)


def test_a_second_tab_of_a_person_counts_once(world: World, own_room: CreatedRoom) -> None:
    one = world.process()
    ada = world.client(one, own_room)
    tab = world.client(one, own_room)
    world.until(lambda: ada.counts == (2, 0))
    world.loop.run(tab.break_line())
    tab.token, tab.epoch = ada.token, None
    world.loop.run(tab.connect(one))
    world.until(lambda: tab.counts == ada.counts == (1, 0))


def test_a_marker_that_is_taken_again_stays_where_it_was_moved_to(
    world: World, shared_room: CreatedRoom
) -> None:
    """O4: for those who come then, at other processes, and when the holder goes."""
    one, two = world.process(), world.process()
    placed(world, shared_room)
    ada = world.client(one, shared_room)
    ben = world.client(two, shared_room)
    ada.change("grab", marker=1)
    world.until(lambda: not ada.unanswered)
    ada.move(1, ada.answers[1]["rev"], 7.0, 7.0)
    ada.change("grab", marker=1)
    world.until(lambda: not ada.unanswered and ben.rev == ada.rev)
    late = [world.client(process, shared_room) for process in (one, two)]
    for somebody in (ada, ben, *late):
        assert somebody.markers[1]["lat"] == 7.0
    world.loop.run(ada.break_line())
    world.until(lambda: ben.markers[1]["holder"] == 0)
    assert ben.markers[1]["lat"] == 7.0


def test_a_client_that_takes_nothing_gets_one_frame_with_the_newest_positions(
    world: World, shared_room: CreatedRoom
) -> None:
    """F3."""
    one = world.process()
    placed(world, shared_room)
    ada, slow = world.client(one, shared_room), world.client(one, shared_room)
    ada.change("grab", marker=1)
    world.until(lambda: not ada.unanswered and slow.rev == ada.rev)
    slow.can_take.clear()
    grab = ada.answers[1]["rev"]
    for step in range(100):
        ada.move(1, grab, step / 2, 1.0)
        world.pass_time(0.1)
    before = slow.frames
    slow.can_take.set()
    world.until(lambda: slow.markers[1]["lat"] == 49.5)
    assert slow.frames <= before + 2  # the one that was on its way, and all the rest in one
    assert slow.comparable() == ada.comparable()


def test_a_client_that_stays_stuck_is_sent_away_and_can_come_back(
    world: World, shared_room: CreatedRoom
) -> None:
    """F3."""
    one = world.process()
    placed(world, shared_room)
    ada, stuck = world.client(one, shared_room), world.client(one, shared_room)
    stuck.can_take.clear()
    for step in range(30):
        ada.change("place", marker=1, lat=float(step), lng=1.0)
        world.pass_time(1)
    world.until(lambda: len(next(iter(one.hub.rooms.values())).connections) == 1)
    stuck.can_take.set()
    world.until(lambda: stuck.closed == 1013)
    world.loop.run(stuck.connect(one))
    world.until(lambda: stuck.rev == ada.rev)
    assert stuck.comparable() == ada.comparable()


def test_also_where_nobody_else_does_anything(world: World, shared_room: CreatedRoom) -> None:
    """F3, A3: it asks on and on, and the answers would pile up."""
    one = world.process()
    stuck = world.client(one, shared_room)
    stuck.can_take.clear()
    for number in range(30):
        stuck.say({"t": "ping", "id": number})
        world.pass_time(1)
    stuck.can_take.set()
    world.until(lambda: stuck.closed == 1013)


def test_without_a_relay_changes_still_arrive_and_all_is_well_when_it_returns(
    world: World, shared_room: CreatedRoom
) -> None:
    """O2, O4; DESIGN.md section 8."""
    one, two = world.process(), world.process()
    placed(world, shared_room)
    ada, bob = world.client(one, shared_room), world.client(two, shared_room)
    one.layer.down = two.layer.down = True
    world.pass_time(6)
    ada.change("place", marker=1, lat=5.0, lng=5.0)
    world.until(lambda: bob.markers[1]["lat"] == 5.0, within=3)
    ada.change("grab", marker=1)
    world.until(lambda: not ada.unanswered)
    ada.move(1, ada.answers[2]["rev"], 6.0, 6.0)
    one.layer.down = two.layer.down = False
    # A position that was lost meanwhile is told again, without another move.
    world.until(lambda: bob.markers[1]["lat"] == 6.0, within=10)


def test_a_removed_person_is_sent_away_with_their_markers_and_may_not_return(
    world: World, own_room: CreatedRoom
) -> None:
    one = world.process()
    ada, host = world.client(one, own_room), world.client(one, own_room, "host")
    ada.change("add", lat=1.0, lng=1.0)
    world.until(lambda: 1 in host.markers)
    host.change("ban", person=ada.person)
    world.until(lambda: ada.closed == 4411)
    world.until(lambda: not host.markers)
    # Who comes now is not told of them either.
    assert world.client(one, own_room).people == host.people
    world.loop.run(ada.connect(one))
    world.until(lambda: ada.closed == 4411)


def test_closing_the_room_tells_everybody_and_keeps_newcomers_out(
    world: World, own_room: CreatedRoom
) -> None:
    one = world.process()
    ada, host = world.client(one, own_room), world.client(one, own_room, "host")
    host.change("close")
    world.until(lambda: ada.closed == 4410)
    assert ada.room["phase"] == "closed"
    assert host.answers[1]["t"] == "ack"
    world.loop.run(ada.connect(one))
    world.until(lambda: ada.closed == 4410)


def test_an_empty_room_leaves_memory_and_opens_again(world: World, own_room: CreatedRoom) -> None:
    one = world.process()
    ada = world.client(one, own_room)
    ada.change("add", lat=1.0, lng=1.0)
    world.until(lambda: not ada.unanswered)
    world.loop.run(ada.break_line())
    world.until(lambda: not one.hub.rooms)
    world.loop.run(ada.connect(one))
    world.until(lambda: ada.rev == 2)
    assert ada.markers[1]["lat"] == 1.0


def test_draining_commits_what_is_held_and_tells_everybody_to_come_back(
    world: World, own_room: CreatedRoom
) -> None:
    """S1."""
    one = world.process()
    people = [world.client(one, own_room) for _ in range(5)]
    for client in people:
        client.change("add", lat=1.0, lng=1.0)

    async def drain() -> None:
        await asyncio.sleep(0)
        await one.hub.drain(5.0)

    world.loop.run(drain())
    world.until(lambda: all(client.closed == 1012 for client in people))
    two = world.process()
    for client in people:
        world.loop.run(client.connect(two))
    world.until(lambda: all(not c.unanswered and c.rev == 10 for c in people))
    assert len(people[0].markers) == 5


def test_binary_moves_say_the_same_as_json(world: World, shared_room: CreatedRoom) -> None:
    """F2: one tick, two kinds of frames, one state."""
    one = world.process()
    placed(world, shared_room)
    ada = world.client(one, shared_room, moves="binary")
    bob = world.client(one, shared_room, moves="json")
    ada.change("grab", marker=1)
    world.until(lambda: not ada.unanswered)
    for step in range(1, 20):
        ada.move(1, ada.answers[1]["rev"], step / 7, -step / 3)
        world.pass_time(0.2)
        assert ada.comparable() == bob.comparable()
    assert ada.bytes == 19 * 14


def test_a_move_that_comes_before_its_grab_waits_for_it(
    world: World, shared_room: CreatedRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """O2, O4: the layer has lost the grab, and the store tells it a moment later."""
    one, two = world.process(), world.process()
    placed(world, shared_room)
    ada, ben = world.client(one, shared_room), world.client(two, shared_room)
    world.pass_time(5)  # each process has heard of the other
    world.slow_down_reading(two, monkeypatch)
    with monkeypatch.context() as patch:
        patch.setattr(world.broker, "send", lambda *_: None)
        ada.change("grab", marker=1)
        world.until(lambda: not ada.unanswered)
        world.pass_time(0.1)
    ada.move(1, ada.answers[1]["rev"], 7.0, 7.0)
    world.until(lambda: ben.markers[1]["holder"] != 0, within=3)
    world.until(lambda: ben.markers[1]["lat"] == 7.0, within=0.5)


def test_what_was_turned_away_as_too_many_is_not_overtaken(
    world: World, shared_room: CreatedRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """D3: the changes of a client that did not wait for answers keep their order."""
    process = world.process()
    ada = world.client(process, shared_room)
    ada.change("add", lat=0.0, lng=0.0)
    world.until(lambda: not ada.unanswered)

    def away(_submissions: object) -> None:
        raise StoreUnavailable("away")

    with monkeypatch.context() as patched:
        patched.setattr(world.store, "commit", away)
        for lat in range(1, 36):
            ada.change("place", marker=1, lat=float(lat), lng=0.0)
        world.pass_time(2.0)
    assert [error["op"] for error in ada.errors] == [34, 35, 36]
    world.until(lambda: 33 in ada.answers, within=5)
    ada.change("place", marker=1, lat=50.0, lng=0.0)
    world.pass_time(1.0)
    assert 37 in ada.unanswered
    assert ada.markers[1]["lat"] == 32.0
    for op in (34, 35, 36, 37):
        ada.say(ada.unanswered[op])
    world.until(lambda: not ada.unanswered, within=5)
    assert [ada.answers[op]["t"] for op in range(1, 38)] == ["ack"] * 37
    assert ada.markers[1]["lat"] == 50.0
