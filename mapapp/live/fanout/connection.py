"""One client's place in a room."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from mapapp.live.ports import Link
from mapapp.live.presence import Told
from mapapp.live.turned_away import TurnedAway
from mapapp.protocol import outgoing
from mapapp.protocol.codes import Close
from mapapp.protocol.framing import Frame
from mapapp.protocol.positions import MovesForm
from mapapp.protocol.snapshots import SnapshotForm

SCREEN, HOST, PARTICIPANT = "screen", "host", "participant"
ROLES = (SCREEN, HOST, PARTICIPANT)


@dataclass(slots=True, frozen=True)
class Cursor:
    """How far a client has been told: a revision, and the last tick whose moves it has (F3)."""

    revision: int
    tick: int


class Connection:
    """A client in a room. It holds two cursors and nothing that grows (F3):
    `turned_away` is bounded, and empty while the database answers.

    `participant` is None for screens; `person` is their number in the room, 0
    until their first change. `key` is the number of a host's key. `came_from`
    is the keyed hash of their network address.
    """

    __slots__ = (
        "behind_since",
        "came_from",
        "client",
        "closed",
        "cursor",
        "host",
        "key",
        "link",
        "mine_at",
        "moves",
        "name",
        "participant",
        "person",
        "presence",
        "role",
        "snapshot",
        "turned_away",
    )

    def __init__(
        self,
        link: Link,
        *,
        role: str,
        participant: UUID | None = None,
        name: str = "",
        client: UUID | None = None,
        came_from: str = "",
        person: int = 0,
        moves: MovesForm = "json",
        snapshot: SnapshotForm = "json",
        key: int = 0,
    ) -> None:
        self.link = link
        self.role = role
        self.host = role == HOST
        self.key = key
        self.participant = participant
        self.name = name
        self.client = client
        self.came_from = came_from
        self.person = person
        self.moves: MovesForm = moves
        self.snapshot: SnapshotForm = snapshot
        self.cursor = Cursor(-1, 0)
        self.presence: Told = (-1, -1, -1)
        # The revision at which it was told its own markers, if its sight withholds some.
        self.mine_at = -1
        # Since when it has not taken data, in the loop's seconds; 0 when it keeps up.
        self.behind_since = 0.0
        self.turned_away = TurnedAway()
        # Whether the server has closed it; further input is ignored.
        self.closed = False

    def say_goodbye(
        self, close: Close, *, retry_ms: int | None = None, abort: bool = False
    ) -> None:
        """Tell the client why, and what to do; then close. `abort` says that the line is stuck."""
        self.closed = True
        self.link.send(Frame(outgoing.bye(close, retry_ms)))
        self.link.close(close, abort=abort)
