"""A channel layer over the broker's Unix socket, for the workers of one machine."""

from __future__ import annotations

import asyncio
import secrets
from collections import deque
from collections.abc import Mapping
from time import monotonic
from typing import Any

import msgspec
from channels.exceptions import ChannelFull
from channels.layers import BaseChannelLayer

from mapapp.broker.frames import Frame, Verb
from mapapp.broker.line import Line

# With more than this unread by the broker, it counts as hanging.
WAITING_BYTES = 8 * 1024 * 1024
# Seconds between two attempts to find the broker again.
RETRY_SECONDS = 0.2

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(dict[str, Any]).decode


class UnixSocketChannelLayer(BaseChannelLayer):
    """The layer of one process, on one event loop. `path` is where the broker listens.

    As in Channels' other layers a message is delivered at most once: a channel takes no
    more than `capacity` messages, and those that nobody has received for `expiry` seconds
    are dropped. A lost connection is made again, with all groups; what was sent
    meanwhile is lost. Every method that needs the broker raises `OSError` while it
    is away, and `ChannelFull` while it does not read.

    It has channels by `new_channel` only, none that several processes take turns at.
    """

    extensions = ["groups", "flush"]

    def __init__(
        self,
        path: str,
        expiry: float = 60,
        capacity: int = 1_000,
        channel_capacity: Mapping[Any, int] | None = None,
    ) -> None:
        super().__init__(expiry=expiry, capacity=capacity)
        self.channel_capacity = self.compile_capacities(channel_capacity or {})
        self._path = path
        self._process = secrets.token_hex(8)
        self._mailboxes: dict[str, _Mailbox] = {}
        self._groups: dict[str, set[str]] = {}
        # The channels' common beginnings, by which other processes reach them.
        self._beginnings: set[str] = set()
        self._line: Line | None = None
        self._connecting = asyncio.Lock()
        self._returning: asyncio.Task[None] | None = None

    # --- channels -------------------------------------------------------------------

    async def new_channel(self, prefix: str = "specific.") -> str:
        """The name of a new channel of this process."""
        channel = f"{prefix}{self._process}!{secrets.token_hex(6)}"
        self.require_valid_channel_name(channel)
        beginning = self.non_local_name(channel)
        if beginning not in self._beginnings:
            self._beginnings.add(beginning)
            await self._subscribe(beginning)
        return channel

    async def send(self, channel: str, message: dict[str, Any]) -> None:
        """Send a message to one channel of any process. One that is full drops it."""
        self.require_valid_channel_name(channel)
        await self._publish(self.non_local_name(channel), channel, message)

    async def receive(self, channel: str) -> dict[str, Any]:
        """The next message for a channel of this process."""
        self.require_valid_channel_name(channel)
        mailbox = self._mailbox(channel)
        mailbox.readers += 1
        try:
            while True:
                expires, message = await mailbox.next()
                if expires >= monotonic():
                    return _decode(message)
        finally:
            mailbox.readers -= 1
            if not (mailbox.readers or mailbox.messages):
                self._mailboxes.pop(channel, None)

    # --- groups ---------------------------------------------------------------------

    async def group_add(self, group: str, channel: str) -> None:
        """Put a channel of this process into a group; once this returns, it hears of it."""
        self.require_valid_group_name(group)
        self.require_valid_channel_name(channel)
        self._groups.setdefault(group, set()).add(channel)
        await self._subscribe(group)

    async def group_discard(self, group: str, channel: str) -> None:
        """Take a channel out of a group, if it is in there."""
        self.require_valid_group_name(group)
        self.require_valid_channel_name(channel)
        if self._is_left(group, channel):
            (await self._connected()).write(Frame(Verb.UNSUBSCRIBE, group))

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        """Send a message to all channels of a group, in all processes."""
        self.require_valid_group_name(group)
        await self._publish(group, "", message)

    # --- the end --------------------------------------------------------------------

    async def flush(self) -> None:
        """Forget all channels and groups of this process."""
        await self.close()

    async def close(self) -> None:
        """Forget everything, and leave the broker."""
        if self._returning is not None:
            self._returning.cancel()
            self._returning = None
        self._mailboxes.clear()
        self._groups.clear()
        self._beginnings.clear()
        if self._line is not None:
            self._line.end()
            self._line = None

    # --- what comes in ----------------------------------------------------------------

    def _take(self, frame: Frame) -> None:
        """Put a message from the broker into the channels that it is for."""
        channels = [frame.channel] if frame.channel else list(self._groups.get(frame.name, ()))
        now = monotonic()
        for channel in channels:
            mailbox = self._mailbox(channel)
            if mailbox.messages and mailbox.messages[0][0] < now:
                # Nobody has received from it for longer than messages live.
                self._forget(channel)
            elif len(mailbox.messages) < self.get_capacity(channel):
                mailbox.put(now + self.expiry, frame.message)

    def _lost(self, line: Line) -> None:
        """The line to the broker has broken."""
        if line is not self._line:
            return
        self._line = None
        if self._returning is None or self._returning.done():
            self._returning = asyncio.get_running_loop().create_task(self._return())

    def _mailbox(self, channel: str) -> _Mailbox:
        return self._mailboxes.setdefault(channel, _Mailbox())

    def _forget(self, channel: str) -> None:
        del self._mailboxes[channel]
        for group in list(self._groups):
            if self._is_left(group, channel) and self._line is not None and not self._line.closed:
                self._line.write(Frame(Verb.UNSUBSCRIBE, group))

    def _is_left(self, group: str, channel: str) -> bool:
        """Take a channel out of a group; return whether that was this process's last one."""
        channels = self._groups.get(group)
        if channels is None:
            return False
        channels.discard(channel)
        if channels:
            return False
        del self._groups[group]
        return True

    # --- what goes out ----------------------------------------------------------------

    async def _publish(self, name: str, channel: str, message: dict[str, Any]) -> None:
        assert isinstance(message, dict), "message is not a dict"
        line = await self._connected()
        if line.waiting > WAITING_BYTES:
            raise ChannelFull("the broker does not read")
        line.write(Frame(Verb.PUBLISH, name, channel, _encode(message)))

    async def _subscribe(self, name: str) -> None:
        await (await self._connected()).ask(Frame(Verb.SUBSCRIBE, name))

    async def _connected(self) -> Line:
        if self._line is not None and not self._line.closed:
            return self._line
        async with self._connecting:
            if self._line is None or self._line.closed:
                line = self._line = await Line.open(self._path, self._take, self._lost)
                names = (*self._beginnings, *self._groups)
                await asyncio.gather(*(line.ask(Frame(Verb.SUBSCRIBE, name)) for name in names))
                return line
            return self._line

    async def _return(self) -> None:
        """Find the broker again, though nobody sends anything."""
        while self._line is None or self._line.closed:
            try:
                await self._connected()
            except OSError:
                await asyncio.sleep(RETRY_SECONDS)


class _Mailbox:
    """The messages that wait for the readers of one channel, each with when it expires."""

    def __init__(self) -> None:
        self.messages: deque[tuple[float, bytes]] = deque()
        self.readers = 0
        self._there = asyncio.Event()

    def put(self, expires: float, message: bytes) -> None:
        """Add a message; `expires` is a time of `time.monotonic`."""
        self.messages.append((expires, message))
        self._there.set()

    async def next(self) -> tuple[float, bytes]:
        """Take the oldest message, once there is one."""
        while not self.messages:
            self._there.clear()
            await self._there.wait()
        return self.messages.popleft()
