"""The HTTP API for a host's pages: one-time codes for remotes, the keys, a count before `expel`.

The host key comes in the header `Authorization: Bearer …`, which no server or
proxy logs, and which no other site can send on its visitor's behalf.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from asgiref.sync import sync_to_async
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mapapp.api.errors import error_json
from mapapp.domain.changes.people import Expel
from mapapp.domain.keys import hash_key
from mapapp.models import Key
from mapapp.rooms.moderation import count_concerned
from mapapp.rooms.pairing import PAIRING_SECONDS, new_pairing
from mapapp.runtime import runtime_of
from mapapp.server.origins import request_address

_KEY_LIMIT = 100  # characters


class NotAHost(Exception):
    """The request comes without a key that steers this room."""


@dataclass(frozen=True, slots=True)
class Host:
    """The room that a key steers, and the key's number there."""

    room: UUID
    key: int


@require_POST
async def pairings(request: HttpRequest, code: str) -> HttpResponse:
    """A one-time code that gets a phone a key of its own, and the link that carries it."""
    runtime = runtime_of(request)
    address = request_address(request)
    if not runtime.pairings.take(address):
        return error_json(
            429,
            "too_many_pairings",
            _("Too many remotes at once. Try again in a moment."),
            retry_seconds=runtime.pairings.retry_seconds(address),
        )
    try:
        host = await _host(request, code)
        pairing = await new_pairing(host.room)
    except NotAHost:
        return _not_a_host()
    except DatabaseError:
        return _unavailable()
    site = runtime.join_links.join_site(request)
    return _private(
        {
            "pairing": pairing,
            # Browsers never send the part after the # (A1).
            "url": f"{site}/{code}/host#pair={pairing}",
            "expires_in_seconds": PAIRING_SECONDS,
        },
        status=201,
    )


@require_safe
async def keys(request: HttpRequest, code: str) -> HttpResponse:
    """The room's valid host keys: their numbers and labels, not the keys themselves."""
    try:
        host = await _host(request, code)
        valid = Key.objects.filter(room=host.room, revoked=None).order_by("number")
        found = [key async for key in valid]
    except NotAHost:
        return _not_a_host()
    except DatabaseError:
        return _unavailable()
    return _private(
        {
            "keys": [
                {
                    "key": key.number,
                    "label": key.label,
                    "made": key.made.isoformat(),
                    "used": key.used.isoformat() if key.used else None,
                    "yours": key.number == host.key,
                }
                for key in found
            ]
        }
    )


@require_safe
async def concerned(request: HttpRequest, code: str) -> HttpResponse:
    """How many people and markers `expel` would remove: `?seconds=300`, or `?like=12`."""
    try:
        host = await _host(request, code)
        expel = Expel(_number(request, "seconds"), _number(request, "like"))
        counts = await sync_to_async(count_concerned)(host.room, expel)
    except NotAHost:
        return _not_a_host()
    except DatabaseError:
        return _unavailable()
    return _private({"people": counts.people, "markers": counts.markers})


def _number(request: HttpRequest, name: str) -> int:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else 0


async def _host(request: HttpRequest, code: str) -> Host:
    """The host who sent the request. Raises `NotAHost` or `DatabaseError`."""
    scheme, _space, key = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not 0 < len(key) <= _KEY_LIMIT:
        raise NotAHost
    row = (
        await Key.objects.filter(
            room__code=code,
            room__expires__gt=timezone.now(),
            hash=hash_key(key),
            revoked=None,
        )
        .exclude(room__phase="closed")
        .values_list("room_id", "number")
        .afirst()
    )
    if row is None:
        raise NotAHost
    return Host(*row)


def _private(content: dict[str, object], status: int = 200) -> JsonResponse:
    response = JsonResponse(content, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _not_a_host() -> HttpResponse:
    return error_json(403, "wrong_key", _("This key doesn't control this map."))


def _unavailable() -> HttpResponse:
    return error_json(503, "unavailable", _("The server can't do this right now."))
