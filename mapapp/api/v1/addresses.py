"""`/api/addresses`: where phones can reach this server, for a browser on the same machine."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from mapapp.runtime import runtime_of


@require_safe
async def addresses(request: HttpRequest) -> JsonResponse:
    """The sites that phones can reach, likeliest first; an empty list for other machines.

    Pass an `address` to `/<code>/qr.svg?at=`.
    """
    sites = runtime_of(request).join_links.phone_sites(request)
    found = [{"address": address, "site": site} for address, site in sites.items()]
    response = JsonResponse({"addresses": found})
    response.headers["Cache-Control"] = "no-store"
    return response
