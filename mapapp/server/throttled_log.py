"""Log lines for events that may come by the thousand: one a minute, with a count."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

SECONDS = 60.0


class ThrottledLog:
    """Counts events; logs the first, and then at most one line a minute for all since."""

    def __init__(self, logger: logging.Logger, clock: Callable[[], float] = time.monotonic) -> None:
        self._logger = logger
        self._clock = clock
        self._last = float("-inf")
        self._count = 0

    def warn(self, sentence: str) -> None:
        """Log the sentence as a warning, unless one was logged within the last minute."""
        self._count += 1
        now = self._clock()
        if now - self._last < SECONDS:
            return
        more = f" ({self._count} times since the last such line)" if self._count > 1 else ""
        self._logger.warning("%s%s", sentence, more)
        self._last, self._count = now, 0
