"""Counts of all processes in Redis, by a sliding window of a minute."""

from __future__ import annotations

from limits import RateLimitItemPerMinute
from limits.aio.storage import RedisStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from redis.asyncio import BlockingConnectionPool, ConnectionPool
from redis.asyncio.sentinel import Sentinel, SentinelConnectionPool

from mapapp.conf.redis_address import redis_host


def _pool(url: str, patience: float) -> ConnectionPool:
    """Connections to the Redis of `REDIS_URL`, which may be a Sentinel's master."""
    bounds = {"socket_timeout": patience, "socket_connect_timeout": patience}
    host = redis_host(url)
    if "sentinels" not in host:
        return BlockingConnectionPool.from_url(url, max_connections=4, timeout=patience, **bounds)
    who = {name: host[name] for name in ("db", "username", "password") if name in host}
    sentinel = Sentinel(host["sentinels"], sentinel_kwargs=bounds)  # type: ignore[no-untyped-call]
    return SentinelConnectionPool(  # type: ignore[no-untyped-call]
        host["master_name"], sentinel, max_connections=8, **who, **bounds
    )


class RedisCounter:
    """Counts in the Redis of `REDIS_URL`; `patience` is the longest wait for it, in seconds."""

    def __init__(self, url: str, patience: float) -> None:
        self._pool = _pool(url, patience)
        # The address is ignored, because the pool is ours.
        storage = RedisStorage(
            "async+redis://",
            implementation="redispy",
            key_prefix="livemap.limits",
            connection_pool=self._pool,  # type: ignore[arg-type]  # its types know texts only
        )
        self._limiter = SlidingWindowCounterRateLimiter(storage)

    async def hit(self, name: str, per_minute: int, cost: int) -> bool:
        return await self._limiter.hit(RateLimitItemPerMinute(per_minute), name, cost=cost)

    async def close(self) -> None:
        await self._pool.aclose()
