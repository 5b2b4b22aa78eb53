"""Who may create a room, and how often: the same for the form and the JSON API."""

from __future__ import annotations

import logging
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import DatabaseError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from mapapp.limits.buckets import Clock, KeyedLimiter
from mapapp.limits.shared import SharedLimit, SharedLimits
from mapapp.limits.slots import NoSlot, Slots
from mapapp.rooms.codes import Codes
from mapapp.rooms.creation import BadRoom, CreatedRoom, NoCodeLeft, create_room
from mapapp.server.origins import comes_from_another_site, comes_from_our_page, request_address
from mapapp.storage.request_work import RequestWork
from mapapp.storage.sql.values import datetime_of

logger = logging.getLogger(__name__)


class NotAllowed(Exception):
    """This request may not create a room (now). `code` is stable, `message` is for people."""

    def __init__(self, status: int, code: str, message: str, *, retry_seconds: int = 0) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.message = message
        self.retry_seconds = retry_seconds


class Permission:
    """Creates rooms for those who may; limits how many each address creates."""

    def __init__(
        self,
        shared: SharedLimits,
        requests: RequestWork,
        codes: Codes,
        *,
        clock: Clock,
        now: Clock,
    ) -> None:
        per_minute = settings.ROOM_CREATION_PER_MINUTE
        self.openings = KeyedLimiter(burst=per_minute, per_second=per_minute / 60, clock=clock)
        self.slots = Slots(2, most_waiting=500)
        self._everywhere = SharedLimit("openings", per_minute, self.openings.empty)
        self._shared = shared
        self._requests = requests
        self._codes = codes
        self._now = now

    async def create_for(
        self,
        request: HttpRequest,
        **room: Any,
    ) -> CreatedRoom:
        """Create a room for the sender of this request; `room` is as for `create_room`.
        Raises `NotAllowed` or `BadRoom`.

        Where anyone may create rooms, cookies are ignored; a page of another site
        is refused all the same, because it would use up the allowance of its
        visitor's address. Where only staff may, the login counts, and the request
        must come from one of our own pages.
        """
        owner = await _staff_member(request) if settings.ROOM_CREATION == "staff" else None
        if comes_from_another_site(request):
            raise _foreign_page()
        address = request_address(request)
        # Taken before anything is awaited, or hundreds who ask at once would all be
        # allowed; given back if no room is created.
        may = self.openings.take(address) and await self._shared.hit(self._everywhere, address)
        if not may:
            raise NotAllowed(
                429,
                "too_many_rooms",
                _("Too many maps were started from your network. Please try again in a minute."),
                retry_seconds=self.openings.retry_seconds(address),
            )
        try:
            opened = await self._open(
                **room,
                owner=owner,
                address=address,
                now=datetime_of(self._now()),
            )
        except (BadRoom, NotAllowed):
            self.openings.give_back(address)
            raise
        # This code is right, whatever wrong codes come from the same address.
        self._codes.limiter.was_right(address, opened.room.code)
        return opened

    async def _open(self, **room: Any) -> CreatedRoom:
        try:
            async with self.slots.one():
                return await self._requests.run(partial(create_room, **room))
        except NoCodeLeft:
            raise NotAllowed(
                503, "server_full", _("This server is full. Please try again later.")
            ) from None
        except NoSlot:
            raise NotAllowed(
                503, "busy", _("Many maps are being started. Please try again in a moment.")
            ) from None
        except DatabaseError as error:
            logger.warning("No map could be opened: %s", error)
            raise NotAllowed(
                503,
                "unavailable",
                _("The server can't save a map right now. Please try again in a moment."),
            ) from None


async def _staff_member(request: HttpRequest) -> AbstractBaseUser:
    user = await request.auser()
    if not (user.is_active and user.is_staff):
        raise NotAllowed(403, "staff_only", _("Only staff can start maps on this server."))
    if not comes_from_our_page(request):
        raise _foreign_page()
    return user


def _foreign_page() -> NotAllowed:
    return NotAllowed(403, "foreign_page", _("This request didn't come from our own page."))
