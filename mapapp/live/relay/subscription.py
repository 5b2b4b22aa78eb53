"""This process's place on the channel layer: one channel, and the groups that it is in."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from mapapp.live.ports import ChannelLayer

# A layer that takes longer than this for one call counts as hanging. The layer's own
# limits do not help: it repeats calls that have timed out, and lets calls queue.
_CALL_SECONDS = 2.0


class Subscription:
    """The one channel of this process (F1).

    `last` is a group that is joined after all others: a message from there shows
    that all have been joined. `failed(why)` is called when the layer raises or
    hangs; the methods here do not raise for that.
    """

    def __init__(self, layer: ChannelLayer, last: str, failed: Callable[[object], None]) -> None:
        self._layer = layer
        self._last = last
        self._failed = failed
        self._channel: str | None = None
        self._groups: set[str] = {last}
        self._joined: set[str] = set()

    async def open(self) -> bool:
        """Get a channel and join the groups, unless done; return whether there is a channel."""
        if self._channel is None:
            try:
                async with asyncio.timeout(_CALL_SECONDS):
                    self._channel = await self._layer.new_channel()
                await self.join_missing()
            except Exception as error:  # each layer has its own kinds of connection error
                self._failed(error)
        return self._channel is not None

    async def receive(self) -> dict[str, Any]:
        """The next message. Raises the layer's own error for one that it cannot read."""
        assert self._channel is not None, "open it first"
        return await self._layer.receive(self._channel)

    async def join(self, group: str) -> bool:
        """Join this group, again later if need be; return whether it worked at once."""
        self._groups.add(group)
        joined = await self._try(lambda channel: self._layer.group_add(group, channel))
        if joined:
            self._joined.add(group)
        return joined

    async def leave(self, group: str) -> None:
        """Leave this group."""
        self._groups.discard(group)
        self._joined.discard(group)
        await self._try(lambda channel: self._layer.group_discard(group, channel))
        if group in self._groups:
            # Joined again in the meantime; nobody knows which of the two came last.
            self._joined.discard(group)
            await self.join(group)

    async def join_missing(self) -> None:
        """Join the groups that could not be joined before, or that the layer has forgotten."""
        for group in sorted(self._groups - self._joined, key=self._last.__eq__):
            if not await self.join(group):
                return  # each call to a layer that hangs takes its time

    def forgotten(self) -> None:
        """Note that the layer may have forgotten this channel's groups."""
        self._joined.clear()

    async def send(self, group: str, message: dict[str, Any]) -> None:
        """Send a message to all who are in a group."""
        await self._try(lambda _: self._layer.group_send(group, message))

    async def _try(self, call: Callable[[str], Awaitable[None]]) -> bool:
        """Make a call to the layer; return whether it worked."""
        if self._channel is None:
            return False
        try:
            async with asyncio.timeout(_CALL_SECONDS):
                await call(self._channel)
        except TimeoutError:
            self._failed("it hangs")
            return False
        except Exception as error:  # each layer has its own kinds of connection error
            self._failed(error)
            return False
        return True
