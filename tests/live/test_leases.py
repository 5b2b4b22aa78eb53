"""Whoever goes on dragging keeps the marker, however long it takes (H1, H2)."""

from __future__ import annotations

from mapapp.domain.room import HOLD_SECONDS
from mapapp.models import Marker
from mapapp.rooms.creation import CreatedRoom
from mapapp.storage.sql.values import seconds_of
from tests.live.conftest import START, World


def test_the_lease_of_who_moves_is_renewed_in_time_and_nobody_else_gets_the_marker(
    world: World, shared_room: CreatedRoom
) -> None:
    one, two = world.process(), world.process()
    ada, bob = world.client(one, shared_room), world.client(two, shared_room)
    ada.change("add", lat=0.0, lng=0.0)
    ada.change("grab", marker=1)
    world.until(lambda: not ada.unanswered)
    grab = ada.markers[1]["grab"]
    until = []
    for second in range(int(3 * HOLD_SECONDS)):
        ada.move(1, grab, float(second % 80), 0.0)
        world.pass_time(1.0)
        stored = world.loop.run_in_executor(None, _lease).result()
        assert stored > START + world.loop.now + HOLD_SECONDS / 4
        until.append(stored)
    # Not with each move, but every ten seconds.
    assert 4 <= len(set(until)) <= 8
    op = bob.change("grab", marker=1)
    world.until(lambda: op in bob.answers)
    assert (bob.answers[op]["code"], ada.markers[1]["grab"]) == ("held", grab)


def _lease() -> float:
    return seconds_of(Marker.objects.get().held_until)
