"""The live state of one room in this process, and its tick.

The mirror follows the store's changes in revision order; moves are kept as
the newest position per marker. A tick encodes what is new once and hands the
same bytes to every connection that has all before it.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from uuid import UUID

from mapapp.domain.records import StoredRoom
from mapapp.domain.state import CLOSED, OPEN, Change, RoomState, apply
from mapapp.live.connection import PARTICIPANT, SCREEN, Connection, Cursor
from mapapp.live.holds import Holds
from mapapp.live.presence import Presence
from mapapp.live.ticker import Ticker, fixed_pace
from mapapp.protocol import outgoing
from mapapp.protocol.codes import Close
from mapapp.protocol.framing import Frame

# How many changes a client may have missed and still get them one by one.
LOG_LIMIT = 1_000
# A snapshot is encoded anew when it is this many changes old; a joiner gets
# the one there is, and the changes since with it.
SNAPSHOT_AGE = 100
# Counts of people change with everybody who comes and goes; a tick for their
# sake alone can wait this long, in seconds.
PRESENCE_DELAY = 0.5
# A client that takes no data for this long is sent away, to come back afresh.
STUCK_SECONDS = 20.0


@dataclass(slots=True)
class Position:
    """Where a held marker is now; `step` tells the tick it belongs to."""

    lat: float
    lng: float
    grab: int
    step: int


@dataclass(slots=True)
class News:
    """What this process has to tell the others about a room, merged until it is sent."""

    changes: list[Change] = field(default_factory=list)
    moves: dict[int, Position] = field(default_factory=dict)
    presence: bool = False

    def __bool__(self) -> bool:
        return bool(self.changes or self.moves or self.presence)


class Tier:
    """The connections of a room that get the same frames at the same pace (F2)."""

    def __init__(self, tick: Callable[[Tier], None], interval: Callable[[], float]) -> None:
        self.connections: set[Connection] = set()
        self.moved: set[int] = set()
        self.sent = Cursor(-1, 0)
        self.sent_presence = (-1, -1)
        self.ticker = Ticker(lambda: tick(self), interval)


class LiveRoom:
    """One open room.

    `publish(room)` is called when there is news for other processes;
    `fetch(room)` when changes are known to be missing.
    """

    def __init__(
        self,
        stored: StoredRoom,
        *,
        publish: Callable[[LiveRoom], None],
        fetch: Callable[[LiveRoom], None],
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._publish = publish
        self._fetch = fetch
        self.news = News()
        self.presence = Presence()
        self.connections: set[Connection] = set()
        self._by_participant: dict[UUID, set[Connection]] = {}
        self._tiers = {
            SCREEN: Tier(self._tick, self._interval),
            PARTICIPANT: Tier(self._tick, self._interval),
        }
        self._step = 1
        self.empty_since: float | None = self._loop.time()
        self.load(stored)

    # --- the mirror -----------------------------------------------------------

    def load(self, stored: StoredRoom) -> None:
        """Take the state from the store; everybody here then needs a snapshot."""
        self.state: RoomState = stored.state
        self.host_key_hash = stored.host_key_hash
        self.expires = stored.expires
        self.holds = Holds(stored.state, self._loop.time())
        self.positions: dict[int, Position] = {}
        self._pending: dict[int, Change] = {}
        # The newest revision that is known to exist.
        self.newest = stored.state.revision
        # The encoded changes with the revisions log_start + 1 to state.revision.
        self._log: deque[bytes] = deque(maxlen=LOG_LIMIT)
        self._snapshot: tuple[int, Frame] | None = None
        for connection in self.connections:
            connection.cursor = Cursor(-1, 0)
            self._identify(connection)
        self._poke()

    @property
    def log_start(self) -> int:
        """The oldest revision from which changes can be told one by one."""
        return self.state.revision - len(self._log)

    def receive(self, changes: Iterable[Change]) -> None:
        """Take changes in any order, repeated or not; apply those whose turn it is (O2)."""
        state = self.state
        for change in changes:
            if change.revision > state.revision:
                self._pending[change.revision] = change
        while change_now := self._pending.pop(state.revision + 1, None):
            apply(state, change_now)
            self._log.append(outgoing.change(change_now))
            self._follow(change_now)
        if self._pending:
            self.heard_of(max(self._pending))
        self.heard_of(state.revision)
        self._poke()

    def heard_of(self, revision: int) -> None:
        """Note that this revision exists; fetch what is missing up to it."""
        self.newest = max(self.newest, revision)
        if self.newest > self.state.revision:
            self._fetch(self)

    def committed(self, changes: Iterable[Change], revision: int) -> None:
        """Take what this process has stored, and tell the other processes."""
        made = list(changes)
        self.news.changes += made
        self.receive(made)
        self.heard_of(revision)

    def _follow(self, change: Change) -> None:
        """Bring what hangs on the mirror along with it."""
        self.holds.follow(change, self._loop.time())
        match change.kind:
            case "grab" | "drop" | "release" | "place" | "remove":
                self.positions.pop(change.marker, None)
                self.news.moves.pop(change.marker, None)
                for tier in self._tiers.values():
                    tier.moved.discard(change.marker)
            case "person":
                for connection in self._by_participant.get(UUID(change.data["id"]), ()):
                    self._identify(connection)
            case "ban":
                banned = self.state.people[change.data["person"]].id
                for connection in list(self._by_participant.get(banned, ())):
                    connection.say_goodbye(Close.REMOVED)
            case "close":
                # After the tick that tells it.
                self._loop.call_later(2 * self._interval(), self.close_all, Close.CLOSED)

    # --- moves ----------------------------------------------------------------

    def move(self, connection: Connection, number: int, grab: int, lat: float, lng: float) -> None:
        """Take a move of somebody here; one without the present hold is ignored (O3)."""
        marker = self.state.markers.get(number)
        if (
            marker is None
            or marker.grab != grab
            or marker.holder != connection.person
            or (self.state.phase != OPEN and not connection.host)
        ):
            return
        self._set_position(number, grab, lat, lng)
        self.news.moves[number] = self.positions[number]

    def moved_elsewhere(self, moves: Iterable[tuple[int, int, float, float]]) -> None:
        """Take moves from another process: marker, grab, latitude, longitude."""
        for number, grab, lat, lng in moves:
            marker = self.state.markers.get(number)
            if marker is not None and marker.grab == grab != 0:
                self._set_position(number, grab, lat, lng)

    def repeat_positions(self) -> None:
        """Tell the other processes again where the markers held here are."""
        here = {connection.person for connection in self.connections}
        for number, position in self.positions.items():
            if self.state.markers[number].holder in here:
                self.news.moves[number] = position
        self._poke()

    def position(self, number: int) -> tuple[float, float]:
        """Where the marker is now, in a hand or not: latitude and longitude."""
        live = self.positions.get(number)
        if live is not None:
            return live.lat, live.lng
        marker = self.state.markers[number]
        return marker.lat, marker.lng

    def _set_position(self, number: int, grab: int, lat: float, lng: float) -> None:
        self.positions[number] = Position(round(lat, 6), round(lng, 6), grab, self._step)
        self.holds.moved(number, self._loop.time())
        for tier in self._tiers.values():
            tier.moved.add(number)
            tier.ticker.poke()

    # --- who is here ----------------------------------------------------------

    def join(
        self, connection: Connection, *, token: str | None, epoch: str | None, revision: int
    ) -> None:
        """Welcome a client and bring it up to date: what changed since, or a snapshot (R1)."""
        self._identify(connection)
        self.connections.add(connection)
        self._tier(connection).connections.add(connection)
        if connection.participant is not None:
            self._by_participant.setdefault(connection.participant, set()).add(connection)
            self.holds.returned(connection.person)
        self.presence.arrive(connection.participant)
        self.empty_since = None
        connection.link.on_ready = lambda: self._on_ready(connection)
        connection.link.send(
            Frame(
                outgoing.welcome(
                    self.state,
                    role=connection.role,
                    token=token,
                    person=connection.person,
                    name=connection.name,
                    moves_per_second=outgoing.MOVES_PER_SECOND,
                )
            )
        )
        if epoch == self.state.epoch and self.log_start <= revision <= self.state.revision:
            connection.cursor = Cursor(revision, 0)
        self._bring_up_to_date(connection)
        self._presence_changed()

    def leave(self, connection: Connection) -> None:
        """Forget a client. Harmless when it is not here."""
        if connection not in self.connections:
            return
        self.connections.discard(connection)
        self._tier(connection).connections.discard(connection)
        if connection.participant is not None:
            mine = self._by_participant[connection.participant]
            mine.discard(connection)
            if not mine:
                del self._by_participant[connection.participant]
        if self.presence.leave(connection.participant) and connection.person:
            self.holds.left(connection.person, self._loop.time())
        if not self.connections:
            self.empty_since = self._loop.time()
        self._presence_changed()

    def is_here(self, participant: UUID) -> bool:
        """Whether this participant is connected to this process."""
        return participant in self._by_participant

    def present(self, person: int) -> bool:
        """Whether this process has a connection of this person."""
        known = self.state.people.get(person)
        return known is not None and known.id in self._by_participant

    def may_not_move(self, person: int) -> bool:
        """Whether a hold of this person has lost its right: removed, or the map is locked."""
        known = self.state.people.get(person)
        if known is None or known.banned or self.state.phase == CLOSED:
            return True
        if self.state.phase == OPEN:
            return False
        # Only the process that sees them knows whether they steer.
        here = self._by_participant.get(known.id, ())
        return bool(here) and not any(connection.host for connection in here)

    def heard_presence(self, process: str, counts: tuple[int, int]) -> None:
        """Note who is connected to another process."""
        before = self.presence.total
        self.presence.hear(process, counts, self._loop.time())
        if self.presence.total != before:
            self._poke(PRESENCE_DELAY)

    def close_all(self, close: Close) -> None:
        """Send everybody here away."""
        for connection in list(self.connections):
            connection.say_goodbye(close)

    def sweep(self) -> None:
        """Once a second: forget silent processes, send stuck clients away."""
        now = self._loop.time()
        before = self.presence.total
        self.presence.expire(now)
        if self.presence.total != before:
            self._poke(PRESENCE_DELAY)
        for connection in list(self.connections):
            if connection.behind_since and now - connection.behind_since > STUCK_SECONDS:
                connection.link.close(Close.LAGGING, abort=True)
        if self.expires <= time.time() and self.state.phase != CLOSED:
            self.close_all(Close.NO_ROOM)

    def idle_for(self, now: float) -> float:
        """For how many seconds nobody has been here and nothing was left to do."""
        if self.empty_since is None or self.holds or self.newest > self.state.revision:
            return 0.0
        return now - self.empty_since

    def stop(self) -> None:
        """Cancel the ticks."""
        for tier in self._tiers.values():
            tier.ticker.stop()

    def _identify(self, connection: Connection) -> None:
        """Take over what the room knows of the person behind a connection."""
        person = self.state.person(connection.participant) if connection.participant else None
        if person is not None:
            connection.person = person.number
            connection.name = person.name

    def _tier(self, connection: Connection) -> Tier:
        return self._tiers[SCREEN if connection.role == SCREEN else PARTICIPANT]

    def _presence_changed(self) -> None:
        self.news.presence = True
        self._poke(PRESENCE_DELAY)

    # --- the tick -------------------------------------------------------------

    def _interval(self) -> float:
        return fixed_pace(len(self.connections))

    def _poke(self, delay: float = 0.0) -> None:
        for tier in self._tiers.values():
            tier.ticker.poke(delay)

    def _tick(self, tier: Tier) -> None:
        """Send the tier what is new: one frame for all who have everything before it."""
        if self.news:
            self._publish(self)
        before, before_presence = tier.sent, tier.sent_presence
        presence = self.presence.total
        new_presence = presence if presence != before_presence else None
        moves = [(n, p.lat, p.lng) for n in tier.moved if (p := self.positions.get(n))]
        tier.moved.clear()
        revision = self.state.revision
        if moves or new_presence or before.revision != revision:
            tier.sent, tier.sent_presence = Cursor(revision, self._step), presence
            self._step += 1
        shared: Frame | None = None
        for connection in tier.connections:
            link = connection.link
            if not link.ready:
                if not connection.behind_since:
                    connection.behind_since = self._loop.time()
            elif (
                connection.cursor != before
                or connection.presence != before_presence
                or before.revision < self.log_start
            ):
                self._bring_up_to_date(connection)
            elif tier.sent is not before:
                if shared is None:
                    changes = self._changes_after(before.revision)
                    shared = Frame(outgoing.tick(revision, changes, moves, new_presence))
                link.send(shared)
                connection.cursor, connection.presence = tier.sent, presence
                connection.behind_since = 0.0

    def _on_ready(self, connection: Connection) -> None:
        """A client can take data again: it gets all it missed, in one frame (F3)."""
        if connection in self.connections and connection.behind_since:
            self._bring_up_to_date(connection)

    def _bring_up_to_date(self, connection: Connection) -> None:
        """Send everything newer than the connection's cursors, if there is anything."""
        cursor = connection.cursor
        presence = self.presence.total
        if (
            cursor == Cursor(self.state.revision, self._step - 1)
            and connection.presence == presence
        ):
            return
        if not self.log_start <= cursor.revision <= self.state.revision:
            at, snapshot = self._current_snapshot()
            connection.link.send(snapshot)
            cursor = Cursor(at, 0)
        moves = [
            (number, position.lat, position.lng)
            for number, position in self.positions.items()
            if position.step > cursor.step
        ]
        connection.link.send(
            Frame(
                outgoing.tick(
                    self.state.revision,
                    self._changes_after(cursor.revision),
                    moves,
                    presence if presence != connection.presence else None,
                )
            )
        )
        connection.cursor = Cursor(self.state.revision, self._step - 1)
        connection.presence = presence
        connection.behind_since = 0.0

    def _changes_after(self, revision: int) -> Iterator[bytes]:
        return islice(self._log, revision - self.log_start, None)

    def _current_snapshot(self) -> tuple[int, Frame]:
        """A snapshot no older than the log reaches back, shared by all who need one."""
        if self._snapshot is None or self.state.revision - self._snapshot[0] > SNAPSHOT_AGE:
            self._snapshot = (
                self.state.revision,
                Frame(outgoing.snapshot(self.state)),
            )
        return self._snapshot
