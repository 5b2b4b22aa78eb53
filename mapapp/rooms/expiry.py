"""Deleting rooms that have expired, and any room with its contents."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, OuterRef, Q

from mapapp.models import Key, Room
from mapapp.storage.sql.deleting import delete_contents

# The end of a room that is being deleted: in the past by any clock, because
# processes go by the database's, which may be behind this machine's.
_GIVEN_UP = datetime(1970, 1, 1, tzinfo=UTC)


def expire_rooms(now: datetime) -> int:
    """Delete the rooms that ended long ago, with their contents; return how many.

    Nobody can enter a room after its end, but a clock may be wrong: a small
    computer without a battery starts weeks behind, and a mistyped date lies years
    ahead. So the first run only notes that a room has ended, and a run at least
    ROOM_GRACE_DAYS later deletes it if it still has. One wrong clock deletes
    nothing, and no room that had time left when this server started goes while it
    runs. Rooms that were never used end sooner, and a run UNUSED_ROOM_HOURS later
    deletes them if they are still unused.
    """
    grace = timedelta(days=settings.ROOM_GRACE_DAYS)
    over = Room.objects.filter(Q(expires__lte=now) | _unused(now))
    Room.objects.exclude(ended=None).exclude(pk__in=over.values("pk")).update(ended=None)
    # An end noted by a clock that was ahead does not count.
    over.filter(Q(ended=None) | Q(ended__gt=now)).update(ended=now)
    short = min(grace, timedelta(hours=settings.UNUSED_ROOM_HOURS))
    due = over.filter(
        Q(ended__lte=now - grace) | Q(_unused(now), expires__gt=now, ended__lte=now - short)
    )
    deleted = 0
    for pk in list(due.values_list("pk", flat=True)):
        # It may have been extended, or somebody may have come in, since.
        deleted += due.filter(pk=pk).exists() and delete_room(pk)
    return deleted


def _unused(now: datetime) -> Q:
    """Rooms created over UNUSED_ROOM_HOURS ago without a change or a visit of a host.

    Only the code is lost with them. Counted back from their end, which is shifted
    when a clock is set.
    """
    had = timedelta(hours=settings.ROOM_TTL_HOURS - settings.UNUSED_ROOM_HOURS)
    visited = Key.objects.filter(room=OuterRef("pk"), used__isnull=False)
    return Q(revision=0, expires__lte=now + had) & ~Q(Exists(visited))


def delete_room(pk: UUID) -> bool:
    """Delete a room with its contents; return whether it was still there.

    In slices rather than one transaction, so that nobody waits long for the
    database. Therefore its end comes first: nobody comes in and nothing is
    committed while it is half deleted, and if this is interrupted `expire_rooms`
    finishes it. Not for use within a transaction.
    """
    Room.objects.filter(pk=pk).update(expires=_GIVEN_UP, ended=_GIVEN_UP)
    delete_contents(pk)
    _total, by_model = Room.objects.filter(pk=pk).delete()
    return bool(by_model.get(Room._meta.label))
