"""The stages of a room in memory: being opened, open, over, or lost by the store."""

from __future__ import annotations

import enum


class Stage(enum.Enum):
    """`OPENING`: not everything is read, so nobody comes in. `OVER`: the store says that its
    time is over. `LOST`: the store no longer has it, and it leaves memory."""

    OPENING = enum.auto()
    OPEN = enum.auto()
    OVER = enum.auto()
    LOST = enum.auto()


class Lifetime:
    """A room's stage, and the time since it was left empty, in the loop's seconds.

    `expires` is the end of the room, in seconds since 1970. `last_used` is when
    somebody last came in. `changed` says whether anything has changed since this
    process opened it.
    """

    def __init__(self, expires: float, now: float) -> None:
        self.stage = Stage.OPENING
        self.expires = expires
        self.last_used = now
        self.changed = False
        # None while somebody is here, and until the room is open.
        self._empty_since: float | None = None

    def opened(self, now: float) -> None:
        """Note that everything is read: people may come in from now on."""
        if self.stage is Stage.OPENING:
            self.stage = Stage.OPEN
        self.changed = False
        self._empty_since = now

    def lost(self) -> None:
        """Note that the store no longer has the room."""
        self.stage = Stage.LOST

    def over(self) -> None:
        """Note that the store says its time is over. The next sweep ends it."""
        if self.stage is not Stage.LOST:
            self.stage = Stage.OVER

    def expires_at(self, at: float) -> None:
        """Note its end according to the store, in seconds since 1970."""
        self.expires = at
        if self.stage is Stage.OVER:
            self.stage = Stage.OPEN

    def has_ended(self, clock: float) -> bool:
        """Whether everybody has to leave. `clock` is in seconds since 1970."""
        return self.stage in (Stage.OVER, Stage.LOST) or self.expires <= clock

    def came(self, now: float) -> None:
        """Note that somebody has come in."""
        self.last_used = now
        self._empty_since = None

    def emptied(self, now: float) -> None:
        """Note that the last one has left."""
        self._empty_since = now

    def empty_for(self, now: float) -> float:
        """The seconds that it has been empty; 0.0 if it is not, or is still being opened."""
        return 0.0 if self._empty_since is None else now - self._empty_since
