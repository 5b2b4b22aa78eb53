"""Deleting a room's contents in slices, so that nobody waits long for the database."""

from __future__ import annotations

import time
from uuid import UUID

from django.db import connection

from mapapp.storage.sql.values import uuid_value

# Rows per statement and transaction: a few hundredths of a second each.
SLICE = 2_000
# After each slice, a pause as long as the slice took, and at most this.
_PAUSE_SECONDS = 0.1

# In this order: rows go before the rows that they refer to.
_IN_ROOM = {
    "mapapp_change": "SELECT id FROM mapapp_change WHERE room_id = %s",
    "mapapp_marker": "SELECT id FROM mapapp_marker WHERE room_id = %s",
    "mapapp_client": """
        SELECT client.id FROM mapapp_client client
        JOIN mapapp_participant person ON person.id = client.participant_id
        WHERE person.room_id = %s
    """,
    "mapapp_participant": "SELECT id FROM mapapp_participant WHERE room_id = %s",
}


def delete_contents(room: UUID) -> None:
    """Delete a room's rows in the large tables. Not for use within a transaction."""
    for table, chosen in _IN_ROOM.items():
        statement = f"DELETE FROM {table} WHERE id IN ({chosen} LIMIT {SLICE})"  # noqa: S608  our own
        while _delete(statement, room) == SLICE:
            pass


def _delete(statement: str, room: UUID) -> int:
    started = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute(statement, [uuid_value(room)])
        deleted: int = cursor.rowcount
    if deleted:
        time.sleep(min(time.monotonic() - started, _PAUSE_SECONDS))
    return deleted
