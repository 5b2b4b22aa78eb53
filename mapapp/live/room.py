"""One open room in this process: its mirror, who is here, and the news for other processes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from uuid import UUID

from mapapp.domain.activity import OPEN
from mapapp.domain.change import Change
from mapapp.domain.room import CLOSED, RoomState
from mapapp.domain.storing import StoredRoom
from mapapp.live.areas import Area
from mapapp.live.connection import SCREEN, Connection, Cursor
from mapapp.live.mirror import Mirror
from mapapp.live.pace import MOST_MOVES, Pace, moves_per_second
from mapapp.live.presence import Counts, Presence
from mapapp.live.relay.line import Delta, RoomLine
from mapapp.live.relay.messages import RoomNews, RoomPulse, changes_of
from mapapp.live.ticker import Ticker
from mapapp.live.tier import Tier
from mapapp.protocol import outgoing
from mapapp.protocol.codes import Close
from mapapp.protocol.framing import Frame
from mapapp.protocol.outgoing import MICRO
from mapapp.protocol.positions import MovesForm

# Counts of people change with everybody who comes and goes; a tick for their
# sake alone can wait this long, in seconds.
PRESENCE_DELAY = 0.5
# A client that takes no data for this long is sent away, to come back afresh.
STUCK_SECONDS = 20.0
# From the change that closes a room until its connections are closed.
CLOSING_SECONDS = 1.0


class LiveRoom:
    """One open room.

    `line` carries its news to and from other processes. `fetch(room)` is
    called when changes are known to be missing. `phone_budget` is how many
    bytes a second a phone may get; None for as many as there are.
    """

    def __init__(
        self,
        stored: StoredRoom,
        *,
        line: RoomLine,
        fetch: Callable[[LiveRoom], None],
        phone_budget: int | None = None,
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self.line = line
        self._fetch = fetch
        self.mirror = Mirror(stored, self._loop.time())
        self._delta = Delta()
        self.presence = Presence()
        self.connections: set[Connection] = set()
        # In the order in which they came.
        self._by_participant: dict[UUID, dict[Connection, None]] = {}
        self._phone_budget = phone_budget
        self._tiers: dict[tuple[bool, MovesForm], Tier] = {}
        self._relay_pace = Pace()
        self._relay_ticker = Ticker(self._publish, self._relay_pace.interval)
        self._moves_per_second = MOST_MOVES
        # The newest moves from elsewhere of grabs that are not known here yet.
        self._early_moves: dict[int, tuple[int, int, int]] = {}
        # Whether anything was changed since this process opened it, when somebody
        # last came in (in the loop's seconds), and the address for which it was opened.
        self.changed = False
        self.last_used = self._loop.time()
        self.opener = ""
        # None while somebody is here, and until the room is `opened`.
        self._empty_since: float | None = None
        # Whether the store has this room no more: nobody comes in, and nothing is kept.
        self.is_gone = False

    @property
    def state(self) -> RoomState:
        """The mirror's state."""
        return self.mirror.state

    def opened(self) -> None:
        """Note that people may come in from now on."""
        self._empty_since = self._loop.time()

    # --- changes --------------------------------------------------------------

    def receive(self, changes: Iterable[Change]) -> None:
        """Take changes from wherever they come; fetch what is missing between them."""
        for change in self.mirror.receive(changes, self._loop.time()):
            self._follow(change)
            self.changed = True
        if self._early_moves:
            early, self._early_moves = self._early_moves, {}
            self._moved_elsewhere((number, *move) for number, move in early.items())
        self.heard_of(self.mirror.newest)
        self._poke()

    def heard_of(self, revision: int) -> None:
        """Note that this revision exists; fetch what is missing up to it."""
        self.mirror.newest = max(self.mirror.newest, revision)
        if self.mirror.newest > self.state.revision:
            self._fetch(self)

    def committed(self, changes: Iterable[Change], revision: int) -> None:
        """Take what this process has stored, and tell the other processes."""
        made = list(changes)
        self._delta.changes += made
        self.receive(made)
        self.heard_of(revision)

    def reload(self, stored: StoredRoom) -> None:
        """Begin anew from the store, because too much is missing; all get a snapshot."""
        self.mirror.load(stored, self._loop.time())
        for connection in self.connections:
            connection.cursor = Cursor(-1, 0)
            self._identify(connection)
        self._poke()
        # What was missed may have been that.
        for person in self.state.people.values():
            if person.banned:
                self._send_away(person.id)
        for connection in list(self.connections):
            if connection.key and self.state.keys[connection.key].revoked:
                connection.say_goodbye(Close.KEY_REVOKED)
        if self.state.phase == CLOSED:
            self._close_soon()

    def _follow(self, change: Change) -> None:
        """Bring along what hangs on the mirror."""
        if change.marker and change.marker not in self.mirror.positions:
            self._delta.moves.pop(change.marker, None)
        match change.kind:
            case "person":
                for connection in self._by_participant.get(UUID(change.data["id"]), ()):
                    self._identify(connection)
            case "ban":
                self._send_away(self.state.people[change.data["person"]].id)
            case "revoke":
                self._key_revoked(change)
            case "close":
                self._close_soon()

    # --- moves ----------------------------------------------------------------

    def move(self, connection: Connection, number: int, grab: int, lat: float, lng: float) -> None:
        """Take a move of somebody here; without the right or the present hold it is ignored."""
        state = self.mirror.state
        marker = state.markers.get(number)
        if marker is None or marker.holder != connection.person:
            return
        if state.activity.answers != OPEN and not connection.host:
            return
        self._move(number, grab, round(lat * MICRO), round(lng * MICRO))

    def _move(self, number: int, grab: int, lat: int, lng: int) -> None:
        if self.mirror.move(number, grab, lat, lng, self._loop.time(), here=True):
            self._delta.moves[number] = self.mirror.positions[number]
            self._relay_ticker.poke()
            self._moved(number)

    def _moved_elsewhere(self, moves: Iterable[tuple[int, int, int, int]]) -> None:
        """Take moves from another process: marker, grab, and a place in millionths of a degree."""
        now = self._loop.time()
        for number, grab, lat, lng in moves:
            if grab > self.state.revision:
                self._early_moves[number] = grab, lat, lng
            elif self.mirror.move(number, grab, lat, lng, now, here=False):
                self._moved(number)

    # --- what other processes say, and what they are told (`relay.line.Listener`) ---

    @property
    def standing(self) -> tuple[int, Counts]:
        """The revision that this process knows, and who is connected to it."""
        return self.state.revision, self.presence.here

    def take_news(self, news: RoomNews, *, overtaken: bool) -> None:
        """Take what is new at another process."""
        changes = list(changes_of(news))
        # What sends people away is taken from the store and from nobody else.
        if not any(change.kind in ("ban", "close") for change in changes):
            self.receive(changes)
        self.heard_of(news.revision)
        if not overtaken:
            self._moved_elsewhere(news.moves)
            for number, grab in news.holders_here:
                self.mirror.holds.is_elsewhere(number, grab)
            self._heard_presence(news.process, (news.people, news.screens))

    def take_pulse(self, process: str, pulse: RoomPulse) -> None:
        """Note how far another process is, and who is connected to it."""
        self.heard_of(pulse.revision)
        self._heard_presence(process, (pulse.people, pulse.screens))

    def repeat(self) -> None:
        """Tell the other processes again where this one is: revision, people, markers held here.

        Positions only of what was moved here: the others' may be newer by now.
        """
        self._delta.whole = True
        self._delta.moves |= {n: p for n, p in self.mirror.positions.items() if p.here}
        self._delta.holders_here |= {
            hold.marker: hold.grab for hold in self.mirror.holds if self.present(hold.holder)
        }
        self._poke()

    def _moved(self, number: int) -> None:
        for tier in self._tiers.values():
            tier.moved(number)

    def look(
        self, connection: Connection, south: float, west: float, north: float, east: float
    ) -> None:
        """Note which part of the map somebody looks at; the bounds are in degrees."""
        view = Area(*(round(bound * MICRO) for bound in (south, west, north, east)))
        self._tier(connection).look(connection, view)

    # --- who is here ----------------------------------------------------------

    def join(
        self, connection: Connection, *, token: str | None, epoch: str | None, revision: int
    ) -> None:
        """Welcome a client and bring it up to date: what changed since, or a snapshot (R1)."""
        self._identify(connection)
        self.connections.add(connection)
        tier = self._tier(connection)
        tier.add(connection)
        if connection.participant is not None:
            self._by_participant.setdefault(connection.participant, {})[connection] = None
            for number in self.mirror.holds.returned(connection.person):
                # Told like a move, because the process that they have left
                # would end a hold of which it hears nothing.
                lat, lng = self.mirror.position(number)
                grab = self.state.markers[number].grab
                self._move(number, grab, round(lat * MICRO), round(lng * MICRO))
                self._delta.holders_here[number] = grab
        self.last_used = self._loop.time()
        self.presence.arrive(connection.participant, host=connection.host)
        self._empty_since = None
        connection.link.on_ready = lambda: self._ready_again(connection)
        welcome = outgoing.welcome(
            self.state,
            role=connection.role,
            token=token,
            person=connection.person,
            name=connection.name,
            moves_per_second=self._moves_per_second,
        )
        connection.link.send(Frame(welcome))
        if epoch == self.state.epoch and self.mirror.reaches(revision):
            connection.cursor = Cursor(revision, 0)
        tier.bring_up_to_date(connection)
        self._presence_changed()

    def leave(self, connection: Connection) -> None:
        """Forget a client. Harmless when it is not here."""
        if connection not in self.connections:
            return
        self.connections.discard(connection)
        self._tier(connection).discard(connection)
        if connection.participant is not None:
            mine = self._by_participant[connection.participant]
            mine.pop(connection, None)
            if not mine:
                del self._by_participant[connection.participant]
                if connection.person:
                    self.mirror.holds.left(connection.person, self._loop.time())
        self.presence.leave(connection.participant, host=connection.host)
        if not self.connections:
            self._empty_since = self._loop.time()
        self._presence_changed()

    def make_room_for_another(self, participant: UUID, most: int) -> None:
        """Send this person's oldest connections away, so that one more makes at most `most`.

        The oldest, because a phone that changes networks leaves some behind.
        """
        theirs = [c for c in self._by_participant.get(participant, ()) if not c.closed]
        for connection in theirs[: max(0, len(theirs) + 1 - most)]:
            connection.say_goodbye(Close.TOO_MANY_TABS)

    def screens_from(self, came_from: str) -> int:
        """How many screens here come from the address with this hash."""
        return sum(c.role == SCREEN and c.came_from == came_from for c in self.connections)

    @property
    def may_make_way(self) -> bool:
        """Whether nothing is lost if this room is closed here to make way for another.

        Nobody is in it; or nobody has changed anything since it was opened
        here, and nobody is in it who steers it or has ever made a change.
        """
        if self.mirror.holds or self.mirror.newest > self.state.revision:
            return False
        if self.changed and self.connections:
            return False
        return not any(c.host or c.person for c in self.connections)

    def is_here(self, participant: UUID) -> bool:
        """Whether this participant is connected to this process."""
        return participant in self._by_participant

    def present(self, person: int) -> bool:
        """Whether this process has a connection of the person with this number."""
        known = self.state.people.get(person)
        return known is not None and self.is_here(known.id)

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

    def _heard_presence(self, process: str, counts: Counts) -> None:
        """Note who is connected to another process."""
        before = self.presence.total
        self.presence.hear(process, counts, self._loop.time())
        if self.presence.total != before:
            self._poke(PRESENCE_DELAY)

    def _send_away(self, participant: UUID) -> None:
        for connection in list(self._by_participant.get(participant, ())):
            connection.say_goodbye(Close.REMOVED)

    def _key_revoked(self, change: Change) -> None:
        """Send away whoever came in with a host key; who has rotated it has the new one."""
        for connection in list(self.connections):
            if connection.key != change.data["key"]:
                continue
            if "successor" in change.data and connection.person == change.by:
                connection.key = change.data["successor"]
            else:
                connection.say_goodbye(Close.KEY_REVOKED)

    def _close_soon(self) -> None:
        """Close after the tick that tells it."""
        self._loop.call_later(CLOSING_SECONDS, self.close_all, Close.CLOSED)

    def close_all(self, close: Close) -> None:
        """Send everybody here away."""
        for connection in list(self.connections):
            connection.say_goodbye(close)

    def _identify(self, connection: Connection) -> None:
        """Take over what the room knows of the person behind a connection."""
        person = self.state.person(connection.participant) if connection.participant else None
        if person is not None:
            connection.person = person.number
            connection.name = person.name

    def _presence_changed(self) -> None:
        self._delta.presence = True
        self._poke(PRESENCE_DELAY)

    # --- ticks ----------------------------------------------------------------

    def sweep(self, clock: float, busy: float) -> None:
        """Once a second: forget silent processes, send stuck clients away, end at the expiry.

        `clock` is in seconds since 1970; `busy` is the share of the last second
        in which the process was.
        """
        now = self._loop.time()
        before = self.presence.total
        self.presence.expire(now)
        if self.presence.total != before:
            self._poke(PRESENCE_DELAY)
        for connection in list(self.connections):
            if not connection.link.ready:
                # In a quiet room no tick would notice.
                connection.behind_since = connection.behind_since or now
            if (
                connection.behind_since
                and now - max(connection.behind_since, connection.link.taken_at) > STUCK_SECONDS
            ):
                connection.say_goodbye(Close.LAGGING, abort=True)
                self.leave(connection)
        if self.mirror.expires <= clock:
            self._end()
        self._ask_for_pace(busy)

    def end(self) -> None:
        """Note that its time is over; the next sweep ends it."""
        self.mirror.expires = 0.0

    def gone(self) -> None:
        """The store has this room no more: it ends now."""
        self.is_gone = True
        self.end()
        self._end()

    def _end(self) -> None:
        """Send everybody away; what was left to do cannot be stored any more."""
        self.close_all(Close.NO_ROOM)
        self.mirror.holds.clear()
        self.mirror.newest = self.state.revision

    def _ask_for_pace(self, busy: float) -> None:
        """Tell everybody how often to send, when a crowd drags or time is short (F4)."""
        asked = moves_per_second(len(self.mirror.holds), self._moves_per_second, busy)
        if asked != self._moves_per_second:
            self._moves_per_second = asked
            frame = Frame(outgoing.pace(asked))
            for connection in self.connections:
                connection.link.send(frame)

    def idle_for(self, now: float) -> float:
        """For how many seconds nobody has been in this opened room and nothing was left to do."""
        left_to_do = self.mirror.holds or self.mirror.newest > self.state.revision
        return 0.0 if self._empty_since is None or left_to_do else now - self._empty_since

    def stop(self) -> None:
        """Cancel the ticks."""
        self._relay_ticker.stop()
        for tier in self._tiers.values():
            tier.ticker.stop()

    def _tier(self, connection: Connection) -> Tier:
        """The tier for those like this one.

        Screens get the full pace; phones what their downlink can bear.
        """
        is_screen, form = connection.role == SCREEN, connection.moves
        tier = self._tiers.get((is_screen, form))
        if tier is None:
            tier = self._tiers[is_screen, form] = Tier(
                self.mirror,
                form,
                presence=lambda: self.presence.total,
                people=lambda: self.presence.total[1 if is_screen else 0],
                budget=None if is_screen else self._phone_budget,
            )
        return tier

    def _poke(self, delay: float = 0.0) -> None:
        if self._delta:
            self._relay_ticker.poke(delay)
        for tier in self._tiers.values():
            tier.poke(delay)

    def _publish(self, late: float) -> None:
        started = time.thread_time()
        if self._delta:
            delta, self._delta = self._delta, Delta()
            self.line.publish(self.state.revision, self.presence.here, delta)
        work = time.thread_time() - started
        self._relay_pace.measured(people=sum(self.presence.total), work=work, late=late, size=0)

    def _ready_again(self, connection: Connection) -> None:
        """A client can take data again: it gets all it missed, in one frame (F3)."""
        if connection in self.connections and connection.behind_since:
            self._tier(connection).bring_up_to_date(connection)
