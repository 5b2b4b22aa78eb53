"""A room's broadcasts, one for each class of connections that get the same frames."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from mapapp.domain.room import RoomState
from mapapp.domain.sight import Sight
from mapapp.live.fanout.broadcast import Broadcast
from mapapp.live.fanout.connection import PARTICIPANT, ROLES, SCREEN, Connection, Cursor
from mapapp.live.load import Load
from mapapp.live.presence import Presence
from mapapp.live.replica import Replica
from mapapp.protocol.positions import MovesForm

SightRule = Callable[[str, RoomState], Sight]
"""What connections of a role see of a room now (`domain.sight.sight_of`)."""


class Audience(NamedTuple):
    """Connections of one role with the same form of moves and the same sight."""

    role: str
    form: MovesForm
    sight: Sight


class Fanout:
    """Sorts a room's connections into broadcasts, and passes the news on to these.

    Screens get the full pace; everybody else as much as their downlink can bear:
    `phone_budget` bytes a second, None for no limit. `answered()` is the number of
    people who have answered, as it is told. `gather()` is called before
    each tick; `load` is the process's.
    """

    def __init__(
        self,
        replica: Replica,
        presence: Presence,
        answered: Callable[[], int],
        *,
        gather: Callable[[], None],
        load: Load,
        phone_budget: int | None,
        sight: SightRule,
    ) -> None:
        self._replica = replica
        self._presence = presence
        self._answered = answered
        self._gather = gather
        self._load = load
        self._phone_budget = phone_budget
        self._sight = sight
        self._broadcasts: dict[Audience, Broadcast] = {}
        self._of: dict[Connection, Broadcast] = {}
        # What people of all roles see now, and whether markers are withheld from any.
        self._sights: set[Sight] = set()
        self.withholds = False
        self.follow_sights()

    # --- connections --------------------------------------------------------------------

    def sight(self, connection: Connection) -> Sight:
        """The sight that this connection has now."""
        return self._sight(connection.role, self._replica.state)

    def add(self, connection: Connection) -> None:
        """Take a connection in. Its cursor says how far it has been told."""
        broadcast = self._broadcast(connection, self.sight(connection))
        broadcast.add(connection)
        self._of[connection] = broadcast

    def remove(self, connection: Connection) -> None:
        """Forget a connection of this room."""
        self._of.pop(connection).remove(connection)

    def knows(self, connection: Connection, revision: int) -> bool:
        """Whether a newcomer with this revision can be told the changes since (R1)."""
        sight = self.sight(connection)
        return revision >= sight.since and self._replica.log(sight).reaches(revision)

    def bring_up_to_date(self, connection: Connection) -> None:
        """Send a connection all that it lacks."""
        self._of[connection].bring_up_to_date(connection)

    def look(
        self, connection: Connection, south: float, west: float, north: float, east: float
    ) -> None:
        """Note which part of the map somebody looks at; the bounds are in degrees."""
        self._of[connection].look(connection, south, west, north, east)

    # --- news ------------------------------------------------------------------------------

    def moved(self, number: int) -> None:
        """Note that a marker has a new position."""
        for broadcast in self._broadcasts.values():
            broadcast.moved(number)

    def poke(self, delay: float = 0.0) -> None:
        """Ask for ticks within `delay` seconds."""
        for broadcast in self._broadcasts.values():
            broadcast.poke(delay)

    def stop(self) -> None:
        """Cancel the ticks."""
        for broadcast in self._broadcasts.values():
            broadcast.ticker.stop()

    # --- who sees what ---------------------------------------------------------------------

    def tell_owner(self, connection: Connection) -> None:
        """Tell a connection its own changed markers, if others may not see them."""
        self._of[connection].tell_owner(connection)

    def follow_sights(self) -> None:
        """After a change of sight, give those concerned a snapshot with the next tick (X3)."""
        state = self._replica.state
        sights = {role: self._sight(role, state) for role in ROLES}
        if set(sights.values()) == self._sights:
            return
        self._sights = set(sights.values())
        self.withholds = any(sight.withholds for sight in self._sights)
        old = [audience for audience in self._broadcasts if sights[audience.role] != audience.sight]
        left = [self._broadcasts.pop(audience) for audience in old]
        for broadcast in left:
            broadcast.ticker.stop()
            for connection in list(broadcast.connections):
                self.remove(connection)
                connection.cursor, connection.mine_at = Cursor(-1, 0), -1
                self.add(connection)
        self._replica.keep_logs(self._sights)
        # Others begin when somebody comes. The audience's is there from the start, for
        # people who come back after a restart (R1).
        self._replica.log(sights[PARTICIPANT])

    def _broadcast(self, connection: Connection, sight: Sight) -> Broadcast:
        audience = Audience(connection.role, connection.moves, sight)
        broadcast = self._broadcasts.get(audience)
        if broadcast is None:
            is_screen, presence = connection.role == SCREEN, self._presence
            answered = self._answered
            broadcast = self._broadcasts[audience] = Broadcast(
                self._replica,
                self._replica.log(sight),
                connection.moves,
                presence=lambda: (*presence.total, answered()),
                gather=self._gather,
                load=self._load,
                budget=None if is_screen else self._phone_budget,
            )
        return broadcast
