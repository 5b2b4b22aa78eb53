"""Django's middleware, adapted to a server whose pages are requested in storms.

When a presenter shows the QR code, the whole room asks for the page at once.
Under ASGI Django runs each step of a classic middleware in a thread of the
request, which costs more than the page. So middleware that only computes runs
in the event loop, and middleware that needs the database runs only where
somebody can be logged in.
"""

from __future__ import annotations

from typing import Any, cast

import csp.middleware
import django.contrib.auth.middleware
import django.contrib.messages.middleware
import django.contrib.sessions.middleware
import django.middleware.security
from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from csp.middleware import PolicyParts
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from mapapp.runtime import this_runtime


class _InEventLoop:
    """For middleware that computes and never blocks: no thread per step."""

    async def __acall__(self, request: HttpRequest) -> HttpResponseBase:
        this = cast("Any", self)
        response: HttpResponseBase | None = None
        if hasattr(this, "process_request"):
            response = this.process_request(request)
        if response is None:
            response = await this.get_response(request)
        if hasattr(this, "process_response"):
            response = this.process_response(request, response)
        return response


class _WhereStaffLogsIn:
    """For middleware that sessions need: requests without a session skip it."""

    async def __acall__(self, request: HttpRequest) -> HttpResponseBase:
        this = cast("Any", self)
        if needs_session(request):
            return cast("HttpResponseBase", await super().__acall__(request))  # type: ignore[misc]
        return cast("HttpResponseBase", await this.get_response(request))


def needs_session(request: HttpRequest) -> bool:
    """Whether this request may come from somebody who is logged in.

    These are staff pages, and creating a room where only staff may.
    """
    path = request.path_info
    if path.startswith(("/admin/", "/staff/")):
        return True
    return (
        settings.ROOM_CREATION == "staff"
        and request.method == "POST"
        and path in ("/", "/api/rooms")
    )


class RuntimeMiddleware:
    """Hands the process's runtime to each request (`runtime_of`)."""

    sync_capable = async_capable = True

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Any:
        cast("Any", request).runtime = this_runtime()
        return self.get_response(request)


class SecurityMiddleware(_InEventLoop, django.middleware.security.SecurityMiddleware):
    """Django's, but with HSTS on every answer if the site is https.

    Django sends HSTS only where it sees https, which a proxy need not tell it
    (BEHIND_PROXY). Browsers ignore the header on plain http.
    """

    def process_response(self, request: HttpRequest, response: Any) -> Any:
        answer = super().process_response(request, response)
        if settings.SECURE_HSTS_SECONDS:
            answer.headers.setdefault(
                "Strict-Transport-Security", f"max-age={settings.SECURE_HSTS_SECONDS}"
            )
        return answer


class CSPMiddleware(_InEventLoop, csp.middleware.CSPMiddleware):
    """The Content-Security-Policy, with this server's WebSocket under the request's host."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if not settings.PUBLIC_URL:
            try:
                host = request.get_host()
            except DisallowedHost:
                return parts
            parts.update = {"connect-src": [f"ws://{host}", f"wss://{host}"]}
        return parts


class SessionMiddleware(_WhereStaffLogsIn, django.contrib.sessions.middleware.SessionMiddleware):
    pass


class AuthenticationMiddleware(
    _WhereStaffLogsIn, django.contrib.auth.middleware.AuthenticationMiddleware
):
    pass


class MessageMiddleware(_WhereStaffLogsIn, django.contrib.messages.middleware.MessageMiddleware):
    pass
