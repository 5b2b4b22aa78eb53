"""Ending a room before its time: tell everybody in it, then delete it."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence

from asgiref.sync import async_to_sync

from mapapp.domain.changes.steering import Close
from mapapp.domain.refusals import StoreUnavailable
from mapapp.domain.storing import Submission
from mapapp.models import Room
from mapapp.rooms.expiry import delete_room
from mapapp.storage.store import DatabaseStore

logger = logging.getLogger(__name__)

# Within this time the servers find a change that nobody announced, and close the
# connections (EXISTENCE_SECONDS and CLOSING_SECONDS of the live side, and a margin).
_NOTICED_SECONDS = 4.0


def end_and_delete(
    rooms: Sequence[Room], end_room: Callable[[str], Awaitable[None]] | None = None
) -> None:
    """Close rooms, tell everybody in them, and delete them with their contents.

    In a server `end_room`, of its hub, does the first part; elsewhere the servers
    notice by themselves that the rooms are closed. Blocks for a few seconds; not for
    the event loop's thread, and not within a transaction.
    """
    if end_room is not None:
        async_to_sync(_end_all)(end_room, rooms)
    elif any([_close(room) for room in rooms]):
        time.sleep(_NOTICED_SECONDS)
    for room in rooms:
        delete_room(room.pk)
        logger.info("Room %s was deleted before its time.", room.code)


async def _end_all(end_room: Callable[[str], Awaitable[None]], rooms: Sequence[Room]) -> None:
    results = await asyncio.gather(*(end_room(room.code) for room in rooms), return_exceptions=True)
    for room, result in zip(rooms, results, strict=True):
        if result is not None:
            # The servers will notice, a moment later, that the room is gone.
            logger.warning("Nobody was told that room %s is closed: %r", room.code, result)


def _close(room: Room) -> bool:
    """Close a room in the database; servers, in other processes, notice by themselves."""
    try:
        (answer,) = DatabaseStore().commit([Submission(room.pk, Close())]).answers
    except StoreUnavailable as error:
        logger.warning("Nobody was told that room %s is closed: %s", room.code, error)
        return False
    return not answer.code
