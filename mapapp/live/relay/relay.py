"""This process's line to the others, over the channel layer.

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
from typing import Any
from uuid import UUID

from mapapp.live.isolated import isolated
from mapapp.live.ports import ChannelLayer
from mapapp.live.relay.line import Listener, RoomLine
from mapapp.live.relay.messages import (
    BadMessage,
    Heartbeat,
    RelayMessage,
    RoomNews,
    Seal,
    Want,
)
from mapapp.live.relay.peers import SILENCE_SECONDS
from mapapp.live.relay.subscription import Subscription

logger = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 2.0
# Until the first heartbeat has come back, and while the line is cut.
_IMPATIENT_SECONDS = 0.5
# Before the layer is asked again for a message, when it has failed to bring one
# so many times in a row: single ones may be damaged, and others wait behind them.
_PAUSE_SECONDS = 0.1
_FAILURES = 10
# What cannot be understood is said this often, for each process that sends it.
_COMPLAIN_SECONDS = 60.0
# After a message that cannot be understood another process may be of another
# version, or know another secret: so long the hub asks the store what is new.
STRANGE_SECONDS = 10.0

_PROCESSES = "livemap.processes"


def room_group(room: UUID) -> str:
    """The channel-layer group of a room."""
    return f"livemap.room.{room.hex}"


class Relay:
    """Carries the lines of all rooms. `process` is this process's unique name.

    `seal` proves that a message is of this installation. `alone`: there can be
    no others, so that nobody need hear that the line is up.
    """

    def __init__(
        self,
        layer: ChannelLayer,
        process: str,
        *,
        seal: Seal | None = None,
        alone: bool = False,
    ) -> None:
        self.process = process
        self.up = False
        self._subscription = Subscription(layer, _PROCESSES, self._down)
        self._seal = seal or Seal()
        self._alone = alone
        self._loop = asyncio.get_running_loop()
        self._lines: dict[UUID, RoomLine] = {}
        # The lines that have something to send, in the order in which they said so.
        self._due: dict[RoomLine, None] = {}
        # The highest number of any room that was left. The numbers of a room that
        # is opened again begin above it, or the others would take its news for old.
        self._left = 0
        self._wake = asyncio.Event()
        self._echo = float("-inf")
        self._strange = float("-inf")
        self._complained: dict[str, float] = {}

    # --- for the hub ----------------------------------------------------------

    @property
    def hears_all(self) -> bool:
        """Whether the line carries, and nobody on it says what cannot be understood."""
        return self.up and self._loop.time() - self._strange > STRANGE_SECONDS

    def line(self, room: UUID, epoch: str) -> RoomLine:
        """Make a line for this room, which carries once it has been joined."""
        return RoomLine(
            self.process, room, epoch, sent=self._left, clock=self._loop.time, due=self._is_due
        )

    async def join(self, line: RoomLine, listener: Listener) -> None:
        """Tell `listener` what comes for this line's room from now on."""
        self._lines[line.room] = line
        line.open(listener)
        await self._subscription.join(room_group(line.room))
        line.ask()

    async def leave(self, line: RoomLine) -> None:
        """Hear of this line's room no more."""
        line.close()
        self._left = max(self._left, line.sent)
        if self._lines.get(line.room) is not line:
            return
        del self._lines[line.room]
        await self._subscription.leave(room_group(line.room))

    # --- the three loops ------------------------------------------------------

    async def receive(self) -> None:
        """Read for ever what the layer brings to this process's one channel."""
        failures = 0
        while True:
            if not await self._subscription.open():
                await asyncio.sleep(1.0)
                continue
            try:
                message = await self._subscription.receive()
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
        """Send for ever what waits: questions first, then the news, room by room."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            due, self._due = self._due, {}
            for line in due:
                await self._send_from(line, line.take_question)
            for line in due:
                await self._send_from(line, line.take_waiting)

    async def beat(self) -> None:
        """Send a heartbeat for ever, and watch that it comes back."""
        while True:
            await self._subscription.join_missing()
            self._forget_silent()
            try:
                rooms = {room: line.pulse() for room, line in self._lines.items()}
                await self._send(_PROCESSES, Heartbeat(self.process, rooms))
            except Exception:
                logger.exception("Could not send a heartbeat")
            if self.up and self._loop.time() - self._echo > SILENCE_SECONDS:
                self._down("it is silent")
            await asyncio.sleep(HEARTBEAT_SECONDS if self.up else _IMPATIENT_SECONDS)

    # --- what comes in --------------------------------------------------------

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

    def _handle(self, message: RelayMessage) -> None:
        match message:
            case RoomNews():
                if line := self._line(message.process, message.room, message.epoch):
                    line.take_news(message)
            case Want():
                if line := self._line(message.process, message.room, message.epoch):
                    line.take_want(message)
            case Heartbeat():
                for room, pulse in message.rooms.items():
                    if line := self._line(message.process, room, pulse.epoch):
                        with isolated("take the pulse of", room):
                            line.take_pulse(message.process, pulse)

    def _line(self, process: str, room: UUID, epoch: str) -> RoomLine | None:
        """The line of a room that another process speaks of; None if it is not open here.

        A room of another epoch is another room: a backup was restored somewhere
        that uses the same layer.
        """
        line = self._lines.get(room)
        if line is not None and epoch != line.epoch:
            self._complain(process, f"room {room} has another epoch there")
            return None
        return line

    def _complain(self, process: str, why: str) -> None:
        """Say that something was left out, once a minute for each process at most."""
        now = self._loop.time()
        if now - self._complained.get(process, float("-inf")) >= _COMPLAIN_SECONDS:
            self._complained[process] = now
            logger.warning("The relay brought from %s what is left out: %s", process, why)

    def _forget_silent(self) -> None:
        for line in self._lines.values():
            line.peers.forget_silent()
        spoken = self._loop.time() - _COMPLAIN_SECONDS
        for process in [process for process, at in self._complained.items() if at < spoken]:
            del self._complained[process]

    # --- what goes out --------------------------------------------------------

    def _is_due(self, line: RoomLine) -> None:
        self._due[line] = None
        self._wake.set()

    async def _send_from(self, line: RoomLine, take: Callable[[], RoomNews | Want | None]) -> None:
        if self._lines.get(line.room) is not line:
            return  # left in the meantime
        # After a fault of ours the others notice the gap, and ask.
        with isolated("tell the news of", line.room):
            if (message := take()) is not None:
                await self._send(room_group(line.room), message)

    async def _send(self, group: str, message: RelayMessage) -> None:
        await self._subscription.send(group, self._seal.wrap(message))

    # --- whether it carries -----------------------------------------------------

    def _up(self) -> None:
        if self.up:
            return
        self.up = True
        level = logging.DEBUG if self._alone else logging.INFO
        logger.log(level, "The relay between processes is up")
        for line in self._lines.values():
            with isolated("repeat the news of", line.room):
                line.repeat()
            line.ask()

    def _down(self, why: object) -> None:
        if self.up:
            self.up = False
            # It may have forgotten where we belong: Channels' layer in memory does
            # after a day, and when the clock is put back.
            self._subscription.forgotten()
            logger.warning("The relay between processes is down: %s", why)
