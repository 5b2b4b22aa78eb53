"""How many files and sockets this process may have open at the same time."""

from __future__ import annotations

import logging
import os
import resource

logger = logging.getLogger(__name__)

# Kept free for the database, Redis, files, and answers to those who are refused:
# a share of the limit, and at most so many.
_RESERVED_SHARE, _RESERVED_MOST = 1 / 8, 256
# What macOS takes where it says that there is no limit.
_MACOS_MOST = 10_240
# Where there is no limit to ask.
_UNKNOWN = 1_000_000


def raise_limit() -> int:
    """Raise the soft limit of open files to the hard one; return what it is now, and log it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    for wanted in (hard, _MACOS_MOST):
        if soft != resource.RLIM_INFINITY and (wanted == resource.RLIM_INFINITY or wanted > soft):
            try:
                resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            except (ValueError, OSError):
                continue
            break
    now = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    if now == resource.RLIM_INFINITY:
        return _UNKNOWN
    raised = f", raised from {soft}" if now > soft else ""
    logger.info("%d files may be open%s.", now, raised)
    return now


def in_use() -> int:
    """How many are open in this process; 0 where that cannot be seen."""
    try:
        return len(os.listdir("/dev/fd"))
    except OSError:
        return 0


def connections_within(limit: int, used: int) -> int:
    """How many connections fit into a limit of open files, with a reserve for all else.

    `used` is how many files are open without them.
    """
    return limit - used - min(_RESERVED_MOST, int(limit * _RESERVED_SHARE))
