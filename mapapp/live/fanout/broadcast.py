"""The sending of a tick: which frames, and to which connections (F2, F3, F4)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from mapapp.live.change_log import ChangeLog
from mapapp.live.fanout.connection import Connection, Cursor
from mapapp.live.fanout.frames import Frames
from mapapp.live.fanout.interest import Interest
from mapapp.live.fanout.pace import TickPace
from mapapp.live.fanout.pending_moves import PendingMoves, positions_of
from mapapp.live.fanout.ticker import Ticker
from mapapp.live.load import Load
from mapapp.live.presence import Told
from mapapp.live.replica import Replica
from mapapp.protocol import outgoing
from mapapp.protocol.codes import Close
from mapapp.protocol.framing import Frame
from mapapp.protocol.positions import MovesForm


class Broadcast:
    """The connections of a room that get the same frames at the same pace.

    A tick encodes the news since the last one, once, and hands the same bytes to
    every connection whose cursor says that it has everything before. Any other
    connection gets frames of its own with all it lacks, or, while it cannot take
    data, nothing at all: it holds cursors, not a queue.

    `log` has the changes as their sight is told of them; `form` is the format of
    their moves; `budget` is the most bytes a second for each of them, None for no
    limit. `gather()` takes in what waits for the next tick; `load` is the process's.
    """

    def __init__(
        self,
        replica: Replica,
        log: ChangeLog,
        form: MovesForm,
        *,
        presence: Callable[[], Told],
        gather: Callable[[], None],
        load: Load,
        budget: int | None,
    ) -> None:
        self.connections: set[Connection] = set()
        self._load = load
        self._pace = TickPace(load.least_interval, budget)
        self.ticker = Ticker(self._tick, self._pace.interval)
        self._replica = replica
        self._log = log
        self._form: MovesForm = form
        self._presence = presence
        self._gather = gather
        self._loop = asyncio.get_running_loop()
        self._withholds = log.sight.withholds
        self._pending = PendingMoves(replica, form, budget)
        self._interest = Interest(replica, log, form, self._pending)
        self._sent = Cursor(-1, 0)
        self._sent_presence: Told = (-1, -1, -1)
        self._sent_size = 0
        # Catch-up frames for clients that missed the last tick, valid for this tick
        # and revision.
        self._missed: dict[tuple[Cursor, Told | None], Frames] = {}
        self._missed_at = (-1, -1)

    # --- who gets it --------------------------------------------------------------

    def add(self, connection: Connection) -> None:
        """Take a connection in."""
        self.connections.add(connection)
        self._interest.add(connection)
        if self._pace.budget:
            # A second's worth: a later tick has newer positions than bytes that wait longer.
            connection.link.limit_waiting(self._pace.budget)

    def remove(self, connection: Connection) -> None:
        """Forget a connection of this broadcast."""
        self.connections.remove(connection)
        self._interest.forget(connection)

    def look(
        self, connection: Connection, south: float, west: float, north: float, east: float
    ) -> None:
        """Note which part of the map a connection shows, in degrees."""
        self._interest.look(connection, south, west, north, east)

    # --- news -------------------------------------------------------------------------

    def moved(self, number: int) -> None:
        """Note that a marker has a new position, and tick when it is time."""
        if self.connections and (not self._withholds or self._sees(number)):
            self._pending.numbers[number] = None
            self.ticker.poke()

    def poke(self, delay: float = 0.0) -> None:
        """Ask for a tick, if anybody is here to get it."""
        if self.connections:
            self.ticker.poke(delay)

    def _sees(self, number: int) -> bool:
        marker = self._replica.state.markers.get(number)
        return marker is not None and self._log.sight.shows(marker)

    # --- a tick -----------------------------------------------------------------------

    def _tick(self) -> None:
        started = time.thread_time()
        try:
            self._gather()
            self.send()
        except Exception:
            self._recover()
            # The ticker logs it, once.
            raise
        work = time.thread_time() - started
        self._load.ticked(len(self.connections), work)
        self._pace.measured(work=work, size=self._sent_size)

    def send(self) -> None:
        """Send the news to everybody who can take it."""
        before, before_presence = self._sent, self._sent_presence
        shareable = self._log.reaches(before.revision)
        news = self._take_news(before.revision if shareable else None)
        now, presence = self._sent, self._sent_presence
        nearby = self._interest.take(news.moves, now.revision, self._loop.time())
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
                if near := nearby.get(connection):
                    near.send(link)
                connection.cursor, connection.presence = now, presence
                connection.behind_since = 0.0
        self._sent_size = news.size + self._interest.sent_size
        if self._pending:
            self.ticker.poke()

    def _take_news(self, since: int | None) -> Frames:
        """Take the news for everybody in this tick, with changes after `since` if it is given."""
        replica, revision, presence = self._replica, self._replica.state.revision, self._presence()
        changes = () if since is None else self._log.changes_after(since)
        moves = self._pending.take(sum(map(len, changes)))
        new_presence = presence if presence != self._sent_presence else None
        before = self._sent
        if moves or new_presence or before.revision != revision:
            self._sent, self._sent_presence = Cursor(revision, replica.tick), presence
            replica.tick += 1
        return Frames(self._log, self._form, before.revision, revision, moves, new_presence)

    def tell_owner(self, connection: Connection) -> None:
        """Tell a connection its own changed markers, if others may not see them (X1).

        It gets all of its markers, because they are few: so nothing has to be kept
        for a connection that cannot take them now.
        """
        if not self._withholds or not self._log.reaches(connection.cursor.revision):
            return  # they come after the snapshot that is due
        if connection.link.ready:
            self._tell_owner(connection)
        else:
            # Not the shared object, so that `send` notices that it lacks something.
            connection.cursor = replace(connection.cursor)
            connection.behind_since = connection.behind_since or self._loop.time()

    def _tell_owner(self, connection: Connection) -> None:
        state = self._replica.state
        connection.link.send(Frame(outgoing.mine(state, connection.person)))
        connection.mine_at = state.revision

    # --- one by one -------------------------------------------------------------------

    def bring_up_to_date(self, connection: Connection) -> None:
        """Send one connection everything newer than its cursors.

        A snapshot comes first if the log no longer has the changes since.
        """
        replica, cursor = self._replica, connection.cursor
        if not self._log.reaches(cursor.revision):
            revision, snapshot = self._log.snapshot(connection.snapshot)
            connection.link.send(snapshot)
            cursor = Cursor(revision, 0)
        presence = self._presence()
        news = self._newer_than(cursor, presence if presence != connection.presence else None)
        news.send(connection.link)
        # Moves that arrive before the next tick are still to be sent.
        cursor = Cursor(replica.state.revision, replica.tick - 1)
        # One object for all who have the same, so that `send` need not compare.
        connection.cursor = self._sent if cursor == self._sent else cursor
        connection.presence = presence
        connection.behind_since = 0.0
        if self._withholds and connection.person and connection.mine_at < cursor.revision:
            self._tell_owner(connection)

    def _newer_than(self, cursor: Cursor, presence: Told | None) -> Frames:
        """The news since a cursor; shared by all who come, or come back, in one tick."""
        replica, revision = self._replica, self._replica.state.revision
        at = replica.tick, revision
        if at != self._missed_at:
            self._missed_at, self._missed = at, {}
        frames = self._missed.get((cursor, presence))
        if frames is None:
            newer = [hold.marker for hold in replica.holds.in_motion() if hold.tick > cursor.tick]
            if self._withholds:
                newer = list(filter(self._sees, newer))
            moves = positions_of(replica, newer)
            frames = Frames(self._log, self._form, cursor.revision, revision, moves, presence)
            self._missed[cursor, presence] = frames
        return frames

    def _recover(self) -> None:
        """Bring everybody up to date one by one, after a tick has failed.

        Moves that cannot be encoded are left out, and a client that nothing can be
        sent to is sent away, to come back afresh. Nobody else misses anything.
        """
        self._replica.forget_impossible_positions()
        self._missed_at = (-1, -1)
        for connection in list(self.connections):
            try:
                if connection.link.ready:
                    self.bring_up_to_date(connection)
            except Exception:
                with suppress(Exception):  # its link may be at fault
                    connection.say_goodbye(Close.INTERNAL, abort=True)
        if self._pending:
            self.ticker.poke()
