"""A client's moves, taken as they arrive: the way of most frames that the server ever gets."""

from __future__ import annotations

from collections.abc import Callable

from consumers.rate_limits import RateLimits
from mapapp.live.fanout.connection import Connection
from mapapp.live.room import LiveRoom
from mapapp.protocol.incoming import BadFrame, Move, decode, decode_move

# What a browser's move begins with, before its marker. A client may write it in another
# way, which is merely dearer when the process is short of time.
_MOVE = b'{"t":"move",'


class MoveHearing:
    """Takes a client's moves; `hear` is for its link.

    While the process is short of time they are kept undecoded until the next tick, so
    that those which are overtaken have cost their reading only. The consumer takes all
    other frames, and shares the `limits`. `clock` is the loop's; `complain(bad)` tells
    the client.
    """

    __slots__ = ("_clock", "_complain", "_connection", "_kept", "_limits", "_load", "_moves")

    def __init__(
        self,
        room: LiveRoom,
        connection: Connection,
        limits: RateLimits,
        clock: Callable[[], float],
        complain: Callable[[BadFrame], None],
    ) -> None:
        self._moves = room.moves
        self._load = room.load
        self._connection = connection
        self._limits = limits
        self._clock = clock
        self._complain = complain
        # The newest for each marker, by the frame's beginning: somebody may hold two.
        self._kept: dict[bytes, bytes] = {}

    def hear(self, payload: bytes) -> bool:
        """Take a move; return whether it was one.

        Moves beyond the rate limit are also handled here: a process that has fallen
        behind finds many at once, and must not spend more on them.
        """
        move = None
        if not (self._load.is_short and payload.startswith(_MOVE)):
            move = decode_move(payload)
            if move is None:
                return False
        if self._connection.closed:
            return False
        now = self._clock()
        if self._limits.moves.take(now):
            if move is not None:
                self.take(move, now)
            else:
                self._keep(payload)
        elif self._limits.flooding(now):
            return False  # the consumer ends it
        elif self._limits.warn(now):
            self._complain(BadFrame("slow_down"))
        return True

    def take(self, move: Move, now: float) -> None:
        """Take a move that is within the limits, after those that were kept before it."""
        if self._kept:
            self.take_kept(now)
        self._moves.take(self._connection, move, now)

    def take_kept(self, now: float) -> None:
        """Take the moves that have waited for a tick, and say what is wrong with others."""
        kept, self._kept = self._kept, {}
        for payload in kept.values():
            move = decode_move(payload)
            if move is not None:
                self._moves.take(self._connection, move, now)
                continue
            try:
                decode(payload)
            except BadFrame as bad:
                if self._limits.may_ask(now):
                    self._complain(bad)

    def _keep(self, payload: bytes) -> None:
        if not self._kept:
            self._moves.at_next_tick(self)
        self._kept[payload[: payload.find(b",", len(_MOVE))]] = payload
