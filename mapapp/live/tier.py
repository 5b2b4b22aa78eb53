"""The fan-out of a room: what a tick sends, and to whom (F2, F3, F4)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress

from mapapp.live.areas import Area, Areas, area_around
from mapapp.live.choice import Choice, positions_of
from mapapp.live.connection import Connection, Cursor
from mapapp.live.mirror import Mirror
from mapapp.live.pace import Pace
from mapapp.live.ports import Link
from mapapp.live.presence import Counts
from mapapp.live.ticker import Ticker
from mapapp.protocol import outgoing
from mapapp.protocol.codes import Close
from mapapp.protocol.framing import Frame
from mapapp.protocol.positions import MovesForm, Position, packed, plain

# Where people look changes by itself; this often (seconds) areas follow them.
SHARE_OUT_SECONDS = 2.0


class Tier:
    """The connections of a room that get the same frames at the same pace.

    A tick encodes what is new since the last one, once, and hands the same
    bytes to every connection whose cursor says that it has all before. Any
    other connection gets frames of its own with all it lacks, or, while it
    cannot take data, nothing at all: it holds cursors, not a queue.

    `form` is how its clients take moves; `budget` is how many bytes a second
    each of them may get, None for as many as there are. `people` counts whom
    the tier is for, in all processes: the pace is the same in each of them.
    """

    def __init__(
        self,
        mirror: Mirror,
        form: MovesForm,
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
        self._form = form
        self._choice = Choice(mirror, form, budget)
        self._areas = Areas()
        self._areas_shared_out = float("-inf")
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

    def discard(self, connection: Connection) -> None:
        """Forget a connection of this tier."""
        self.connections.discard(connection)

    def look(self, connection: Connection, view: Area) -> None:
        """Note which part of the map a connection shows: it comes first when not all can."""
        connection.wanted_area = area_around(view)
        connection.area = self._areas.serving(connection.wanted_area)

    def moved(self, number: int) -> None:
        """Note that a marker has a new position, and tick when it is time."""
        if self.connections:
            self._choice.add(number)
            self.ticker.poke()

    def poke(self, delay: float = 0.0) -> None:
        """Ask for a tick, if anybody is here to get it."""
        if self.connections:
            self.ticker.poke(delay)

    def _tick(self, late: float) -> None:
        started = time.thread_time()
        try:
            self.send()
        except Exception:
            self._recover()
            # For the log, which the ticker keeps short.
            raise
        self._pace.measured(
            people=self._people(),
            work=time.thread_time() - started,
            late=late,
            size=self._size,
        )

    def send(self) -> None:
        """Send what is new to everybody who can take it."""
        mirror, revision = self._mirror, self._mirror.state.revision
        before, before_presence = self._sent, self._sent_presence
        presence = self._presence()
        new_presence = presence if presence != before_presence else None
        shareable = mirror.reaches(before.revision)
        changes = mirror.changes_after(before.revision) if shareable else ()
        moves = self._choice.for_all(sum(map(len, changes)))
        if moves or new_presence or before.revision != revision:
            self._sent, self._sent_presence = Cursor(revision, mirror.step), presence
            mirror.step += 1
        now = self._sent
        news = _News(mirror, self._form, before.revision, moves, new_presence)
        news_of_areas = self._news_of_areas(revision) if self._choice else {}
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
                news.send(link)
                if near := news_of_areas.get(connection.area):
                    near.send(link)
                connection.cursor, connection.presence = now, presence
                connection.behind_since = 0.0
        self._size = news.size + max((near.size for near in news_of_areas.values()), default=0)
        if self._choice:
            self.ticker.poke()

    def _recover(self) -> None:
        """Bring everybody up to date one by one, after something could not be told to all.

        What cannot be encoded is left out, and who cannot be sent anything is
        sent away, to come back afresh: nobody else lacks anything for it.
        """
        self._mirror.forget_impossible_positions()
        self._missed_at = (-1, -1)
        for connection in list(self.connections):
            try:
                if connection.link.ready:
                    self.bring_up_to_date(connection)
            except Exception:
                with suppress(Exception):  # its line may be what is at fault
                    connection.say_goodbye(Close.INTERNAL, abort=True)
        if self._choice:
            self.ticker.poke()

    def _news_of_areas(self, revision: int) -> dict[Area | None, _News]:
        """What those who look at an area are told besides, because not all can be told all."""
        now = self._loop.time()
        if now - self._areas_shared_out >= SHARE_OUT_SECONDS:
            self._areas_shared_out = now
            self._areas.share_out([connection.wanted_area for connection in self.connections])
            for connection in self.connections:
                connection.area = self._areas.serving(connection.wanted_area)
        return {
            area: _News(self._mirror, self._form, revision, near, coarse=True)
            for area, near in self._choice.for_areas(self._areas.in_use).items()
            if near
        }

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
        news.send(connection.link)
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
            news = _News(mirror, self._form, cursor.revision, positions_of(mirror, newer), presence)
            self._missed_news[cursor, presence] = news
        return news


class _News:
    """What is new since a revision, encoded once, and only if somebody gets it."""

    def __init__(
        self,
        mirror: Mirror,
        form: MovesForm,
        since: int,
        moves: list[Position],
        presence: Counts | None = None,
        *,
        coarse: bool = False,
    ) -> None:
        self._mirror = mirror
        self._form = form
        self._since = since
        self._moves = moves
        self._presence = presence
        self._coarse = coarse
        self._frames: list[Frame] | None = None

    @property
    def size(self) -> int:
        """What a client gets, in bytes; 0 while nobody does."""
        return sum(len(frame.wire) for frame in self._frames or ())

    def send(self, link: Link) -> None:
        """Send it all to one client."""
        if self._frames is None:
            self._frames = self._encode()
        for frame in self._frames:
            link.send(frame)

    def _encode(self) -> list[Frame]:
        revision = self._mirror.state.revision
        apart = self._form != "json" and bool(self._moves)
        frames: list[Frame] = []
        changed = self._presence is not None or self._since != revision
        if changed or (self._moves and not apart):
            changes = self._mirror.changes_after(self._since)
            moves = [] if apart else self._moves
            frames.append(Frame(outgoing.tick(revision, changes, moves, self._presence)))
        if apart:
            if self._form == "packed":
                payload = packed(self._moves, coarse=self._coarse)
            else:
                payload = plain(self._moves)
            frames.append(Frame(payload, binary=True))
        return frames
