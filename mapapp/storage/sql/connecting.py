"""Connections with bounded waits, and the errors that mean the database is away."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import Error, InterfaceError, OperationalError, connection

# The longest that the live side waits, in seconds: for a statement's answer (a
# PostgreSQL that was stopped accepts everything and answers nothing), and for
# another writer's lock.
ANSWER_SECONDS = 3.0
LOCK_SECONDS = 2.5
# PostgreSQL ends a transaction that has been silent for this long, so that a
# process that vanished in the middle of one does not keep its lock on a room.
IDLE_SECONDS = 5.0
_PATIENCE = f"""
    SET statement_timeout = {ANSWER_SECONDS * 1000:.0f};
    SET lock_timeout = {LOCK_SECONDS * 1000:.0f};
    SET idle_in_transaction_session_timeout = {IDLE_SECONDS * 1000:.0f}
"""
# A demoted primary, whose connections live on; a transaction that was silent for
# too long; and, by class: connection lost, no resources (a full disk), shut down
# or cancelled, input or output failed.
_AWAY_STATES = ("25006", "25P03", "08", "53", "57", "58")


def connect_with_patience() -> None:
    """Connect this thread if it is not connected, with a bound on the wait for any statement.

    For the threads of the live side, not for those that change tables: a
    migration may take its time.
    """
    if connection.connection is not None:
        return
    connection.ensure_connection()
    if connection.vendor == "postgresql":
        wire: Any = connection.connection
        wire.wait = partial(wire.wait, timeout=ANSWER_SECONDS)
        with connection.cursor() as cursor:
            cursor.execute(_PATIENCE)
    else:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA busy_timeout = {LOCK_SECONDS * 1000:.0f}")


def is_away(error: Error) -> bool:
    """Whether the database cannot be used now, as opposed to a mistake in our statement."""
    state = getattr(error.__cause__, "sqlstate", None) or ""
    return isinstance(error, OperationalError | InterfaceError) or state.startswith(_AWAY_STATES)
