"""CHANNEL_LAYERS: what carries news from one process to another."""

from __future__ import annotations

from typing import Any

from mapapp.conf.redis_address import redis_host


def channel_layer(redis_url: str, broker: str) -> dict[str, Any]:
    """Django's setting for the default layer.

    By Redis if there is one, else by the broker of one machine's workers, whose socket is
    at `broker`; with neither in the memory of the one process. Raises `BadSetting`.
    """
    if redis_url:
        return {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [redis_host(redis_url)], "prefix": "livemap"},
        }
    if broker:
        return {
            "BACKEND": "mapapp.broker.layer.UnixSocketChannelLayer",
            "CONFIG": {"path": broker},
        }
    return {"BACKEND": "channels.layers.InMemoryChannelLayer"}
