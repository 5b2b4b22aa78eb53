"""The HTTP API for a host's pages: one-time codes for remotes, the keys, a count before `expel`."""

from __future__ import annotations

from asgiref.sync import sync_to_async
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mapapp.api.errors import ApiError, error_json
from mapapp.api.v1.asking import find_host, private_json, unavailable
from mapapp.domain.changes.people import Expel
from mapapp.models import Key
from mapapp.rooms.moderation import count_concerned
from mapapp.rooms.pairing import PAIRING_SECONDS, new_pairing
from mapapp.runtime import runtime_of
from mapapp.server.origins import request_address


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
        host = await find_host(request, code)
        pairing = await new_pairing(host.room)
    except ApiError as error:
        return error.response()
    except DatabaseError:
        return unavailable().response()
    site = runtime.join_links.join_site(request)
    return private_json(
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
        host = await find_host(request, code)
        valid = Key.objects.filter(room=host.room, revoked=None).order_by("number")
        found = [key async for key in valid]
    except ApiError as error:
        return error.response()
    except DatabaseError:
        return unavailable().response()
    return private_json(
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
        host = await find_host(request, code)
        expel = Expel(_number(request, "seconds"), _number(request, "like"))
        counts = await sync_to_async(count_concerned)(host.room, expel)
    except ApiError as error:
        return error.response()
    except DatabaseError:
        return unavailable().response()
    return private_json({"people": counts.people, "markers": counts.markers})


def _number(request: HttpRequest, name: str) -> int:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else 0
