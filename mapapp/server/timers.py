"""Timers for Autobahn, which asks for several in each connection's life."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any


class LoopTimers:
    """The event loop's own timers, in place of txaio's batched ones.

    txaio gathers them in buckets. Each bucket that goes off leaves a function
    that refers to itself, which only the garbage collection finds; and to
    cancel one call it searches its whole bucket, in a storm of handshakes all
    of them.
    """

    def call_later(
        self, delay: float, function: Callable[..., object], *arguments: Any
    ) -> asyncio.TimerHandle:
        """Call a function after `delay` seconds, unless the result is cancelled before."""
        return asyncio.get_running_loop().call_later(delay, function, *arguments)
