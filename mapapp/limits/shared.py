"""Limits across all processes, through Redis or the workers' broker, without waiting for it.

Every process decides at once, by limits of its own. Here it also reports there
what it has allowed, and learns whether all processes together have allowed
too much: then its own limit is used up, too. While Redis is away or hangs,
each process goes on with its own limits (docs/decisions/0023).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.crypto import salted_hmac

from mapapp.broker.counting import Counter as BrokerCounter

if TYPE_CHECKING:
    from mapapp.limits.redis_counter import RedisCounter

logger = logging.getLogger(__name__)

# The longest wait for Redis, and the pause before the next question after it
# has not answered in that time.
PATIENCE_SECONDS = 0.1
PAUSE_SECONDS = 2.0
# Counts are gathered for this long, so that a storm takes few commands.
GATHER_SECONDS = 0.25
# The most keys gathered at a time; further ones are left out.
_MOST_KEYS = 1_000


@dataclass(frozen=True, slots=True)
class SharedLimit:
    """At most `per_minute` for each key, over all processes.

    `over(key)` is called when they have let through more.
    """

    name: str
    per_minute: int
    over: Callable[[str], None]


class SharedLimits:
    """This process's line to the limits of all processes.

    Through the Redis at `url`, or the broker that listens at `broker`; with neither it
    does nothing.
    """

    def __init__(
        self, url: str = "", broker: str = "", *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._clock = clock
        self._paused_until = float("-inf")
        self._told: Counter[tuple[SharedLimit, str]] = Counter()
        self._telling: asyncio.Task[None] | None = None
        self._counter: RedisCounter | BrokerCounter | None = None
        if url:
            # Imported late: its libraries take a tenth of a start, and most servers have no Redis.
            from mapapp.limits.redis_counter import RedisCounter

            self._counter = RedisCounter(url, PATIENCE_SECONDS)
        elif broker:
            self._counter = BrokerCounter(broker)

    async def hit(self, limit: SharedLimit, key: str, count: int = 1) -> bool:
        """Count, and return whether all processes together are still within the limit.

        True if there is no answer within `PATIENCE_SECONDS`.
        """
        if self._counter is None or self._clock() < self._paused_until:
            return True
        # Hashed, because nobody needs to read addresses in Redis either.
        hashed = salted_hmac("mapapp.limits", key, algorithm="sha256").hexdigest()[:32]
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                within = await self._counter.hit(f"{limit.name}/{hashed}", limit.per_minute, count)
        except Exception as error:
            # Whatever went wrong: a shared limit is not worth keeping somebody out for.
            if self._clock() >= self._paused_until:
                logger.info(
                    "Limits hold in each process only for now: %s", str(error) or "no answer"
                )
            self._paused_until = self._clock() + PAUSE_SECONDS
            return True
        if not within:
            limit.over(key)
        return within

    def tell(self, limit: SharedLimit, key: str) -> None:
        """Count one in the background; `limit.over` is called if it was too much."""
        if self._counter is None or len(self._told) >= _MOST_KEYS:
            return
        self._told[limit, key] += 1
        if self._telling is None or self._telling.done():
            self._telling = asyncio.get_running_loop().create_task(self._tell())

    async def _tell(self) -> None:
        while self._told:
            await asyncio.sleep(GATHER_SECONDS)
            told, self._told = self._told, Counter()
            for (limit, key), count in told.items():
                # A minute's allowance at once is over the limit in any case.
                await self.hit(limit, key, min(count, limit.per_minute))

    async def close(self) -> None:
        """Cancel the report under way, and close the connections."""
        if self._telling is not None:
            self._telling.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._telling
        if self._counter is not None:
            await self._counter.close()
