"""The pages of a room: audience, screen, host, and the QR code that leads to them."""

from __future__ import annotations

import io
import logging
from functools import lru_cache

import segno
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from mapapp.access import request_address, site_url
from mapapp.apps import this_app
from mapapp.models import Room
from mapapp.reach import join_site, phone_sites
from mapapp.views.errors import no_room, not_found, too_many
from mapapp.views.shell import serve_shell

logger = logging.getLogger(__name__)


@require_safe
async def audience(request: HttpRequest, code: str) -> HttpResponseBase:
    return await _missing(request, code) or serve_shell(request, "mapapp/audience.html")


@require_safe
async def screen(request: HttpRequest, code: str) -> HttpResponseBase:
    # The screen changes nothing, so a slide or a lesson may embed it.
    missing = await _missing(request, code)
    return missing or serve_shell(request, "mapapp/screen.html", embeddable=True)


@require_safe
async def host(request: HttpRequest, code: str) -> HttpResponseBase:
    # The same for everybody: the host key is in the fragment, which stays in
    # the browser, and is checked when the socket says hello.
    return await _missing(request, code) or serve_shell(request, "mapapp/host.html")


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
    site = join_site(request) if at is None else phone_sites(request).get(at)
    if site is None:
        return not_found(request)
    response = HttpResponse(_qr_svg(f"{site}/{code}"), content_type="image/svg+xml")
    # Which address is the likeliest changes with this machine's networks.
    lasting = site == site_url(request)
    response.headers["Cache-Control"] = "public, max-age=3600" if lasting else "no-store"
    return response


@require_safe
async def tidy_code(request: HttpRequest, first: str, second: str) -> HttpResponse:
    """Codes are shown as 123 456, so people type them like that."""
    return HttpResponseRedirect(f"/{first}{second}")


async def _missing(request: HttpRequest, code: str) -> HttpResponse | None:
    """The page to answer with if there is no open room with this code, or too many were tried."""
    app = this_app()
    address = request_address(request)
    if not app.guesses.may_ask(address, code):
        return too_many(app.guesses.retry_seconds(address))
    try:
        room = await app.directory.find(code)
    except DatabaseError as error:
        # Give the page out: its socket tries again until the database is back,
        # and a room that is going on goes on.
        logger.warning("Room pages without a database: %s", error)
        return None
    if not app.guesses.may_ask(address, code):
        # Others from there have guessed in the meantime.
        return too_many(app.guesses.retry_seconds(address))
    if room is None:
        app.guesses.was_wrong(address, code)
        return no_room()
    app.guesses.was_right(address, code)
    return no_room(closed=True) if room.phase == Room.Phase.CLOSED else None


@lru_cache(maxsize=256)
def _qr_svg(link: str) -> bytes:
    svg = io.BytesIO()
    # Level M survives a glare spot on the projection. Dark on white with the
    # quiet zone of four modules that the standard asks for, in dark mode too.
    segno.make(link, error="m", micro=False).save(
        svg, kind="svg", border=4, dark="#000", light="#fff", omitsize=True, xmldecl=False, nl=False
    )
    return svg.getvalue()
