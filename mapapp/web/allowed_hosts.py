"""Refuses requests and sockets for a host name that is not this server's (A3).

A page on another site can point that site's name at this server's address
("DNS rebinding"), and then read its answers from inside a private network. So
the host name is checked before anything else.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from django.conf import settings
from django.http.request import split_domain_port, validate_host

from mapapp.protocol.codes import Close

# The longest possible name; in the header a colon and five digits may follow.
_NAME_LENGTH = 253
_HEADER_LENGTH = _NAME_LENGTH + 6
_HEALTH = frozenset({"/healthz", "/readyz"})

Application = Callable[[Any, Any, Any], Awaitable[None]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


def is_ours(host: str, path: str) -> bool:
    """Whether a request for this host and path is answered.

    `host` is as in the header, empty without one. Health checks are also answered
    under any IP address and without a host, because their senders often know
    nothing else.
    """
    if len(host) > _HEADER_LENGTH:
        return False
    name, _port = split_domain_port(host)
    if len(name) > _NAME_LENGTH or (host and not name):
        return False
    if path in _HEALTH and (not name or _is_address(name)):
        return True
    if not name:
        return "*" in settings.ALLOWED_HOSTS
    return validate_host(name, settings.ALLOWED_HOSTS)


def asked_for(scope: Mapping[str, Any]) -> str:
    """The host that a request or a socket names, as told by the proxy if there is one."""
    found: dict[bytes, list[bytes]] = {b"host": [], b"x-forwarded-host": []}
    for name, value in scope["headers"]:
        if name in found:
            found[name].append(value)
    forwarded = found[b"x-forwarded-host"] if settings.USE_X_FORWARDED_HOST else []
    # Several are joined, as Django does; the result is never an allowed name.
    return b",".join(forwarded or found[b"host"]).decode("latin-1")


class OurHostsOnly:
    """Wraps the whole application, under any ASGI server."""

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: Any, receive: Any, send: Send) -> None:
        if scope["type"] not in ("http", "websocket") or is_ours(asked_for(scope), scope["path"]):
            await self._application(scope, receive, send)
        elif scope["type"] == "http":
            await _refuse(send)
        else:
            # Accepted first, because a refused handshake carries no close code.
            await receive()
            await send({"type": "websocket.accept"})
            await send({"type": "websocket.close", "code": int(Close.ORIGIN)})


async def _refuse(send: Send) -> None:
    body = b"This server does not answer under this name.\n"
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", b"%d" % len(body)),
        (b"cache-control", b"no-store"),
    ]
    await send({"type": "http.response.start", "status": 400, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True
