"""The limit on files and sockets that this process may have open."""

from __future__ import annotations

import logging
import os
import resource

logger = logging.getLogger(__name__)

# Reserved for the database, Redis, files, and answers to refused clients: a share
# of the limit, and a cap on it.
_RESERVED_SHARE, _RESERVED_MOST = 1 / 8, 256
# The highest limit that macOS accepts, although it reports none.
_MACOS_MOST = 10_240
# In place of a limit, where there is none.
_UNKNOWN = 1_000_000


def raise_limit() -> int:
    """Raise the soft limit of open files to the hard one; log and return the new limit."""
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
    """The number of files open in this process; 0 where that cannot be seen."""
    try:
        return len(os.listdir("/dev/fd"))
    except OSError:
        return 0


def connections_within(limit: int, used: int) -> int:
    """The number of connections that fit into a limit of open files, less a reserve.

    `used` is the number of files that are open already.
    """
    return limit - used - min(_RESERVED_MOST, int(limit * _RESERVED_SHARE))
