"""Timers for Autobahn, which needs several for each connection."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any


class LoopTimers:
    """The event loop's own timers, in place of txaio's batched ones.

    txaio gathers them in buckets. Each bucket that fires leaves a function that
    refers to itself, which only the garbage collection frees; and to cancel one
    call it searches the whole bucket, which in a storm of handshakes is all calls.
    """

    def call_later(
        self, delay: float, function: Callable[..., object], *arguments: Any
    ) -> asyncio.TimerHandle:
        """Call a function after `delay` seconds; cancel the result to prevent it."""
        return asyncio.get_running_loop().call_later(delay, function, *arguments)
