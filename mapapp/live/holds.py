"""The holds of a room: they end if the holder is gone, or has not moved for too long (H2)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from mapapp.domain.change import Change
from mapapp.domain.room import HOLD_SECONDS, RoomState

# A holder who does not come back within this time has gone.
GONE_SECONDS = 5.0
_ASK_AGAIN_SECONDS = 2.0


@dataclass(slots=True)
class Hold:
    """A marker in somebody's hand. All times are in the loop's seconds.

    `heard` is the time of its grab or its last move. `leased_until` is the end of
    the stored lease, as far as this process knows. `gone_at` is when the holder's
    last connection here ended.
    """

    marker: int
    grab: int
    holder: int
    heard: float
    leased_until: float
    gone_at: float | None = None
    asked: bool = False


@dataclass(slots=True, frozen=True)
class Verdict:
    """The outcome of a check: leases to prolong, and holds to end.

    Those in `over` have ended for certain. Those in `silent` belong to people
    elsewhere: the store decides by the lease.
    """

    renew: list[Hold]
    over: list[Hold]
    silent: list[Hold]


class Holds:
    """The present holds of a room, as this process sees them.

    Holds that were also in `before` keep the details that the store does not know.
    """

    def __init__(self, room: RoomState, now: float, before: Iterable[Hold] = ()) -> None:
        self._holds = {
            marker.number: Hold(marker.number, marker.grab, marker.holder, now, now + HOLD_SECONDS)
            for marker in room.markers.values()
            if marker.holder
        }
        for hold in before:
            if hold.marker in self._holds and self._holds[hold.marker].grab == hold.grab:
                self._holds[hold.marker] = hold

    def __len__(self) -> int:
        return len(self._holds)

    def __iter__(self) -> Iterator[Hold]:
        return iter(self._holds.values())

    @property
    def missing_holder(self) -> bool:
        """Whether somebody has left here with a marker in hand, and may be elsewhere."""
        return any(hold.gone_at is not None for hold in self._holds.values())

    def clear(self) -> None:
        """Forget all holds, because the room is over."""
        self._holds.clear()

    def follow(self, change: Change, now: float) -> None:
        """Note what a change means for the holds."""
        if change.kind == "grab":
            self._holds[change.marker] = Hold(
                change.marker, change.revision, change.by, now, now + HOLD_SECONDS
            )
        elif change.kind in ("drop", "release", "remove"):
            self._holds.pop(change.marker, None)

    def moved(self, marker: int, now: float) -> None:
        """Note a sign of life of the holder."""
        hold = self._holds.get(marker)
        if hold is not None:
            hold.heard = now
            hold.gone_at = None

    def left(self, person: int, now: float) -> None:
        """Note that this person's last connection here has ended."""
        for hold in self._holds.values():
            if hold.holder == person:
                hold.gone_at = now

    def is_elsewhere(self, marker: int, grab: int) -> None:
        """Note that the holder is connected to another process; that does not count as a move."""
        hold = self._holds.get(marker)
        if hold is not None and hold.grab == grab:
            hold.gone_at = None

    def returned(self, person: int) -> list[int]:
        """Note that this person is here again; return the markers in their hands."""
        mine = [hold for hold in self._holds.values() if hold.holder == person]
        for hold in mine:
            hold.gone_at = None
        return [hold.marker for hold in mine]

    def refused(self, marker: int, now: float) -> None:
        """Note that the store did not end a hold; ask again in a moment.

        Only the store knows the end of a lease that another process has renewed,
        and that process may be gone.
        """
        hold = self._holds.get(marker)
        if hold is not None:
            hold.asked = False
            hold.heard = now - HOLD_SECONDS + _ASK_AGAIN_SECONDS

    def judge(
        self, now: float, *, here: Callable[[int], bool], frozen: Callable[[int], bool]
    ) -> Verdict:
        """Return which holds to prolong and which to end.

        `here(person)` says that they are connected to this process, which then
        renews their leases; `frozen(person)`, that they may no longer move markers.
        """
        verdict = Verdict([], [], [])
        for hold in self._holds.values():
            if hold.asked:
                continue
            gone = hold.gone_at is not None and now - hold.gone_at >= GONE_SECONDS
            still = now - hold.heard >= HOLD_SECONDS
            if gone or frozen(hold.holder) or (still and here(hold.holder)):
                hold.asked = True
                verdict.over.append(hold)
            elif still:
                hold.asked = True
                verdict.silent.append(hold)
            elif here(hold.holder) and hold.leased_until - now < HOLD_SECONDS / 2:
                hold.leased_until = now + HOLD_SECONDS
                verdict.renew.append(hold)
        return verdict
