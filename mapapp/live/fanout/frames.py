"""What is new, encoded once and only if somebody gets it (F2)."""

from __future__ import annotations

from mapapp.live.change_log import ChangeLog
from mapapp.live.ports import Link
from mapapp.live.presence import Counts
from mapapp.protocol import outgoing
from mapapp.protocol.framing import Frame
from mapapp.protocol.positions import MovesForm, Position, packed, plain


class Frames:
    """The changes since a revision up to `revision`, some moves, and who is here if that is new.

    `coarse` positions take fewer bytes and are a little beside the true ones.
    """

    def __init__(
        self,
        log: ChangeLog,
        form: MovesForm,
        since: int,
        revision: int,
        moves: list[Position],
        presence: Counts | None = None,
        *,
        coarse: bool = False,
    ) -> None:
        self._log = log
        self._form = form
        self._since = since
        self._revision = revision
        self.moves = moves
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
        apart = self._form != "json" and bool(self.moves)
        frames: list[Frame] = []
        changed = self._presence is not None or self._since != self._revision
        if changed or (self.moves and not apart):
            changes = self._log.changes_after(self._since)
            moves = [] if apart else self.moves
            frames.append(Frame(outgoing.tick(self._revision, changes, moves, self._presence)))
        if apart:
            if self._form == "packed":
                payload = packed(self.moves, coarse=self._coarse)
            else:
                payload = plain(self.moves)
            frames.append(Frame(payload, binary=True))
        return frames
