"""The fan-out of a room: what a tick sends, and to whom (F2, F3, F4)."""

from __future__ import annotations

import asyncio
import heapq
import time
from collections.abc import Callable, Iterable
from itertools import islice

from mapapp.live.connection import Connection, Cursor
from mapapp.live.mirror import Mirror
from mapapp.live.pace import BUDGET_SECONDS, Pace
from mapapp.live.presence import Counts
from mapapp.live.ticker import Ticker
from mapapp.protocol import outgoing
from mapapp.protocol.framing import Frame

# What a position takes in a binary frame, in bytes.
_POSITION_BYTES = 10


class Tier:
    """The connections of a room that get the same frames at the same pace.

    A tick encodes what is new since the last one, once, and hands the same
    bytes to every connection whose cursor says that it has all before. Any
    other connection gets frames of its own with all it lacks, or, while it
    cannot take data, nothing at all: it holds cursors, not a queue.

    `people` counts whom the tier is for, in all processes: the pace is the
    same in each of them.
    """

    def __init__(
        self,
        mirror: Mirror,
        presence: Callable[[], Counts],
        people: Callable[[], int],
        budget: int | None,
    ) -> None:
        self.connections: set[Connection] = set()
        self._pace = Pace(budget)
        self.ticker = Ticker(self._tick, self._pace.interval)
        self._mirror = mirror
        self._presence = presence
        self._people = people
        self._loop = asyncio.get_running_loop()
        # What has moved and is not sent yet, oldest first.
        self._moved: dict[int, None] = {}
        # Where the markers are that were told when there was room for some only.
        self._told: dict[int, tuple[int, int]] = {}
        self._sent = Cursor(-1, 0)
        # What those lack who do not have the last tick, and at which step and revision.
        self._missed_news: dict[tuple[Cursor, Counts | None], _News] = {}
        self._missed_at = (-1, -1)
        self._sent_presence: Counts = (-1, -1)
        self._size = 0

    def add(self, connection: Connection) -> None:
        """Take a connection in."""
        self.connections.add(connection)
        if self._pace.budget:
            # A second's worth: what waits longer is told better by a later tick.
            connection.link.limit_waiting(self._pace.budget)

    def moved(self, number: int) -> None:
        """Note that a marker has a new position, and tick when it is time."""
        if self.connections:
            self._moved[number] = None
            self.ticker.poke()

    def poke(self, delay: float = 0.0) -> None:
        """Ask for a tick, if anybody is here to get it."""
        if self.connections:
            self.ticker.poke(delay)

    def _tick(self, late: float) -> None:
        started = time.perf_counter()
        self.send()
        self._pace.measured(
            people=self._people(),
            work=time.perf_counter() - started,
            late=late,
            size=self._size,
        )

    def send(self) -> None:
        """Send what is new to everybody who can take it."""
        mirror, revision = self._mirror, self._mirror.state.revision
        before, before_presence = self._sent, self._sent_presence
        presence = self._presence()
        new_presence = presence if presence != before_presence else None
        moves = self._choose_moves()
        if moves or new_presence or before.revision != revision:
            self._sent, self._sent_presence = Cursor(revision, mirror.step), presence
            mirror.step += 1
        now = self._sent
        news = _News(mirror, before.revision, moves, new_presence)
        shareable = mirror.reaches(before.revision)
        for connection in self.connections:
            link = connection.link
            if not link.ready:
                connection.behind_since = connection.behind_since or self._loop.time()
            elif (
                connection.cursor is not before
                or connection.presence != before_presence
                or not shareable
            ):
                self.bring_up_to_date(connection)
            elif now is not before:
                for frame in news.frames(connection.binary):
                    link.send(frame)
                connection.cursor, connection.presence = now, presence
                connection.behind_since = 0.0
        self._size = news.size
        if self._moved:
            self.ticker.poke()

    def bring_up_to_date(self, connection: Connection) -> None:
        """Send one connection all that is newer than its cursors.

        Before it a snapshot, where the changes since are no longer at hand.
        """
        mirror, cursor = self._mirror, connection.cursor
        if not mirror.reaches(cursor.revision):
            revision, snapshot = mirror.snapshot()
            connection.link.send(snapshot)
            cursor = Cursor(revision, 0)
        presence = self._presence()
        news = self._missed(cursor, presence if presence != connection.presence else None)
        for frame in news.frames(connection.binary):
            connection.link.send(frame)
        # Moves that come in the present step are still to be sent.
        cursor = Cursor(mirror.state.revision, mirror.step - 1)
        # One object for all who are equally far, so that `send` need not compare.
        connection.cursor = self._sent if cursor == self._sent else cursor
        connection.presence = presence
        connection.behind_since = 0.0

    def _missed(self, cursor: Cursor, presence: Counts | None) -> _News:
        """What is newer than a cursor; shared by all who come, or come back, in one step."""
        mirror = self._mirror
        at = mirror.step, mirror.state.revision
        if at != self._missed_at:
            self._missed_at, self._missed_news = at, {}
        news = self._missed_news.get((cursor, presence))
        if news is None:
            newer = (n for n, position in mirror.positions.items() if position.step > cursor.step)
            news = _News(mirror, cursor.revision, _positions(mirror, newer), presence)
            self._missed_news[cursor, presence] = news
        return news

    def _choose_moves(self) -> list[outgoing.Position]:
        """Take what has moved: all of it, or what the budget allows.

        Half of the places go to what has waited longest, so that nothing
        waits for ever, and half to what has moved farthest.
        """
        positions, budget = self._mirror.positions, self._pace.budget
        places = int(budget * BUDGET_SECONDS / _POSITION_BYTES) if budget else len(self._moved)
        if len(self._moved) <= places:
            chosen = _positions(self._mirror, self._moved)
            self._moved.clear()
            self._told.clear()
            return chosen
        gone = [number for number in self._moved if number not in positions]
        for number in gone:
            del self._moved[number]
            self._told.pop(number, None)
        oldest = list(islice(self._moved, places // 2))
        farthest = heapq.nlargest(
            places - len(oldest), islice(self._moved, len(oldest), None), key=self._distance
        )
        chosen = _positions(self._mirror, oldest + farthest)
        for number, lat, lng in chosen:
            del self._moved[number]
            self._told[number] = lat, lng
        return chosen

    def _distance(self, number: int) -> int:
        """How far the marker is from where clients see it, in squared millionths of a degree."""
        position, told = self._mirror.positions[number], self._told.get(number)
        if told is None:
            return 1 << 60
        return (position.lat - told[0]) ** 2 + (position.lng - told[1]) ** 2


class _News:
    """What is new since a revision, encoded at most once for each kind of client."""

    def __init__(
        self,
        mirror: Mirror,
        since: int,
        moves: list[outgoing.Position],
        presence: Counts | None,
    ) -> None:
        self._mirror = mirror
        self._since = since
        self._moves = moves
        self._presence = presence
        self._frames: dict[bool, list[Frame]] = {}
        # What one client gets, in bytes; the largest of the kinds that were asked for.
        self.size = 0

    def frames(self, binary: bool) -> list[Frame]:
        """The frames for clients that take moves as binary, or as JSON with the rest."""
        frames = self._frames.get(binary)
        if frames is None:
            frames = self._frames[binary] = self._encode(binary)
            self.size = max(self.size, sum(len(frame.wire) for frame in frames))
        return frames

    def _encode(self, binary: bool) -> list[Frame]:
        revision = self._mirror.state.revision
        apart = binary and bool(self._moves)
        frames: list[Frame] = []
        changed = self._presence is not None or self._since != revision
        if changed or (self._moves and not apart):
            changes = self._mirror.changes_after(self._since)
            moves = [] if apart else self._moves
            frames.append(Frame(outgoing.tick(revision, changes, moves, self._presence)))
        if apart:
            frames.append(Frame(outgoing.moves(self._moves), binary=True))
        return frames


def _positions(mirror: Mirror, numbers: Iterable[int]) -> list[outgoing.Position]:
    positions = mirror.positions
    return [(n, p.lat, p.lng) for n in numbers if (p := positions.get(n)) is not None]
