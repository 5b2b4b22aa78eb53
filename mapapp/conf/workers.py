"""WORKERS: how many processes serve one port of this machine."""

from __future__ import annotations

import os

from mapapp.conf import env
from mapapp.conf.env import BadSetting

MOST_WORKERS = 64


def worker_count() -> int:
    """The number in WORKERS, by default 1; `auto` is one for each core. Raises `BadSetting`."""
    value = env.text("WORKERS", "")
    if value.lower() == "auto":
        return min(usable_cores(), MOST_WORKERS)
    try:
        return env.whole("WORKERS", 1, least=1, most=MOST_WORKERS)
    except BadSetting:
        expected = f"a whole number from 1 to {MOST_WORKERS}, or auto,"
        raise BadSetting("WORKERS", value, expected) from None


def usable_cores() -> int:
    """The cores that this process may run on."""
    if hasattr(os, "sched_getaffinity"):  # not on macOS
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
