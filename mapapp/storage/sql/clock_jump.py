"""Shifting the times in the database after the clock has been set."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from django.db.models import F

from mapapp.domain.room import HOLD_SECONDS
from mapapp.models import Marker, Room
from mapapp.storage.sql.values import datetime_of


def bring_along(before: float, after: float, longest: timedelta) -> None:
    """Carry rooms and leases over a jump from `before` to `after`, in seconds since 1970.

    A room that the jump would end keeps the time it had left, but no more than
    `longest`; any other is left as it is. So no room ends when a clock that was
    weeks behind is put right, and no room's time is cut when a clock is put
    back. Leases move with the clock. The caller has a transaction.
    """
    was, is_now = datetime_of(before), datetime_of(after)
    ended = Room.objects.filter(expires__gt=was, expires__lte=is_now)
    for room, expires in list(ended.values_list("pk", "expires")):
        left = min(expires - was, longest)
        ended.filter(pk=room).update(expires=is_now + left)
    held = Marker.objects.filter(held_until__gt=was)
    held = held.filter(held_until__lte=was + timedelta(seconds=2 * HOLD_SECONDS))
    held.update(held_until=F("held_until") + (is_now - was))


def expiries(rooms: Collection[UUID]) -> dict[UUID, float]:
    """When these rooms expire, in seconds since 1970; those that are gone are left out."""
    found = Room.objects.filter(pk__in=rooms).values_list("pk", "expires")
    return {room: expires.timestamp() for room, expires in found}
