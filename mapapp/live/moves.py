"""Moves on their way through a room: taken here, or received from another process (O3)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Protocol

from mapapp.domain.activity import OPEN
from mapapp.live.fanout.connection import Connection
from mapapp.live.fanout.fanout import Fanout
from mapapp.live.relay.publisher import Publisher
from mapapp.live.replica import Replica
from mapapp.protocol.incoming import Move
from mapapp.protocol.positions import MICRO

RelayedMove = tuple[int, int, int, int]
"""Marker, grab, and a place in millionths of a degree: latitude and longitude."""


class KeptMoves(Protocol):
    """The moves of one client that are kept undecoded for the next tick."""

    def take_kept(self, now: float) -> None:
        """Decode and take them; `now` is in the loop's seconds."""


class Moves:
    """Passes on the newest move of each marker, and ignores the rest.

    `fanout` calls `gather` before each tick.
    """

    def __init__(self, replica: Replica, publisher: Publisher, fanout: Fanout) -> None:
        self._replica = replica
        self._publisher = publisher
        self._fanout = fanout
        self._loop = asyncio.get_running_loop()
        self._kept: list[KeptMoves] = []
        # The newest moves from elsewhere whose grabs are not known here yet.
        self._early: dict[int, tuple[int, int, int]] = {}

    def take(self, connection: Connection, move: Move, now: float) -> None:
        """Take a move of somebody here; ignore it without the right to move or the present hold.

        `now` is in the loop's seconds. Everybody who drags comes through here ten times
        a second.
        """
        replica = self._replica
        hold = replica.holds.by_marker.get(move.marker)
        if hold is None or hold.grab != move.grab or hold.holder != connection.person:
            return
        if not connection.host and replica.state.activity.answers != OPEN:
            return
        lat, lng = round(move.lat * MICRO), round(move.lng * MICRO)
        hold.moved(lat, lng, tick=replica.tick, local=True, now=now)
        self._publisher.moved(hold)
        self._fanout.moved(hold.marker)

    def at_next_tick(self, source: KeptMoves) -> None:
        """Take what this client has kept just before the next tick, and ask for one."""
        if not self._kept:
            self._fanout.poke()
        self._kept.append(source)

    def gather(self) -> None:
        """Take the moves that were kept for this tick."""
        if self._kept:
            kept, self._kept = self._kept, []
            now = self._loop.time()
            for source in kept:
                source.take_kept(now)

    def take_from_elsewhere(self, moves: Iterable[RelayedMove]) -> None:
        """Take moves from another process."""
        now, replica = self._loop.time(), self._replica
        for number, grab, lat, lng in moves:
            if grab > replica.state.revision:
                self._early[number] = grab, lat, lng
                continue
            hold = replica.holds.by_marker.get(number)
            if hold is None or hold.grab != grab:
                continue  # an older move is void (O3)
            if hold.tick and (hold.lat, hold.lng) == (lat, lng):
                continue  # the other process only repeats it
            hold.moved(lat, lng, tick=replica.tick, local=False, now=now)
            self._fanout.moved(number)

    def take_early(self) -> None:
        """Take the moves that came too early, if their grabs are known by now."""
        if self._early:
            early, self._early = self._early, {}
            self.take_from_elsewhere((number, *move) for number, move in early.items())

    def holds_return(self, person: int) -> None:
        """Note that somebody has come who may hold markers.

        These holds are told like moves, because the process that the person has
        left would end a hold that it hears nothing of.
        """
        now, replica = self._loop.time(), self._replica
        for hold in replica.holds.returned(person):
            lat, lng = (round(degrees * MICRO) for degrees in replica.position(hold.marker))
            hold.moved(lat, lng, tick=replica.tick, local=True, now=now)
            self._publisher.moved(hold)
            self._publisher.delta.holders_here[hold.marker] = hold.grab
            self._fanout.moved(hold.marker)
