"""A worker's line to the process that has started it: the socket that is its standard input."""

from __future__ import annotations

import asyncio
import logging
import socket
import sys
from collections.abc import Callable
from contextlib import suppress

logger = logging.getLogger(__name__)

# Seconds between two signs of life. After this many of them in vain a worker hangs.
SIGN_SECONDS = 2.0
SIGNS_MISSED = 15


class WorkerLine:
    """Tells the supervisor that this worker serves and lives, and notices when it has gone."""

    def __init__(self, line: socket.socket) -> None:
        line.setblocking(False)
        self._line = line

    @classmethod
    def of_this_worker(cls) -> WorkerLine:
        """The line of a process that `mapapp.boot.supervisor` has started."""
        return cls(socket.socket(fileno=sys.stdin.fileno()))

    def live(self) -> None:
        """Give a sign of life; the first says that this worker serves."""
        with suppress(OSError):  # it has gone, or does not read
            self._line.send(b".")

    def watch(self, gone: Callable[[], None]) -> None:
        """Give signs of life on the running loop; call `gone` once the supervisor has gone."""
        loop = asyncio.get_running_loop()

        def again() -> None:
            self.live()
            loop.call_later(SIGN_SECONDS, again)

        def end() -> None:
            # It never says anything.
            loop.remove_reader(self._line)
            logger.warning("The supervisor has gone: this worker ends, too.")
            gone()

        again()
        loop.add_reader(self._line, end)
