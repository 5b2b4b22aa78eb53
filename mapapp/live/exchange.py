"""A room's exchange with other processes: the news it takes, and the news it repeats."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence

from mapapp.domain.change import Change
from mapapp.domain.changes import CHANGE_KINDS
from mapapp.live.members import Members
from mapapp.live.moves import Moves
from mapapp.live.presence import Counts
from mapapp.live.relay.messages import RoomNews, RoomPulse, changes_of
from mapapp.live.relay.publisher import Publisher
from mapapp.live.replica import Replica


class Exchange:
    """Listens on the room's line (`relay.line.Listener`), and repeats by the `publisher`.

    `receive(changes)` takes changes in; `heard_of(revision)` notes that this
    revision exists; `presence_changed()` is called when the counts have changed.
    """

    def __init__(
        self,
        replica: Replica,
        members: Members,
        moves: Moves,
        publisher: Publisher,
        *,
        receive: Callable[[Iterable[Change]], None],
        heard_of: Callable[[int], None],
        presence_changed: Callable[[], None],
    ) -> None:
        self._replica = replica
        self._members = members
        self._moves = moves
        self._publisher = publisher
        self._receive = receive
        self._heard_of = heard_of
        self._presence_changed = presence_changed
        self._loop = asyncio.get_running_loop()

    @property
    def standing(self) -> tuple[int, Counts]:
        """The revision that this process knows, and its counts of people and screens."""
        return self._replica.state.revision, self._members.presence.here

    def take_news(self, news: RoomNews, *, overtaken: bool) -> None:
        """Take another process's news of the room."""
        changes: Sequence[Change] = list(changes_of(news))
        # A relay is not believed everything, even if it is sealed: the store is asked.
        if not any(CHANGE_KINDS[change.kind].fetched for change in changes):
            self._receive(changes)
        self._heard_of(news.revision)
        if not overtaken:
            self._moves.take_from_elsewhere(news.moves)
            for number, grab in news.holders_here:
                self._replica.holds.is_elsewhere(number, grab)
            self._heard_presence(news.process, (news.people, news.screens))

    def take_pulse(self, process: str, pulse: RoomPulse) -> None:
        """Note another process's revision and counts."""
        self._heard_of(pulse.revision)
        self._heard_presence(process, (pulse.people, pulse.screens))

    def repeat(self) -> None:
        """Tell the other processes everything again: revision, counts, markers held here.

        Positions only of markers that were moved here: the others' may be newer by now.
        """
        delta, holds = self._publisher.delta, self._replica.holds
        delta.whole = True
        delta.moves |= {hold.marker: hold for hold in holds.in_motion() if hold.local}
        delta.holders_here |= {
            hold.marker: hold.grab for hold in holds if self._members.has_person(hold.holder)
        }
        self._publisher.poke()

    def _heard_presence(self, process: str, counts: Counts) -> None:
        presence = self._members.presence
        before = presence.total
        presence.hear(process, counts, self._loop.time())
        if presence.total != before:
            self._presence_changed()
