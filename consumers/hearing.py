"""A client's moves, taken as they arrive: the way of most frames that the server ever gets."""

from __future__ import annotations

from collections.abc import Callable

from consumers.rate_limits import RateLimits
from mapapp.live.fanout.connection import Connection
from mapapp.live.moves import MOVE_BEGINS
from mapapp.live.room import LiveRoom
from mapapp.protocol.incoming import BadFrame, decode, decode_move


class MoveHearing:
    """The `hear` of a client's link.

    It takes moves and leaves every other frame to the consumer, which shares the
    `limits`. `clock` is the loop's; `complain(bad)` tells the client.
    """

    __slots__ = ("_clock", "_complain", "_connection", "_limits", "_load", "_moves")

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

    def hear(self, payload: bytes) -> bool:
        """Take a move; return whether it was one.

        Moves beyond the rate limit are also handled here: a process that has fallen
        behind finds many at once, and must not spend more on them.
        """
        move = None
        if not (self._load.is_short and payload.startswith(MOVE_BEGINS)):
            move = decode_move(payload)
            if move is None:
                return False
        if self._connection.closed:
            return False
        now = self._clock()
        if self._limits.moves.take(now):
            if move is not None:
                self._moves.take(self._connection, move, now)
            else:
                self._moves.keep(self, payload)
        elif self._limits.flooding(now):
            return False  # the consumer ends it
        elif self._limits.warn(now):
            self._complain(BadFrame("slow_down"))
        return True

    def take_kept(self, payload: bytes, now: float) -> None:
        """Take a move that has waited for its tick."""
        move = decode_move(payload)
        if move is not None:
            self._moves.take(self._connection, move, now)
            return
        try:
            decode(payload)
        except BadFrame as bad:
            if self._limits.may_ask(now):
                self._complain(bad)
