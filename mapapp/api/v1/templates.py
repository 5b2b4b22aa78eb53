"""`/api/templates`: sessions to begin with."""

from __future__ import annotations

from dataclasses import asdict

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from mapapp.rooms.session_templates import session_templates

# They change only with the program's version.
_KEEP = "public, max-age=3600"


@require_safe
async def templates(request: HttpRequest) -> HttpResponse:
    """All templates, in the order in which they are offered.

    The `title` and `activities` of one are what `POST /api/rooms` takes.
    """
    response = JsonResponse({"templates": [asdict(one) for one in session_templates()]})
    response.headers["Cache-Control"] = _KEEP
    return response
