"""Waiting for a state."""

import asyncio
from collections.abc import Callable


async def until(condition: Callable[[], bool], what: str, seconds: float = 20.0) -> None:
    """Return once the condition holds; fail, naming what was waited for, if it does not."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while not condition():
        assert loop.time() < end, f"waited for {what}"
        await asyncio.sleep(0.01)
