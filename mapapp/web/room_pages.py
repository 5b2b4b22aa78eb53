"""The pages of a room: audience, screen, host, edit, and the QR code that leads to them."""

from __future__ import annotations

import logging
from functools import partial

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from mapapp.models import Room
from mapapp.rooms.codes import TooManyGuesses
from mapapp.rooms.qr_codes import TooManyDrawings
from mapapp.runtime import runtime_of
from mapapp.server.origins import request_address, site_url
from mapapp.web.errors import no_room, not_found, too_many, too_many_drawings
from mapapp.web.shell import serve_shell

logger = logging.getLogger(__name__)


@require_safe
async def audience(request: HttpRequest, code: str) -> HttpResponseBase:
    return await _missing(request, code) or serve_shell(request, "mapapp/audience.html")


@require_safe
async def screen(request: HttpRequest, code: str) -> HttpResponseBase:
    # A screen cannot change anything, so a slide or a lesson may embed it.
    missing = await _missing(request, code)
    return missing or serve_shell(request, "mapapp/screen.html", embeddable=True)


@require_safe
async def host(request: HttpRequest, code: str) -> HttpResponseBase:
    # The page is the same for everybody: the host key is in the fragment, which
    # stays in the browser, and is checked when the socket says hello.
    return await _missing(request, code) or serve_shell(request, "mapapp/host.html")


@require_safe
async def edit(request: HttpRequest, code: str) -> HttpResponseBase:
    # As with the remote, the socket asks for the host key.
    return await _missing(request, code) or serve_shell(request, "mapapp/edit.html")


@require_safe
async def qr_code(request: HttpRequest, code: str) -> HttpResponseBase:
    """The join link as an SVG picture; it has no size of its own, only proportions.

    `?at=192.168.1.5` asks for the link at one of the addresses that
    `/api/addresses` names to a browser on this machine.
    """
    missing = await _missing(request, code)
    if missing is not None:
        return missing
    at = request.GET.get("at")
    runtime = runtime_of(request)
    links = runtime.join_links
    site = links.join_site(request) if at is None else links.phone_sites(request).get(at)
    if site is None:
        return not_found(request)
    try:
        svg = await runtime.qr_codes.svg(f"{site}/{code}")
    except ValueError:
        return HttpResponseBadRequest("The Host header is too long.", content_type="text/plain")
    except TooManyDrawings:
        return too_many_drawings()
    response = HttpResponse(svg, content_type="image/svg+xml")
    # The likeliest address changes with this machine's networks.
    lasting = site == site_url(request)
    response.headers["Cache-Control"] = "public, max-age=3600" if lasting else "no-store"
    return response


@require_safe
async def tidy_code(request: HttpRequest, first: str, second: str) -> HttpResponse:
    """Codes are shown as 123 456, so people type them like that."""
    return HttpResponseRedirect(f"/{first}{second}")


async def _missing(request: HttpRequest, code: str) -> HttpResponse | None:
    """An error page, if there is no open room with this code or too many codes were tried."""
    runtime = runtime_of(request)
    try:
        room = await runtime.codes.find(
            request_address(request), code, partial(runtime.directory.find, code)
        )
    except TooManyGuesses as error:
        return too_many(error.retry_seconds)
    except DatabaseError as error:
        # Serve the page: its socket tries again until the database is back, and a
        # room that is open in a process goes on.
        logger.warning("Room pages without a database: %s", error)
        return None
    if room is None:
        return no_room()
    return no_room(closed=True) if room.phase == Room.Phase.CLOSED else None
