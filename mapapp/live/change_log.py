"""A room as one sight is told of it: its last changes, encoded once, and a snapshot (X2)."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from itertools import islice

from mapapp.domain.change import Change
from mapapp.domain.marker import Marker
from mapapp.domain.room import RoomState
from mapapp.domain.sight import Sight
from mapapp.protocol import outgoing, snapshots
from mapapp.protocol.framing import Frame
from mapapp.protocol.snapshots import SnapshotForm

# A client that has missed at most this many changes gets them one by one.
LOG_LIMIT = 1_000
# A snapshot is encoded again when it is this many changes old; until then a
# joiner gets it with the changes since.
SNAPSHOT_AGE = 100


class ChangeLog:
    """Follows a `state`, which others bring forward: append each change once it is applied."""

    def __init__(self, sight: Sight, state: RoomState) -> None:
        self.sight = sight
        self.restart(state)

    def restart(self, state: RoomState, recent: Iterable[Change] = ()) -> None:
        """Start again with this state. `recent` are the changes that led to it, if known.

        A sight that withholds something ignores them, because nobody knows what
        their markers were like at the time.
        """
        self._state = state
        sight = self.sight
        told = () if sight.withholds else (outgoing.change(change, sight) for change in recent)
        # Their revisions are `start` + 1 to the state's.
        self._changes: deque[bytes] = deque(told, maxlen=LOG_LIMIT)
        self._snapshots: dict[SnapshotForm, tuple[int, Frame]] = {}

    def append(self, change: Change, marker: Marker | None) -> None:
        """Take a change and its marker, if it has one; a removed marker as it was before."""
        self._changes.append(outgoing.change(change, self.sight, marker))

    @property
    def start(self) -> int:
        """The oldest revision from which changes can be told one by one."""
        return self._state.revision - len(self._changes)

    def reaches(self, revision: int) -> bool:
        """Whether a client at this revision can be told what has changed since."""
        return self.start <= revision <= self._state.revision

    def changes_after(self, revision: int) -> Iterator[bytes]:
        """The encoded changes since a revision that the log `reaches`."""
        return islice(self._changes, revision - self.start, None)

    def snapshot(self, form: SnapshotForm) -> tuple[int, Frame]:
        """A snapshot and its revision, which the log reaches; shared by all who need one."""
        revision = self._state.revision
        known = self._snapshots.get(form)
        if known is None or revision - known[0] > SNAPSHOT_AGE:
            known = revision, snapshots.frame(self._state, form, self.sight)
            self._snapshots[form] = known
        return known
