"""`/api/addresses`: where phones reach this server, for a browser on the machine itself."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from mapapp.runtime import runtime_of


@require_safe
async def addresses(request: HttpRequest) -> JsonResponse:
    """The sites that phones can reach, the likeliest first; nothing for anybody else.

    `address` is what `/<code>/qr.svg?at=` takes.
    """
    sites = runtime_of(request).join_links.phone_sites(request)
    found = [{"address": address, "site": site} for address, site in sites.items()]
    response = JsonResponse({"addresses": found})
    response.headers["Cache-Control"] = "no-store"
    return response
