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

    Once it has been moved, `lat` and `lng` are its current position, in millionths
    of a degree; `tick` is the tick since which it is there (see `Replica.tick`), 0
    before its first move; `local` says that its holder moved it at this process,
    which then repeats it to the others. Hold and position are one record, because
    every move needs both.
    """

    marker: int
    grab: int
    holder: int
    heard: float
    leased_until: float
    gone_at: float | None = None
    asked: bool = False
    lat: int = 0
    lng: int = 0
    tick: int = 0
    local: bool = False

    def moved(self, lat: int, lng: int, *, tick: int, local: bool, now: float) -> None:
        """Take a move, which is a sign of life of the holder."""
        self.lat, self.lng, self.tick, self.local = lat, lng, tick, local
        self.heard, self.gone_at = now, None


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
    `by_marker` is for reading, on the path of every move.
    """

    def __init__(self, room: RoomState, now: float, before: Iterable[Hold] = ()) -> None:
        self.by_marker = {
            marker.number: Hold(marker.number, marker.grab, marker.holder, now, now + HOLD_SECONDS)
            for marker in room.markers.values()
            if marker.holder
        }
        for hold in before:
            if hold.marker in self.by_marker and self.by_marker[hold.marker].grab == hold.grab:
                self.by_marker[hold.marker] = hold

    def __len__(self) -> int:
        return len(self.by_marker)

    def __iter__(self) -> Iterator[Hold]:
        return iter(self.by_marker.values())

    @property
    def missing_holder(self) -> bool:
        """Whether somebody has left here with a marker in hand, and may be elsewhere."""
        return any(hold.gone_at is not None for hold in self.by_marker.values())

    def clear(self) -> None:
        """Forget all holds, because the room is over."""
        self.by_marker.clear()

    def follow(self, change: Change, now: float) -> None:
        """Note what a change means for the holds."""
        if change.kind == "grab":
            self._grabbed(change, now)
        elif change.kind in ("drop", "release", "remove"):
            self.by_marker.pop(change.marker, None)
        elif change.kind != "edit" and (held := self.by_marker.get(change.marker)) is not None:
            # Older moves no longer count, wherever this has left the marker.
            held.tick = 0

    def _grabbed(self, change: Change, now: float) -> None:
        hold = self.by_marker.get(change.marker)
        until = now + HOLD_SECONDS
        if hold is None:
            hold = Hold(change.marker, change.revision, change.by, now, until)
            self.by_marker[change.marker] = hold
        else:
            # Somebody who grabs their held marker again goes on from its position.
            hold.grab, hold.holder = change.revision, change.by
            hold.heard, hold.leased_until = now, until
            hold.gone_at, hold.asked = None, False

    def in_motion(self) -> Iterator[Hold]:
        """The holds whose markers have been moved since they were grabbed."""
        return (hold for hold in self.by_marker.values() if hold.tick)

    def left(self, person: int, now: float) -> None:
        """Note that this person's last connection here has ended."""
        for hold in self.by_marker.values():
            if hold.holder == person:
                hold.gone_at = now

    def is_elsewhere(self, marker: int, grab: int) -> None:
        """Note that the holder is connected to another process; that does not count as a move."""
        hold = self.by_marker.get(marker)
        if hold is not None and hold.grab == grab:
            hold.gone_at = None

    def returned(self, person: int) -> list[Hold]:
        """Note that this person is here again; return their holds."""
        mine = [hold for hold in self.by_marker.values() if hold.holder == person]
        for hold in mine:
            hold.gone_at = None
        return mine

    def refused(self, marker: int, now: float) -> None:
        """Note that the store did not end a hold; ask again in a moment.

        Only the store knows the end of a lease that another process has renewed,
        and that process may be gone.
        """
        hold = self.by_marker.get(marker)
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
        for hold in self.by_marker.values():
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
