"""What requests about one room have in common: which room, and whether its host asks.

The host key comes in the header `Authorization: Bearer …`, which no server or
proxy logs, and which no other site can send on its visitor's behalf.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _

from mapapp.api.errors import ApiError
from mapapp.domain.keys import hash_key
from mapapp.domain.room import CLOSED
from mapapp.models import Key
from mapapp.rooms.codes import TooManyGuesses
from mapapp.rooms.directory import RoomCard
from mapapp.runtime import runtime_of
from mapapp.server.origins import request_address
from mapapp.storage.sql.values import datetime_of

_KEY_LIMIT = 100  # characters


@dataclass(frozen=True, slots=True)
class Host:
    """The room that a key steers, and the key's number there."""

    room: UUID
    key: int


async def find_card(request: HttpRequest, code: str) -> RoomCard:
    """The room with this code, open or closed, at the price of a guess if there is none.

    Raises `ApiError`: `no_room`, `too_many_codes` or `unavailable`.
    """
    runtime = runtime_of(request)
    try:
        card = await runtime.codes.find(
            request_address(request), code, partial(runtime.directory.find, code)
        )
    except TooManyGuesses as error:
        message = _("Too many attempts. Please try again in a minute.")
        raise ApiError(429, "too_many_codes", message, retry_seconds=error.retry_seconds) from None
    except DatabaseError:
        message = _("The server can't look this up right now.")
        raise ApiError(503, "unavailable", message) from None
    if card is None:
        raise no_room()
    return card


async def find_host(request: HttpRequest, code: str, *, even_closed: bool = False) -> Host:
    """The host who sent the request. `even_closed`: also after the room was closed.

    Raises `ApiError`: `wrong_key` or `unavailable`.
    """
    wrong_key = ApiError(403, "wrong_key", _("This key doesn't control this map."))
    scheme, _space, key = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not 0 < len(key) <= _KEY_LIMIT:
        raise wrong_key
    runtime = runtime_of(request)
    now = datetime_of(runtime.time.now())
    try:
        host = await runtime.requests.run(_find_host, code, hash_key(key), now, even_closed)
    except DatabaseError:
        raise unavailable() from None
    if host is None:
        raise wrong_key
    return host


def _find_host(code: str, hashed: str, now: datetime, even_closed: bool) -> Host | None:
    keys = Key.objects.filter(room__code=code, room__expires__gt=now, hash=hashed, revoked=None)
    if not even_closed:
        keys = keys.exclude(room__phase=CLOSED)
    row = keys.values_list("room_id", "number").first()
    return None if row is None else Host(*row)


def private_json(content: dict[str, object], status: int = 200) -> JsonResponse:
    """An answer for the host alone, which nobody on the way keeps."""
    response = JsonResponse(content, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def no_room() -> ApiError:
    return ApiError(404, "no_room", _("There's no map with this code."))


def unavailable() -> ApiError:
    return ApiError(503, "unavailable", _("The server can't do this right now."))
