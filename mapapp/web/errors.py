"""Error pages: something is missing, or not possible now."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from mapapp.api.errors import error_json
from mapapp.web.context_processors import page


def error_page(template: str, status: int, **context: object) -> HttpResponse:
    """An error page, never cached, because the trouble may be over in a minute."""
    body = render_to_string(template, {**page(None), **context})
    response = HttpResponse(body, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def no_room(*, closed: bool = False) -> HttpResponse:
    """404 if no room has this code or it has expired, 410 if its presenter has closed it."""
    return error_page("mapapp/errors/no_room.html", 410 if closed else 404, closed=closed)


def too_many(retry_seconds: int) -> HttpResponse:
    """429, with the number of seconds to wait before another try."""
    response = error_page("mapapp/errors/too_many.html", 429, retry_seconds=retry_seconds)
    response.headers["Retry-After"] = str(retry_seconds)
    return response


def too_many_drawings() -> HttpResponse:
    """503 as plain text, for programs; the page that embeds the picture shows the link as text."""
    response = HttpResponse(
        _("Too many QR codes are being drawn. Try again in a moment."),
        status=503,
        content_type="text/plain; charset=utf-8",
    )
    response.headers["Cache-Control"] = "no-store"
    response.headers["Retry-After"] = "1"
    return response


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's handler404."""
    if request.path_info.startswith("/api/"):
        return error_json(404, "not_found", _("There's nothing at this address."))
    return error_page("mapapp/errors/404.html", 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500."""
    if request.path_info.startswith("/api/"):
        return error_json(500, "internal", _("Something went wrong on the server."))
    return error_page("mapapp/errors/500.html", 500)
