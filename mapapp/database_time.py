"""What time it is, for all processes of an installation."""

from __future__ import annotations

import time


class DatabaseTime:
    """The database's clock, as last heard, brought forward by a clock that nobody sets.

    PostgreSQL tells its time along with the rows that a commit, a renewal or
    an opening reads anyhow, so that leases and times of change mean the same
    to processes whose machines disagree. Between two readings the monotonic
    clock counts on: a jump of this machine's clock is not seen at all. SQLite
    has no clock of its own; then it is this machine's, jumps included.
    """

    def __init__(self) -> None:
        self._offset: float | None = None

    def hear(self, now: float) -> None:
        """Take what the database says: seconds since 1970. From any thread."""
        self._offset = now - time.monotonic()

    def now(self) -> float:
        """Seconds since 1970; right to within one round trip to the database. From any thread."""
        offset = self._offset
        return time.time() if offset is None else time.monotonic() + offset
