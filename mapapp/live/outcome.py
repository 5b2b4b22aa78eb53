"""What comes of the answers while a room is open: how many, when they end, the result."""

from __future__ import annotations

from collections.abc import Callable, Collection

from mapapp.domain.activity import REVEALED
from mapapp.domain.sight import Sight
from mapapp.live.answered import Answered
from mapapp.live.bell import Bell
from mapapp.live.fanout.connection import PARTICIPANT, Connection
from mapapp.live.replica import Applied, Replica
from mapapp.live.results import RoomResults
from mapapp.live.services import Services


class Outcome:
    """Follows the current activity of a room.

    `sight` says what a connection may see now. `changed()` is called when another
    number of people is to be told.
    """

    def __init__(
        self,
        replica: Replica,
        services: Services,
        *,
        connections: Callable[[], Collection[Connection]],
        sight: Callable[[Connection], Sight],
        changed: Callable[[], None],
    ) -> None:
        self._replica = replica
        self._sight = sight
        self._answered = Answered(replica, changed)
        self._bell = Bell(replica, services)
        self._results = RoomResults(
            replica,
            connections=connections,
            withholds=self._withholds_result,
            work_out=services.work_out,
            phone_budget=services.phone_budget,
        )

    @property
    def answered(self) -> int:
        """The number of people who have answered, as it is told."""
        return self._answered.told

    def follow(self, applied: Collection[Applied] = ()) -> None:
        """Note changes that the replica has applied, or that it was loaded anew."""
        self._answered.follow(applied)
        self._bell.follow()
        self._results.follow()

    def came(self, connection: Connection) -> None:
        """Tell somebody new, or who can take data again, what the others have been told."""
        self._results.came(connection)

    def left(self, connection: Connection) -> None:
        """Forget a connection."""
        self._results.left(connection)

    def sweep(self) -> None:
        """Called once a second."""
        self._results.sweep()

    def stop(self) -> None:
        """End all work, and tell nothing more."""
        self._answered.stop()
        self._bell.stop()
        self._results.stop()

    def _withholds_result(self, connection: Connection) -> bool:
        """Whether somebody is not told the result now: phones show it once it is revealed."""
        is_early = self._replica.state.activity.stage != REVEALED
        if connection.role == PARTICIPANT and is_early:
            return True
        return self._sight(connection).withholds
