"""Moves on their way through a room: taken here, or received from another process (O3)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from mapapp.domain.activity import OPEN
from mapapp.live.fanout.connection import Connection
from mapapp.live.fanout.fanout import Fanout
from mapapp.live.relay.publisher import Publisher
from mapapp.live.replica import Replica
from mapapp.protocol.positions import MICRO

Move = tuple[int, int, int, int]
"""Marker, grab, and a place in millionths of a degree: latitude and longitude."""


class Moves:
    """Passes on the newest move of each marker, and ignores the rest."""

    def __init__(self, replica: Replica, publisher: Publisher, fanout: Fanout) -> None:
        self._replica = replica
        self._publisher = publisher
        self._fanout = fanout
        self._loop = asyncio.get_running_loop()
        # The newest moves from elsewhere whose grabs are not known here yet.
        self._early: dict[int, tuple[int, int, int]] = {}

    def take(self, connection: Connection, number: int, grab: int, lat: float, lng: float) -> None:
        """Take a move of somebody here; ignore it without the right to move or the present hold."""
        state = self._replica.state
        marker = state.markers.get(number)
        if marker is None or marker.holder != connection.person:
            return
        if state.activity.answers != OPEN and not connection.host:
            return
        self._take(number, grab, round(lat * MICRO), round(lng * MICRO))

    def take_from_elsewhere(self, moves: Iterable[Move]) -> None:
        """Take moves from another process."""
        now = self._loop.time()
        for number, grab, lat, lng in moves:
            if grab > self._replica.state.revision:
                self._early[number] = grab, lat, lng
            elif self._replica.move(number, grab, lat, lng, now, local=False):
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
        for number in self._replica.holds.returned(person):
            lat, lng = self._replica.position(number)
            grab = self._replica.state.markers[number].grab
            self._take(number, grab, round(lat * MICRO), round(lng * MICRO))
            self._publisher.delta.holders_here[number] = grab

    def _take(self, number: int, grab: int, lat: int, lng: int) -> None:
        if self._replica.move(number, grab, lat, lng, self._loop.time(), local=True):
            self._publisher.moved(number, self._replica.positions[number])
            self._fanout.moved(number)
