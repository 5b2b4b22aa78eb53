"""What carries a room's news between processes: one channel-layer group per room.

One subscription per process (F1), one message per room and tick, and none while
no other process has the room open. The layer is taken to drop, repeat and
reorder: news carries revisions, and a sequence number per process and room, so
that the receiver knows what is old, notices what it missed, and asks until it
has been told. When the layer is away the relay says so (`up`), and the hub
polls the store instead.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from mapapp.live.messages import (
    BadMessage,
    Heartbeat,
    RelayMessage,
    RoomNews,
    RoomPulse,
    Seal,
    Want,
)
from mapapp.live.room import News

logger = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 2.0
# Until the first heartbeat has come back, and while the line is cut.
_IMPATIENT_SECONDS = 0.5
# Without one's own heartbeat for this long, the line counts as cut.
SILENCE_SECONDS = 5.0
# Another process that has been silent for this long is forgotten.
FORGET_SECONDS = 60.0
# A layer that takes longer than this for one call hangs. The layer's own
# limits are no use here: it repeats what has timed out, and lets calls queue.
_CALL_SECONDS = 2.0
# Before the layer is asked again for a message, when it has failed to bring one
# so many times in a row: single ones may be damaged, and others wait behind them.
_PAUSE_SECONDS = 0.1
_FAILURES = 10
# What cannot be understood is said this often, for each process that sends it.
_COMPLAIN_SECONDS = 60.0
# After a message that cannot be understood another process may be of another
# version, or know another secret: so long the hub asks the store what is new.
STRANGE_SECONDS = 10.0
# News that has waited for a hanging layer: beyond this many changes of a room
# the receivers fetch them from the store instead.
_CHANGES_LIMIT = 1_000

_PROCESSES = "livemap.processes"
# Less than any number of news: not even that nothing was told is known.
_NOTHING = -1


def room_group(room: UUID) -> str:
    """The channel-layer group of a room."""
    return f"livemap.room.{room.hex}"


class ChannelLayer(Protocol):
    """The part of Channels' layer API that is used here."""

    async def new_channel(self) -> str: ...
    async def receive(self, channel: str) -> dict[str, Any]: ...
    async def group_add(self, group: str, channel: str) -> None: ...
    async def group_discard(self, group: str, channel: str) -> None: ...
    async def group_send(self, group: str, message: dict[str, Any]) -> None: ...


class Receiver(Protocol):
    """What the relay tells the hub."""

    def news(self, news: RoomNews, *, overtaken: bool) -> None: ...
    def wanted(self, room: UUID) -> None: ...
    def pulse(self, process: str, room: UUID, pulse: RoomPulse) -> None: ...
    def relay_back(self) -> None: ...
    def pulses(self) -> dict[UUID, RoomPulse]: ...


@dataclass(slots=True)
class _Outgoing:
    """News of a room that waits for its turn; later news merges into it."""

    revision: int
    counts: tuple[int, int]
    news: News


@dataclass(slots=True)
class _Other:
    """Another process that has a room open, and how much of its news has come here.

    `at` is when it last said so, in the loop's seconds. `newest` is the number
    of its newest news that has come. `complete`: up to this number nothing is
    missing. `asked`: for what is missing beyond, and the answer has not come.
    """

    at: float
    newest: int = 0
    complete: int = 0
    asked: bool = False

    def take(self, sequence: int, *, whole: bool) -> bool:
        """Note that news with this number has come; return whether it was overtaken.

        `whole` news repeats all that was told before it.
        """
        overtaken = sequence <= self.newest
        if sequence == self.complete + 1 or (whole and not overtaken):
            self.complete = max(self.complete, sequence)
            self.asked = self.asked and self.newest > self.complete
        self.newest = max(self.newest, sequence)
        return overtaken


class Relay:
    """This process's line to the others. `process` is its unique name.

    `seal` proves that a message is of this installation. `alone`: there can be
    no others, so that nobody need hear that the line is up.
    """

    def __init__(
        self,
        layer: ChannelLayer,
        process: str,
        receiver: Receiver,
        *,
        seal: Seal | None = None,
        alone: bool = False,
    ) -> None:
        self.process = process
        self.up = False
        self._layer = layer
        self._receiver = receiver
        self._seal = seal or Seal()
        self._alone = alone
        self._loop = asyncio.get_running_loop()
        self._channel: str | None = None
        self._groups: set[str] = {_PROCESSES}
        self._joined: set[str] = set()
        self._outgoing: dict[UUID, _Outgoing] = {}
        self._wanted: set[UUID] = set()
        self._sent: dict[UUID, int] = {}
        # The highest number of any room that was left. The numbers of a room that
        # is opened again begin above it, or the others would take its news for old.
        self._left = 0
        # Who else has the rooms open that are open here.
        self._others: dict[UUID, dict[str, _Other]] = {}
        # The epochs of the rooms that are open here: news of another is of another room.
        self._epochs: dict[UUID, str] = {}
        self._wake = asyncio.Event()
        self._echo = float("-inf")
        self._strange = float("-inf")
        self._complained: dict[str, float] = {}

    # --- for the hub ----------------------------------------------------------

    @property
    def hears_all(self) -> bool:
        """Whether the line carries, and nobody on it says what cannot be understood."""
        return self.up and self._loop.time() - self._strange > STRANGE_SECONDS

    async def join(self, room: UUID, epoch: str) -> None:
        """Hear of this room from now on, and ask the others for its live positions."""
        self._groups.add(room_group(room))
        self._epochs[room] = epoch
        self._sent[room] = self._left
        await self._join_group(room_group(room))
        self.want(room)

    async def leave(self, room: UUID) -> None:
        """Hear of this room no more."""
        group = room_group(room)
        self._groups.discard(group)
        self._outgoing.pop(room, None)
        self._left = max(self._left, self._sent.pop(room, 0))
        self._others.pop(room, None)
        self._epochs.pop(room, None)
        self._joined.discard(group)
        if self._channel is not None:
            await self._try(lambda channel: self._layer.group_discard(group, channel))

    def publish(self, room: UUID, revision: int, counts: tuple[int, int], news: News) -> None:
        """Send news of a room; what waits is merged, newest position first.

        While no other process has the room open there is nobody to tell.
        """
        if not self.is_elsewhere(room):
            return
        waiting = self._outgoing.get(room)
        if waiting is None:
            self._outgoing[room] = _Outgoing(revision, counts, news)
        else:
            waiting.revision, waiting.counts = revision, counts
            waiting.news.changes += news.changes
            waiting.news.moves |= news.moves
            waiting.news.holders_here |= news.holders_here
            waiting.news.whole |= news.whole
        changes = self._outgoing[room].news.changes
        if len(changes) > _CHANGES_LIMIT:
            changes.clear()
        self._wake.set()

    def is_elsewhere(self, room: UUID) -> bool:
        """Whether another process has this room open."""
        return not all(map(self._silent, self._others.get(room, {}).values()))

    def sequence(self, room: UUID) -> int:
        """The number of the last news sent of this room."""
        return self._sent.get(room, 0)

    def want(self, room: UUID) -> None:
        """Ask the others for the live positions in this room, until they have told them."""
        for other in self._others.get(room, {}).values():
            other.complete, other.asked = _NOTHING, True
        self._ask(room)

    # --- the three loops ------------------------------------------------------

    async def receive(self) -> None:
        """Read for ever what the layer brings to this process's one channel."""
        failures = 0
        while True:
            if self._channel is None:
                try:
                    async with asyncio.timeout(_CALL_SECONDS):
                        self._channel = await self._layer.new_channel()
                    await self._join_groups()
                except Exception as error:  # each layer has its own kinds of connection error
                    self._down(error)
                if self._channel is None:
                    await asyncio.sleep(1.0)
                    continue
            try:
                message = await self._layer.receive(self._channel)
            except Exception as error:
                # One message that the layer cannot read must not make the process deaf.
                self._complain("the layer", f"it cannot be read ({error!r})")
                failures += 1
                await asyncio.sleep(_PAUSE_SECONDS if failures >= _FAILURES else 0)
                continue
            failures = 0
            try:
                self._take(message)
            except Exception:
                # Nor must a fault of ours.
                logger.exception("Could not take what the relay brought")

    async def send(self) -> None:
        """Send for ever what waits, room by room."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            wanted, self._wanted = self._wanted, set()
            for room in wanted:
                if (epoch := self._epochs.get(room)) is not None:
                    await self._send(room_group(room), Want(self.process, room, epoch))
            outgoing, self._outgoing = self._outgoing, {}
            for room, waiting in outgoing.items():
                try:
                    await self._send_news(room, waiting)
                except Exception:
                    # The others notice the gap, and ask.
                    logger.exception("Could not tell the news of room %s", room)

    async def beat(self) -> None:
        """Send a heartbeat for ever, and watch that it comes back."""
        while True:
            await self._join_groups()
            self._forget_silent()
            try:
                await self._send(_PROCESSES, Heartbeat(self.process, self._receiver.pulses()))
            except Exception:
                logger.exception("Could not send a heartbeat")
            if self.up and self._loop.time() - self._echo > SILENCE_SECONDS:
                self._down("it is silent")
            await asyncio.sleep(HEARTBEAT_SECONDS if self.up else _IMPATIENT_SECONDS)

    # --- inside ---------------------------------------------------------------

    def _ask(self, room: UUID) -> None:
        self._wanted.add(room)
        self._wake.set()

    def _take(self, envelope: dict[str, Any]) -> None:
        try:
            message = self._seal.open(envelope)
        except BadMessage as error:
            self._strange = self._loop.time()
            self._complain("somebody", f"it is not of this version and installation ({error})")
            return
        if message.process == self.process:
            # Whatever it says: that it came back shows that the line carries.
            self._echo = self._loop.time()
            self._up()
            return
        self._handle(message)

    def _complain(self, process: str, why: str) -> None:
        """Say that something was left out, once a minute for each process at most."""
        now = self._loop.time()
        if now - self._complained.get(process, float("-inf")) >= _COMPLAIN_SECONDS:
            self._complained[process] = now
            logger.warning("The relay brought from %s what is left out: %s", process, why)

    def _handle(self, message: RelayMessage) -> None:
        match message:
            case RoomNews():
                if (other := self._other(message.process, message.room, message.epoch)) is None:
                    return
                overtaken = other.take(message.sequence, whole=message.whole)
                self._receiver.news(message, overtaken=overtaken)
                self._has_open(other, message.room)
                if other.newest > other.complete and not other.asked:
                    other.asked = True
                    self._ask(message.room)
            case Want():
                if (other := self._other(message.process, message.room, message.epoch)) is not None:
                    self._has_open(other, message.room, tell=True)
            case Heartbeat():
                for room, pulse in message.rooms.items():
                    if (other := self._other(message.process, room, pulse.epoch)) is None:
                        continue
                    self._receiver.pulse(message.process, room, pulse)
                    self._has_open(other, room)
                    if pulse.sequence > other.complete:
                        # Again, too, because questions and answers get lost.
                        other.asked = True
                        self._ask(room)

    def _other(self, process: str, room: UUID, epoch: str) -> _Other | None:
        """What is known of another process that has a room open; None if it is not open here.

        A room of another epoch is another room: a backup was restored somewhere
        that uses the same layer.
        """
        mine = self._epochs.get(room)
        if mine is None:
            return None
        if epoch != mine:
            self._complain(process, f"room {room} has another epoch there")
            return None
        return self._others.setdefault(room, {}).setdefault(process, _Other(float("-inf")))

    def _has_open(self, other: _Other, room: UUID, *, tell: bool = False) -> None:
        """Note that another process has a room open; at first, or to `tell` it, say all there is.

        It may have missed what was not sent while nobody was known to listen.
        """
        new = self._silent(other)
        other.at = self._loop.time()
        if new or tell:
            self._receiver.wanted(room)

    def _silent(self, other: _Other) -> bool:
        return other.at < self._loop.time() - SILENCE_SECONDS

    def _forget_silent(self) -> None:
        """Forget the processes from which nothing old can come any more."""
        oldest = self._loop.time() - FORGET_SECONDS
        for others in self._others.values():
            for process in [process for process, other in others.items() if other.at < oldest]:
                del others[process]
        spoken = self._loop.time() - _COMPLAIN_SECONDS
        for process in [process for process, at in self._complained.items() if at < spoken]:
            del self._complained[process]

    async def _send_news(self, room: UUID, waiting: _Outgoing) -> None:
        if room not in self._sent:
            return  # left in the meantime
        self._sent[room] += 1
        changes = [
            (c.revision, c.kind, c.by, c.marker, dict(c.data), c.at) for c in waiting.news.changes
        ]
        moves = [(n, p.grab, p.lat, p.lng) for n, p in waiting.news.moves.items()]
        await self._send(
            room_group(room),
            RoomNews(
                self.process,
                self._sent[room],
                room,
                self._epochs[room],
                waiting.revision,
                *waiting.counts,
                changes,
                moves,
                list(waiting.news.holders_here.items()),
                waiting.news.whole,
            ),
        )

    async def _send(self, group: str, message: RelayMessage) -> None:
        envelope = self._seal.wrap(message)
        await self._try(lambda _: self._layer.group_send(group, envelope))

    async def _join_groups(self) -> None:
        # The group of all processes last: once its heartbeat comes back, the rooms' are joined.
        for group in sorted(self._groups - self._joined, key=_PROCESSES.__eq__):
            if not await self._join_group(group):
                return  # each call to a layer that hangs takes its time

    async def _join_group(self, group: str) -> bool:
        joined = await self._try(lambda channel: self._layer.group_add(group, channel))
        if joined:
            self._joined.add(group)
        return joined

    async def _try(self, call: Callable[[str], Any]) -> bool:
        """Do something with the layer. Return whether it worked; if not, the relay is down."""
        if self._channel is None:
            return False
        try:
            async with asyncio.timeout(_CALL_SECONDS):
                await call(self._channel)
        except TimeoutError:
            self._down("it hangs")
            return False
        except Exception as error:  # each layer has its own kinds of connection error
            self._down(error)
            return False
        return True

    def _up(self) -> None:
        if not self.up:
            self.up = True
            level = logging.DEBUG if self._alone else logging.INFO
            logger.log(level, "The relay between processes is up")
            self._receiver.relay_back()

    def _down(self, why: object) -> None:
        if self.up:
            self.up = False
            # It may have forgotten where we belong: Channels' layer in memory does
            # after a day, and when the clock is put back.
            self._joined.clear()
            logger.warning("The relay between processes is down: %s", why)
