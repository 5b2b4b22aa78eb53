"""The frames of a room's news, encoded once and only if somebody gets them (F2)."""

from __future__ import annotations

from mapapp.live.change_log import ChangeLog
from mapapp.live.ports import Link
from mapapp.live.presence import Told
from mapapp.protocol import outgoing
from mapapp.protocol.framing import Frame
from mapapp.protocol.positions import MovesForm, Position, packed, plain


class Frames:
    """The changes from `since` to `revision`, some moves, and the presence if it is new.

    `coarse` positions take fewer bytes and are slightly inexact.
    """

    def __init__(
        self,
        log: ChangeLog,
        form: MovesForm,
        since: int,
        revision: int,
        moves: list[Position],
        presence: Told | None = None,
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
        """The bytes that a client gets; 0 until somebody does."""
        return sum(len(frame.wire) for frame in self._frames or ())

    def send(self, link: Link) -> None:
        """Send all frames to one client."""
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
