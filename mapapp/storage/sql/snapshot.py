"""Reading many rows as they are at one moment, while others go on writing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def one_moment() -> Iterator[None]:
    """All reads within see the database as of the first one; nobody waits for it.

    For reads only. Keep it short: PostgreSQL ends a transaction that is silent for
    `connecting.IDLE_SECONDS`, and SQLite's log grows while it lasts.
    """
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
        return
    # Not `atomic`, which would take SQLite's one write lock at once (see `conf.databases`).
    with connection.cursor() as cursor:
        cursor.execute("BEGIN DEFERRED")
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")
