"""Turns at writing, for processes that share one SQLite file."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any


class Turns:
    """Makes writers wait for each other by a lock on the file at `path`.

    SQLite has one writer at a time, and one that waits looks again after up to a tenth of
    a second. Beside a process that writes all the time it finds the file free by chance
    only: it waited for up to 2.4 s where each commit took 7 ms. The system wakes those who
    wait for this lock, in their order.

    There is no bound on the wait: the live side gives up calls that take too long
    (`mapapp.live.workers`), and a process that dies gives its lock back.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    @contextmanager
    def one(self) -> Iterator[None]:
        """Wait for a turn, and have it until the block ends."""
        file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
        finally:
            os.close(file)


def turns_at(database: Mapping[str, Any]) -> Turns | None:
    """Turns at this database of Django's settings; None if it is no SQLite file."""
    if database["ENGINE"] != "django.db.backends.sqlite3":
        return None
    return Turns(Path(f"{database['NAME']}-turn"))
