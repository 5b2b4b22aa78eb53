"""A room's end of the relay: the news it publishes, and the messages for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from mapapp.domain.change import Change
from mapapp.live.holds import Hold
from mapapp.live.presence import Counts
from mapapp.live.relay.messages import RoomNews, RoomPulse, Want
from mapapp.live.relay.peers import Peer, Peers

# While a layer hangs, news waits. Beyond this many changes of a room they are
# dropped, and the receivers fetch them from the store.
_CHANGES_LIMIT = 1_000


@dataclass(slots=True)
class Delta:
    """This process's news of a room for the others, merged until it is sent.

    `holders_here` are markers whose holders are connected here, with their grabs.
    `whole`: it repeats everything that only this process knows.
    """

    changes: list[Change] = field(default_factory=list)
    moves: dict[int, Hold] = field(default_factory=dict)
    holders_here: dict[int, int] = field(default_factory=dict)
    presence: bool = False
    whole: bool = False

    def __bool__(self) -> bool:
        return bool(self.changes or self.moves or self.holders_here or self.presence or self.whole)

    def merge(self, later: Delta) -> None:
        """Add newer news to this."""
        self.changes += later.changes
        self.moves |= later.moves
        self.holders_here |= later.holders_here
        self.presence |= later.presence
        self.whole |= later.whole


class Listener(Protocol):
    """The interface of a room for its line."""

    @property
    def standing(self) -> tuple[int, Counts]:
        """The revision that this process knows, and its counts of people and screens."""

    def take_news(self, news: RoomNews, *, overtaken: bool) -> None:
        """Take another process's news of the room.

        Changes carry revisions and may come late. Everything else is outdated if it
        was `overtaken` by newer news of that process.
        """

    def take_pulse(self, process: str, pulse: RoomPulse) -> None:
        """Take another process's revision and counts."""

    def repeat(self) -> None:
        """Publish everything: another process has missed something, or has just come."""


@dataclass(slots=True)
class _Waiting:
    """A delta that waits to be sent, with the room's revision and counts at its newest part."""

    revision: int
    counts: Counts
    delta: Delta


class RoomLine:
    """Carries one room's news to and from the processes that have it open, too.

    `due(line)` is called when there is something to send, which the relay then
    takes. `sent` is the highest sequence number that the receivers may know.
    """

    def __init__(
        self,
        process: str,
        room: UUID,
        epoch: str,
        *,
        sent: int,
        clock: Callable[[], float],
        due: Callable[[RoomLine], None],
    ) -> None:
        self.room = room
        self.epoch = epoch
        self.sent = sent
        self.peers = Peers(clock)
        self._process = process
        self._due = due
        self._listener: Listener | None = None
        self._waiting: _Waiting | None = None
        self._asks = False

    # --- for the room -----------------------------------------------------------

    @property
    def is_elsewhere(self) -> bool:
        """Whether another process has this room open."""
        return self.peers.any_present

    def publish(self, revision: int, counts: Counts, delta: Delta) -> None:
        """Send news; while it waits, later news is merged into it, with the newest positions.

        `revision` and `counts` (of people and screens) are this process's own. While
        no other process has the room open, there is nobody to tell.
        """
        if not self.is_elsewhere:
            return
        if self._waiting is None:
            self._waiting = _Waiting(revision, counts, delta)
        else:
            self._waiting.revision, self._waiting.counts = revision, counts
            self._waiting.delta.merge(delta)
        changes = self._waiting.delta.changes
        if len(changes) > _CHANGES_LIMIT:
            changes.clear()
        self._due(self)

    def ask(self) -> None:
        """Ask the others for the live positions in this room, until they have told them."""
        self.peers.ask_all()
        self._ask()

    # --- for the relay: what goes out ---------------------------------------------

    def take_question(self) -> Want | None:
        """The question to be sent, if any."""
        asks, self._asks = self._asks, False
        return Want(self._process, self.room, self.epoch) if asks else None

    def take_waiting(self) -> RoomNews | None:
        """The news to be sent, if any."""
        waiting, self._waiting = self._waiting, None
        if waiting is None:
            return None
        self.sent += 1
        delta = waiting.delta
        return RoomNews(
            self._process,
            self.sent,
            self.room,
            self.epoch,
            waiting.revision,
            *waiting.counts,
            [(c.revision, c.kind, c.by, c.marker, dict(c.data), c.at) for c in delta.changes],
            [(n, p.grab, p.lat, p.lng) for n, p in delta.moves.items()],
            list(delta.holders_here.items()),
            delta.whole,
        )

    def pulse(self) -> RoomPulse:
        """This process's revision and counts, for its heartbeat."""
        revision, counts = self._room.standing
        return RoomPulse(self.epoch, revision, self.sent, *counts)

    # --- for the relay: what comes in ---------------------------------------------

    def open(self, listener: Listener) -> None:
        """Pass all messages to `listener` from now on."""
        self._listener = listener

    def close(self) -> None:
        """Carry nothing from now on."""
        self._waiting, self._asks = None, False
        self.peers.forget_all()

    def take_news(self, news: RoomNews) -> None:
        """Take news of another process; ask once for any that is missing before it."""
        peer = self.peers.get(news.process)
        overtaken = peer.take(news.sequence, whole=news.whole)
        self._room.take_news(news, overtaken=overtaken)
        self._saw(peer)
        if peer.newest > peer.complete and not peer.asked:
            peer.asked = True
            self._ask()

    def take_want(self, want: Want) -> None:
        """Take a question: another process has missed something, or has just come."""
        self._saw(self.peers.get(want.process), tell=True)

    def take_pulse(self, process: str, pulse: RoomPulse) -> None:
        """Take a room's part of another process's heartbeat."""
        peer = self.peers.get(process)
        self._room.take_pulse(process, pulse)
        self._saw(peer)
        if pulse.sequence > peer.complete:
            # Even if it was asked before, because questions and answers get lost.
            peer.asked = True
            self._ask()

    def repeat(self) -> None:
        """Make up for lost news: the relay works again."""
        self._room.repeat()

    @property
    def _room(self) -> Listener:
        assert self._listener is not None, "a line that is not open carries nothing"
        return self._listener

    def _ask(self) -> None:
        self._asks = True
        self._due(self)

    def _saw(self, peer: Peer, *, tell: bool = False) -> None:
        """Note that another process has the room open; repeat all if it is new, or on `tell`.

        It may have missed news that was not sent while nobody was known to listen.
        """
        if self.peers.saw(peer) or tell:
            self._room.repeat()
