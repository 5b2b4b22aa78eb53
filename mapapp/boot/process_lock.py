"""Locks that keep two servers from silently splitting a room.

Without Redis each process would show its own half of every room. So a server
without Redis takes a lock, which the operating system or PostgreSQL releases
when the process ends, however it ends.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

# Any two numbers that nothing else in the database uses.
_SERVER_LOCK = 7_110_001
_PREPARING_LOCK = 7_110_002

_SENTENCE = (
    "Another server is running {where}. Two of them split each room unless they share a Redis: "
    "stop the other one, or set REDIS_URL for both."
)


class AnotherProcess(Exception):
    """Another server without Redis uses the same data."""


class SingleProcess:
    """The claim that this is the only process: two locks, held while it serves."""

    def __init__(self) -> None:
        self._file: IO[str] | None = None
        self._connection: BaseDatabaseWrapper | None = None

    def claim(self) -> None:
        """Take the locks. Raises `AnotherProcess` if a living process has them.

        A locked file in the data folder is enough for SQLite. PostgreSQL can be
        reached from several machines and data folders, so there the database is
        locked, too, by a connection that does nothing else. (A restart of
        PostgreSQL ends that lock; the file's stays.)
        """
        self._file = _lock_file(settings.DATA_DIR / "server.lock")
        if connection.vendor == "postgresql":
            try:
                self._lock_database()
            except BaseException:
                self.release()
                raise

    def _lock_database(self) -> None:
        # A connection of its own, which no request ever closes.
        self._connection = connections.create_connection("default")
        with self._connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [_SERVER_LOCK])
            (locked,) = cursor.fetchone()
        if not locked:
            raise AnotherProcess(_SENTENCE.format(where="on the same database"))

    @property
    def open_file(self) -> int | None:
        """The open file that is locked, for workers to inherit."""
        return None if self._file is None else self._file.fileno()

    def release(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if self._file is not None:
            self._file.close()
            self._file = None


@contextmanager
def preparing() -> Iterator[None]:
    """Make servers that start together prepare the database and the files one by one."""
    path = settings.DATA_DIR / "preparing.lock"
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_lock(%s)", [_PREPARING_LOCK])
            try:
                yield
            finally:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_unlock(%s)", [_PREPARING_LOCK])
        else:
            yield


def _lock_file(path: Path) -> IO[str]:
    file = path.open("a+", encoding="ascii")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        pid = file.read(20).strip()
        file.close()
        where = f"(process {pid}) on the same data folder" if pid else "on the same data folder"
        raise AnotherProcess(_SENTENCE.format(where=where)) from None
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file
