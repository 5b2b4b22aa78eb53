"""The page with a room's results that is shared by a link.

It is the same for everybody and shows nothing by itself: its script asks for what is
behind the link. So a link that does not work costs no query, and tells nothing.
"""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from mapapp.web.shell import serve_shell


@require_safe
async def result_page(request: HttpRequest, token: str) -> HttpResponseBase:
    response = serve_shell(request, "mapapp/results_page.html")
    # The address is the key: it goes to no other site, and into no search engine.
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
