"""The login page for staff.

It is outside the admin pages, because these do not exist for anybody who is not
logged in (mapapp/web/staff_site.py).
"""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_http_methods

from mapapp.runtime import runtime_of
from mapapp.server.origins import request_address
from mapapp.web.errors import too_many
from mapapp.web.staff_site import StaffSite


@require_http_methods(["GET", "HEAD", "POST"])
def log_in(request: HttpRequest) -> HttpResponseBase:
    """Django's own login form. Each try costs the address a token, so guessing is slow."""
    if request.method == "POST":
        logins = runtime_of(request).logins
        address = request_address(request)
        if not logins.take(address):
            return too_many(logins.retry_seconds(address))
    site = admin.site
    assert isinstance(site, StaffSite)
    return site.log_in(request)
