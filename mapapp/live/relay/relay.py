"""This process's line to the others, over the channel layer.

There is one subscription per process (F1), and one message per room and tick, or none
while no other process has the room open. The layer may drop, repeat and reorder
messages: news carries revisions, and a sequence number per process and room, so that
the receiver recognizes old news, notices missing news, and asks until it has been
told. When the layer is away the relay says so (`up`), and the hub polls the store
instead.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection
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
from mapapp.live.relay.peers import FORGET_SECONDS, SILENCE_SECONDS
from mapapp.live.relay.subscription import Subscription

logger = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 2.0
# The interval until the first heartbeat has come back, and while the relay is down.
_IMPATIENT_SECONDS = 0.5
# The pause before the layer is asked for another message, after this many failures in
# a row. Fewer cause no pause: single messages may be damaged, and others wait.
_PAUSE_SECONDS = 0.1
_FAILURES = 10
# Unintelligible messages are logged at most this often for each sending process.
_COMPLAIN_SECONDS = 60.0
# After an unintelligible message another process may be of another version, or know
# another secret, so for this long the hub also asks the store for news.
STRANGE_SECONDS = 10.0

_PROCESSES = "livemap.processes"


def room_group(room: UUID) -> str:
    """The channel-layer group of a room."""
    return f"livemap.room.{room.hex}"


class Relay:
    """Carries the lines of all rooms. `process` is this process's unique name.

    `seal` proves that a message is of this installation. `alone`: there can be no
    other processes, so nobody needs to read that the relay is up.
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
        # The lines with something to send, in the order in which they said so.
        self._due: dict[RoomLine, None] = {}
        # The highest sequence number of any room that was left. A room that is opened
        # again starts above it, or the others would take its news for old.
        self._left = 0
        self._wake = asyncio.Event()
        self._echo = float("-inf")
        self._strange = float("-inf")
        self._complained: dict[str, float] = {}
        # The other processes of this installation, and when each was last heard.
        self._heard: dict[str, float] = {}

    # --- for the hub ----------------------------------------------------------

    @property
    def hears_all(self) -> bool:
        """Whether the relay works, and no unintelligible messages have come lately."""
        return self.up and self._loop.time() - self._strange > STRANGE_SECONDS

    @property
    def others(self) -> Collection[str]:
        """The processes heard in the last `FORGET_SECONDS`, whichever rooms they have open."""
        return self._heard.keys()

    def line(self, room: UUID, epoch: str) -> RoomLine:
        """Make a line for this room; it works once it has been joined."""
        return RoomLine(
            self.process, room, epoch, sent=self._left, clock=self._loop.time, due=self._is_due
        )

    async def join(self, line: RoomLine, listener: Listener) -> None:
        """Pass messages for this line's room to `listener` from now on."""
        self._lines[line.room] = line
        line.open(listener)
        await self._subscription.join(room_group(line.room))
        line.ask()

    async def leave(self, line: RoomLine) -> None:
        """Stop receiving messages for this line's room."""
        line.close()
        self._left = max(self._left, line.sent)
        if self._lines.get(line.room) is not line:
            return
        del self._lines[line.room]
        await self._subscription.leave(room_group(line.room))

    # --- the three loops ------------------------------------------------------

    async def receive(self) -> None:
        """Loop: read messages from this process's one channel."""
        failures = 0
        while True:
            if not await self._subscription.open():
                await asyncio.sleep(1.0)
                continue
            try:
                message = await self._subscription.receive()
            except Exception as error:
                # A message that the layer cannot read must not end this loop.
                self._complain("the layer", f"it cannot be read ({error!r})")
                failures += 1
                await asyncio.sleep(_PAUSE_SECONDS if failures >= _FAILURES else 0)
                continue
            failures = 0
            try:
                self._take(message)
            except Exception:
                # Nor must an error of ours.
                logger.exception("Could not take what the relay brought")

    async def send(self) -> None:
        """Loop: send waiting messages, first the questions, then the news, room by room."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            due, self._due = self._due, {}
            for line in due:
                await self._send_from(line, line.take_question)
            for line in due:
                await self._send_from(line, line.take_waiting)

    async def beat(self) -> None:
        """Loop: send heartbeats, and check that they come back."""
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
            # Whatever its content, it came back, so the relay works.
            self._echo = self._loop.time()
            self._up()
            return
        self._heard[message.process] = self._loop.time()
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
        """The line of a room that another process mentions; None if it is not open here.

        A room of another epoch is another room: somewhere a backup was restored that
        uses the same layer.
        """
        line = self._lines.get(room)
        if line is not None and epoch != line.epoch:
            self._complain(process, f"room {room} has another epoch there")
            return None
        return line

    def _complain(self, process: str, why: str) -> None:
        """Log that a message was ignored, at most once a minute for each process."""
        now = self._loop.time()
        if now - self._complained.get(process, float("-inf")) >= _COMPLAIN_SECONDS:
            self._complained[process] = now
            logger.warning("The relay brought from %s what is left out: %s", process, why)

    def _forget_silent(self) -> None:
        for line in self._lines.values():
            line.peers.forget_silent()
        alive = self._loop.time() - FORGET_SECONDS
        self._heard = {process: at for process, at in self._heard.items() if at >= alive}
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
        # After an error of ours the others notice the gap, and ask.
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
            # It may have forgotten our groups: Channels' in-memory layer does so after a
            # day, and when the clock is put back.
            self._subscription.forgotten()
            logger.warning("The relay between processes is down: %s", why)
