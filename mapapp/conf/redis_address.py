"""REDIS_URL as channels-redis takes it: one server, or the master that Redis Sentinel names."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote, urlsplit

from mapapp.conf.env import BadSetting

_EXPECTED = "redis://host:6379/0, or sentinel://host:26379,host2:26379/mymaster/0,"
_SENTINEL_PORT = 26_379
# All finite: a Redis that hangs must look like one that is gone, because the
# hub can go on without it.
_PATIENCE: dict[str, Any] = {
    "socket_timeout": 5.0,
    "socket_connect_timeout": 2.0,
    "socket_keepalive": True,
}


def redis_host(url: str) -> dict[str, Any]:
    """The entry for channels-redis' `hosts`. Raises `BadSetting`, without the password in it."""
    scheme = url.partition("://")[0]
    patience = {**_PATIENCE, "health_check_interval": 10}
    if scheme in ("redis", "rediss", "unix"):
        return {"address": url, **patience}
    if scheme == "sentinel":
        return {**_sentinel(url), **patience}
    raise BadSetting("REDIS_URL", f"{scheme}:…", _EXPECTED)


def _sentinel(url: str) -> dict[str, Any]:
    """The user and password before the @ belong to the Redis, not to the sentinels."""
    parts = urlsplit(url)
    user, _, hosts = parts.netloc.rpartition("@")
    name, _, password = user.partition(":")
    path = re.fullmatch(r"/([\w.-]+)(?:/(\d{1,4}))?/?", parts.path, re.ASCII)
    sentinels = [_host_and_port(host) for host in hosts.split(",")]
    if path is None or parts.query or not all(sentinels):
        raise BadSetting("REDIS_URL", "sentinel:…", _EXPECTED)
    return {
        "master_name": path[1],
        "sentinels": sentinels,
        "sentinel_kwargs": dict(_PATIENCE),
        "db": int(path[2] or 0),
        **({"username": unquote(name)} if name else {}),
        **({"password": unquote(password)} if password else {}),
    }


def _host_and_port(text: str) -> tuple[str, int] | None:
    found = re.fullmatch(r"(\[[0-9a-f:]+\]|[\w.-]+)(?::(\d{1,5}))?", text, re.ASCII | re.IGNORECASE)
    if found is None:
        return None
    return found[1].strip("[]"), int(found[2] or _SENTINEL_PORT)
