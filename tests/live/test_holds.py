"""H2: when a hold has ended, to the second; what is renewed, and who is asked again."""

from __future__ import annotations

import uuid

import pytest

from mapapp.domain.change import Change
from mapapp.domain.marker import Marker
from mapapp.domain.room import HOLD_SECONDS, RoomState
from mapapp.live.holds import GONE_SECONDS, Holds, Verdict

ADA, MARKER, GRAB = 1, 7, 3


def held(now: float = 0.0) -> Holds:
    """Ada holds a marker since `now`."""
    room = RoomState(id=uuid.uuid4(), code="314159", epoch="epoch")
    room.markers[MARKER] = Marker(MARKER, 0.0, 0.0, ADA, 0, 0, "", ADA, GRAB)
    return Holds(room, now)


def judged(holds: Holds, now: float, *, here: bool = True, frozen: bool = False) -> str:
    """What becomes of the one hold, in a word."""
    verdict: Verdict = holds.judge(now, here=lambda _: here, frozen=lambda _: frozen)
    found = [name for name in ("renew", "over", "silent") if getattr(verdict, name)]
    return " and ".join(found) or "nothing"


def moved(holds: Holds, now: float) -> None:
    (hold,) = holds
    hold.moved(1_000_000, 2_000_000, tick=1, local=True, now=now)


def _missing(holds: Holds) -> bool:
    return holds.missing_holder


def test_a_holder_who_has_gone_has_some_seconds_to_come_back() -> None:
    holds = held()
    holds.left(ADA, 1.0)
    assert _missing(holds)
    assert judged(holds, 1.0 + GONE_SECONDS - 0.01, here=False) == "nothing"
    assert judged(holds, 1.0 + GONE_SECONDS, here=False) == "over"
    assert judged(holds, 1.0 + GONE_SECONDS, here=False) == "nothing", "it is asked once"


def test_a_holder_who_comes_back_still_has_it() -> None:
    holds = held()
    holds.left(ADA, 1.0)
    assert holds.returned(2) == []
    assert _missing(holds)
    assert [hold.marker for hold in holds.returned(ADA)] == [MARKER]
    assert not _missing(holds)
    assert judged(holds, 1.0 + GONE_SECONDS) == "nothing"


def test_somebody_elses_leaving_ends_nothing() -> None:
    holds = held()
    holds.left(2, 1.0)
    assert not _missing(holds)


@pytest.mark.parametrize(("here", "end"), [(True, "over"), (False, "silent")])
def test_without_moves_a_hold_ends_and_only_the_store_knows_of_one_elsewhere(
    here: bool, end: str
) -> None:
    holds = held()
    moved(holds, 5.0)
    assert end not in judged(holds, 5.0 + HOLD_SECONDS - 0.01, here=here)
    assert judged(holds, 5.0 + HOLD_SECONDS, here=here) == end


def test_a_lease_is_renewed_when_half_of_it_is_over_by_whoever_sees_the_holder() -> None:
    holds = held()
    moved(holds, 9.0)
    half = HOLD_SECONDS / 2
    assert judged(holds, half) == "nothing"
    assert judged(holds, half + 0.01, here=False) == "nothing"
    assert judged(holds, half + 1.0) == "renew"
    assert judged(holds, half + 1.1) == "nothing"
    moved(holds, 2 * half)
    assert judged(holds, 2 * half + 0.9) == "nothing", "it reaches farther now"
    assert judged(holds, 2 * half + 1.1) == "renew"


def test_who_may_not_move_any_more_holds_nothing() -> None:
    assert judged(held(), 0.1, frozen=True) == "over"
    assert judged(held(), 0.1, here=False, frozen=True) == "over"


def test_after_a_refusal_the_store_is_asked_again_in_a_moment_and_not_at_once() -> None:
    holds = held()
    now = HOLD_SECONDS
    assert judged(holds, now, here=False) == "silent"
    holds.refused(MARKER, now)
    assert judged(holds, now + 1.9, here=False) == "nothing"
    assert judged(holds, now + 2.0, here=False) == "silent"
    holds.refused(99, now)  # harmless: it has been let go in the meantime


def test_seeing_the_holder_elsewhere_counts_for_that_grab_alone_and_is_no_move() -> None:
    holds = held()
    holds.left(ADA, 1.0)
    holds.is_elsewhere(MARKER, GRAB + 1)
    holds.is_elsewhere(99, GRAB)
    assert _missing(holds)
    holds.is_elsewhere(MARKER, GRAB)
    assert not _missing(holds)
    assert judged(holds, HOLD_SECONDS, here=False) == "silent"


def test_a_move_is_a_sign_of_life_of_somebody_who_seemed_gone() -> None:
    holds = held()
    holds.left(ADA, 1.0)
    moved(holds, 2.0)
    assert not _missing(holds)


@pytest.mark.parametrize("kind", ["drop", "release", "remove"])
def test_a_hold_is_over_when_the_marker_is_let_go(kind: str) -> None:
    holds = held()
    holds.follow(Change(4, kind, ADA, MARKER), 1.0)
    assert len(holds) == 0


@pytest.mark.parametrize("kind", ["edit", "place", "lock"])
def test_other_changes_leave_a_hold(kind: str) -> None:
    holds = held()
    moved(holds, 0.5)
    holds.follow(Change(4, kind, ADA, MARKER if kind != "lock" else 0), 1.0)
    assert [hold.grab for hold in holds] == [GRAB]
    assert len(list(holds.in_motion())) == (kind != "place"), "older moves no longer count"


def test_a_new_grab_begins_anew_where_the_marker_is() -> None:
    holds = held()
    moved(holds, 1.0)
    holds.left(ADA, 2.0)
    assert judged(holds, 2.0 + GONE_SECONDS) == "over"
    holds.follow(Change(9, "grab", 2, MARKER), 15.0)
    (hold,) = holds
    assert (hold.grab, hold.holder, hold.heard) == (9, 2, 15.0)
    assert hold.leased_until == 15.0 + HOLD_SECONDS
    assert (hold.lat, hold.lng, hold.gone_at, hold.asked) == (1_000_000, 2_000_000, None, False)


def test_what_was_known_of_a_grab_is_kept_when_the_room_is_read_again() -> None:
    before = held()
    before.left(ADA, 1.0)
    room = RoomState(id=uuid.uuid4(), code="314159", epoch="epoch")
    room.markers[MARKER] = Marker(MARKER, 0.0, 0.0, ADA, 0, 0, "", ADA, GRAB)
    assert _missing(Holds(room, 50.0, before))
    room.markers[MARKER].grab = GRAB + 1
    (anew,) = Holds(room, 50.0, before)
    assert (anew.heard, anew.gone_at) == (50.0, None)
    room.markers[MARKER].holder = 0
    assert len(Holds(room, 50.0, before)) == 0
