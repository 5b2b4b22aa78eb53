"""One open room in this process: its replica, its members, and the news for them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence

from mapapp.domain.change import Change
from mapapp.domain.changes import CHANGE_KINDS
from mapapp.domain.room import CLOSED, RoomState
from mapapp.domain.storing import StoredRoom
from mapapp.live.exchange import Exchange
from mapapp.live.fanout.connection import Connection, Cursor
from mapapp.live.fanout.fanout import Fanout
from mapapp.live.hold_keeper import HoldKeeper
from mapapp.live.lifetime import Lifetime, Stage
from mapapp.live.members import Members
from mapapp.live.moves import Moves
from mapapp.live.newcomers import Newcomers
from mapapp.live.outcome import Outcome
from mapapp.live.presence import Presence
from mapapp.live.relay.line import RoomLine
from mapapp.live.relay.publisher import Publisher
from mapapp.live.replica import Applied, Replica
from mapapp.live.services import Services
from mapapp.protocol import outgoing
from mapapp.protocol.codes import Close
from mapapp.protocol.framing import Frame

# Counts of people change with everybody who comes and goes; a tick just for these
# can wait this long, in seconds.
PRESENCE_DELAY = 0.5
# The time from the change that closes a room until its connections are closed.
CLOSING_SECONDS = 1.0


class LiveRoom:
    """One open room. `line` carries its news to and from other processes.

    `fetch(room)` is called when changes are known to be missing. `opener` is
    the address for which it was opened.
    """

    def __init__(
        self,
        stored: StoredRoom,
        *,
        line: RoomLine,
        services: Services,
        fetch: Callable[[LiveRoom], None],
        opener: str = "",
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._clock = services.clock
        self.line = line
        self.opener = opener
        self.replica = Replica(stored, self._loop.time())
        self.members = Members(self.replica)
        self.newcomers = Newcomers(self.replica, services.gives)
        self._fetch = fetch
        self.fanout = Fanout(
            self.replica,
            self.members.presence,
            lambda: self._outcome.answered,
            gather=lambda: self.moves.gather(),
            load=services.load,
            phone_budget=services.phone_budget,
            sight=services.sight,
        )
        self._publisher = Publisher(
            line,
            lambda: self.exchange.standing,
            lambda: sum(self.presence.total),
            services.load,
        )
        self.moves = Moves(self.replica, self._publisher, self.fanout)
        self.exchange = Exchange(
            self.replica,
            self.members,
            self.moves,
            self._publisher,
            receive=self.receive,
            heard_of=self.heard_of,
            presence_changed=lambda: self._poke(PRESENCE_DELAY),
        )
        self.life = Lifetime(stored.expires, self._loop.time())
        self._holds = HoldKeeper(self.replica, self.members, line, services, self.life.over)
        self.load = services.load
        # The moves a second that its people are asked for.
        self._moves_per_second = services.load.moves_per_second
        self._outcome = Outcome(
            self.replica,
            services,
            connections=lambda: self.connections,
            sight=self.fanout.sight,
            changed=self._poke,
        )

    @property
    def state(self) -> RoomState:
        """The replica's state."""
        return self.replica.state

    @property
    def connections(self) -> set[Connection]:
        """The connections to this process."""
        return self.members.connections

    @property
    def presence(self) -> Presence:
        """The counts of people and screens, here and elsewhere."""
        return self.members.presence

    # --- its life -----------------------------------------------------------------

    def opened(self) -> None:
        """Note that everything is read: people may come in from now on."""
        self.life.opened(self._loop.time())

    @property
    def is_lost(self) -> bool:
        """Whether the store no longer has this room: nobody comes in, and nothing is kept."""
        return self.life.stage is Stage.LOST

    def lost_by_store(self) -> None:
        """Note that the store no longer has this room: it ends now."""
        self.life.lost()
        self._end()

    def _end(self) -> None:
        """Send everybody away, and drop pending work, which can no longer be stored."""
        self.members.close_all(Close.NO_ROOM)
        self.replica.holds.clear()
        self.nothing_is_missing()

    @property
    def is_calm(self) -> bool:
        """Whether nobody holds a marker, so that nobody would notice a short pause."""
        return not self.replica.holds

    def idle_for(self, now: float) -> float:
        """The seconds since this opened room was left empty; 0.0 while it has work left."""
        return 0.0 if self.has_work else self.life.empty_for(now)

    @property
    def has_work(self) -> bool:
        """Whether a hold has still to end here, or changes to arrive."""
        return bool(self.replica.holds or self.missing)

    def stop(self) -> None:
        """Cancel the ticks."""
        self._publisher.stop()
        self.fanout.stop()
        self._outcome.stop()

    # --- changes --------------------------------------------------------------------

    @property
    def missing(self) -> int:
        """The number of changes that exist but have not arrived here."""
        return self.replica.newest - self.state.revision

    def nothing_is_missing(self) -> None:
        """Note that the store has nothing newer."""
        self.replica.newest = self.state.revision

    def receive(self, changes: Iterable[Change]) -> None:
        """Take changes from any source; fetch the ones missing between them."""
        applied = self.replica.receive(changes, self._loop.time())
        for change, _ in applied:
            self._follow(change)
        if applied:
            self.life.changed = True
            self.fanout.follow_sights()
            self._outcome.follow(applied)
            if self.fanout.withholds:
                self._tell_owners(applied)
        self.moves.take_early()
        self.heard_of(self.replica.newest)
        self._poke()

    def heard_of(self, revision: int) -> None:
        """Note that this revision exists; fetch the changes missing up to it."""
        self.replica.newest = max(self.replica.newest, revision)
        if self.missing:
            self._fetch(self)

    def committed(self, changes: Sequence[Change], revision: int) -> None:
        """Take changes that this process has stored, and tell the other processes."""
        if not any(CHANGE_KINDS[change.kind].fetched for change in changes):
            self._publisher.delta.changes += changes
        self.receive(changes)
        self.heard_of(revision)

    def reload(self, stored: StoredRoom) -> None:
        """Start again from the store, because too much is missing; everybody gets a snapshot."""
        self.replica.load(stored, self._loop.time())
        self.life.expires_at(stored.expires)
        for connection in self.connections:
            connection.cursor = Cursor(-1, 0)
            self.members.identify(connection)
        self.fanout.follow_sights()
        self._outcome.follow()
        self._poke()
        self.members.send_away_who_may_not_stay()
        if self.state.phase == CLOSED:
            self._close_soon()

    def _follow(self, change: Change) -> None:
        """Do what a change requires besides updating the replica."""
        hold = self.replica.holds.by_marker.get(change.marker)
        if hold is None or not hold.tick:
            self._publisher.delta.moves.pop(change.marker, None)
        self.members.follow(change)
        if change.kind == "close":
            self._close_soon()

    def _tell_owners(self, applied: Iterable[Applied]) -> None:
        """Tell people about changes of their own markers, which others may not see (X1)."""
        owners = {marker.owner for _, marker in applied if marker is not None}
        for owner in owners:
            for connection in self.members.of_person(owner):
                self.fanout.tell_owner(connection)

    def _close_soon(self) -> None:
        """Close the connections after the tick that announces the end."""
        self._loop.call_later(CLOSING_SECONDS, self.members.close_all, Close.CLOSED)

    # --- who is here ------------------------------------------------------------------

    def join(
        self, connection: Connection, *, token: str | None, epoch: str | None, revision: int
    ) -> None:
        """Welcome a client and bring it up to date: with the changes since, or a snapshot (R1)."""
        self.members.identify(connection)
        if epoch == self.state.epoch and self.fanout.knows(connection, revision):
            connection.cursor = Cursor(revision, 0)
        self.members.add(connection)
        self.fanout.add(connection)
        self.moves.holds_return(connection.person)
        self.life.came(self._loop.time())
        connection.link.on_ready = lambda: self._ready_again(connection)
        welcome = outgoing.welcome(
            self.state,
            role=connection.role,
            token=token,
            person=connection.person,
            name=connection.name,
            moves_per_second=self._moves_per_second,
            now=self._clock(),
            sight=self.fanout.sight(connection),
        )
        connection.mine_at = self.state.revision
        connection.link.send(Frame(welcome))
        self.fanout.bring_up_to_date(connection)
        self._outcome.came(connection)
        self._presence_changed()

    def leave(self, connection: Connection) -> None:
        """Forget a client; do nothing if it is not here."""
        if connection not in self.connections:
            return
        self.fanout.remove(connection)
        self._outcome.left(connection)
        if self.members.remove(connection) and connection.person:
            self.replica.holds.left(connection.person, self._loop.time())
        if not self.connections:
            self.life.emptied(self._loop.time())
        self._presence_changed()

    def _ready_again(self, connection: Connection) -> None:
        """Send a client that can take data again everything it missed, in one frame (F3)."""
        if connection in self.connections and connection.behind_since:
            self.fanout.bring_up_to_date(connection)
            self._outcome.came(connection)

    def _presence_changed(self) -> None:
        self._publisher.delta.presence = True
        self._poke(PRESENCE_DELAY)

    # --- once a second ------------------------------------------------------------------

    def sweep(self, clock: float) -> None:
        """Forget silent processes, send stuck clients away, end at the expiry, judge holds.

        `clock` is in seconds since 1970.
        """
        now = self._loop.time()
        before = self.presence.total
        self.presence.expire(now)
        if self.presence.total != before:
            self._poke(PRESENCE_DELAY)
        for connection in self.members.stuck(now):
            connection.say_goodbye(Close.LAGGING, abort=True)
            self.leave(connection)
        if self.life.has_ended(clock):
            self._end()
        # Tell everybody how often to send, when a crowd drags or time is short (F4).
        if self._moves_per_second != self.load.moves_per_second:
            self._moves_per_second = self.load.moves_per_second
            frame = Frame(outgoing.pace(self._moves_per_second))
            for connection in self.connections:
                connection.link.send(frame)
        self._holds.judge()
        self._outcome.sweep()

    def _poke(self, delay: float = 0.0) -> None:
        self._publisher.poke(delay)
        self.fanout.poke(delay)
