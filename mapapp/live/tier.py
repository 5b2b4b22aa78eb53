"""The fan-out of a room: what a tick sends, and to whom (F2, F3)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from mapapp.live.connection import Connection, Cursor
from mapapp.live.mirror import Mirror
from mapapp.live.presence import Counts
from mapapp.live.ticker import Ticker
from mapapp.protocol import outgoing
from mapapp.protocol.framing import Frame


class Tier:
    """The connections of a room that get the same frames at the same pace.

    A tick encodes what is new since the last one, once, and hands the same
    bytes to every connection whose cursor says that it has all before. Any
    other connection gets a frame of its own with all it lacks, or, while it
    cannot take data, nothing at all: it holds cursors, not a queue.

    `tick` is what the ticker calls; it ends in `send`.
    """

    def __init__(
        self,
        mirror: Mirror,
        presence: Callable[[], Counts],
        tick: Callable[[Tier], None],
        interval: Callable[[], float],
    ) -> None:
        self.connections: set[Connection] = set()
        self.ticker = Ticker(lambda: tick(self), interval)
        self._mirror = mirror
        self._presence = presence
        self._loop = asyncio.get_running_loop()
        self._moved: set[int] = set()
        self._sent = Cursor(-1, 0)
        self._sent_presence: Counts = (-1, -1)

    def moved(self, number: int) -> None:
        """Note that a marker has a new position, and tick when it is time."""
        self._moved.add(number)
        self.ticker.poke()

    def send(self) -> None:
        """Send what is new to everybody who can take it."""
        mirror, revision = self._mirror, self._mirror.state.revision
        before, before_presence = self._sent, self._sent_presence
        presence = self._presence()
        new_presence = presence if presence != before_presence else None
        moves = _moves(mirror, self._moved)
        self._moved.clear()
        if moves or new_presence or before.revision != revision:
            self._sent, self._sent_presence = Cursor(revision, mirror.step), presence
            mirror.step += 1
        shared: Frame | None = None
        for connection in self.connections:
            link = connection.link
            if not link.ready:
                if not connection.behind_since:
                    connection.behind_since = self._loop.time()
            elif (
                connection.cursor is not before
                or connection.presence != before_presence
                or not mirror.reaches(before.revision)
            ):
                self.bring_up_to_date(connection)
            elif self._sent is not before:
                if shared is None:
                    changes = mirror.changes_after(before.revision)
                    shared = Frame(outgoing.tick(revision, changes, moves, new_presence))
                link.send(shared)
                connection.cursor, connection.presence = self._sent, presence
                connection.behind_since = 0.0

    def bring_up_to_date(self, connection: Connection) -> None:
        """Send one connection all that is newer than its cursors, in one frame.

        Before it a snapshot, where the changes since are no longer at hand.
        """
        mirror, cursor = self._mirror, connection.cursor
        if not mirror.reaches(cursor.revision):
            revision, snapshot = mirror.snapshot()
            connection.link.send(snapshot)
            cursor = Cursor(revision, 0)
        newer = (n for n, position in mirror.positions.items() if position.step > cursor.step)
        moves = _moves(mirror, newer)
        presence = self._presence()
        new_presence = presence if presence != connection.presence else None
        revision = mirror.state.revision
        if moves or new_presence or cursor.revision != revision:
            changes = mirror.changes_after(cursor.revision)
            connection.link.send(Frame(outgoing.tick(revision, changes, moves, new_presence)))
        # Moves that come in the present step are still to be sent.
        cursor = Cursor(revision, mirror.step - 1)
        # One object for all who are equally far, so that `send` need not compare.
        connection.cursor = self._sent if cursor == self._sent else cursor
        connection.presence = presence
        connection.behind_since = 0.0


def _moves(mirror: Mirror, numbers: Iterable[int]) -> list[outgoing.Position]:
    positions = mirror.positions
    return [(n, p.lat, p.lng) for n in numbers if (p := positions.get(n)) is not None]
